"""What the administrators of an agency can ask of it: its people, its teams, and who is invited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, any_, exists, func, literal, or_, select

from graphql_schema.agencies import Period
from graphql_schema.identity import Team, User
from graphql_schema.need_to_know import ADMINISTRATORS
from graphql_schema.nodes import Node, Versioned
from graphql_schema.paging import Connection
from graphql_schema.selection.declare import begin_at, column, global_id, many, paged, planned, same
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Scope
from portal.access.identity import administers, belongs_here
from portal.access.viewer import Role
from portal.identity import models


@strawberry.input(description="Which people; every member must hold.")
class UserFilter:
    search: str | None = strawberry.field(default=None, description="With this in their name or address.")
    team_id: strawberry.ID | None = strawberry.field(default=None, description="At work in this team.")
    current: bool | None = strawberry.field(
        default=None, description="With a role that has not ended and an open account, or without."
    )


def _users(
    self: Any,
    filter: UserFilter | None = None,  # noqa: A002  the schema's own word
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _administered(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return belongs_here(scope.viewer, row.c.id, *scope.outer, row)


def _begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
    wanted = arguments.get("filter") or {}
    where: list[ColumnElement[bool]] = []
    if wanted.get("search") is not None:
        found = f"%{literally(wanted['search'].strip())}%"
        where.append(or_(row.c.display_name.ilike(found, escape="\\"), row.c.email.ilike(found, escape="\\")))
    if wanted.get("teamId") is not None:
        where.append(_works(scope, row, planner.key("Team", wanted["teamId"])))
    if wanted.get("current") is not None:
        now_here = and_(row.c.disabled_at.is_(None), _works(scope, row))
        where.append(now_here if wanted["current"] else ~now_here)
    return Start(source=row, where=where, order=Order(sort=row.c.display_name, tie=row.c.id, descending=False))


def _works(scope: Scope, row: FromClause, *team_id: Any) -> ColumnElement[bool]:
    """Whether somebody has a role in the viewer's agency that has not ended, in a team if one is named."""
    member = models.Membership.__table__.alias()
    roles = select(literal(1)).where(
        member.c.user_id == row.c.id,
        administers(scope.viewer, member.c.agency_id),
        or_(member.c.active_to.is_(None), member.c.active_to >= func.current_date()),
    )
    if team_id:
        team = models.TeamMember.__table__.alias()
        roles = roles.where(
            member.c.id.in_(select(team.c.membership_id).where(team.c.team_id == team_id[0]).correlate(None))
        )
    return exists(roles.select_from(member).correlate(*scope.outer, row))


def literally(typed: str) -> str:
    """A text in which no character stands for others."""
    return typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def users_field() -> Any:
    """The root field over the people of the viewer's agency."""
    return paged(
        "User",
        _administered,
        "Everybody with a role in the viewer's agency, past or present, by name; nobody but its administrators.",
        begin=_begin,
        signature=_users,
    )


def _own_agency(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.agency_id == (scope.viewer.agency_id if scope.viewer else None)
    return found


def teams_field() -> Any:
    """The root field over the teams of the viewer's agency."""
    return paged("Team", _own_agency, "Teams of the viewer's agency, by name.", begin=begin_at(models.Team.name))


def _waiting(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(administers(scope.viewer, row.c.agency_id), row.c.accepted_at.is_(None), row.c.withdrawn_at.is_(None))


def _offered(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == any_(scope.row.c.team_ids)
    return found


@planned(models.Invitation, seen_by=_waiting, readers=ADMINISTRATORS)
@strawberry.type(description="A role that waits for somebody to accept it. [ACCOUNT]")
class Invitation(Node, Versioned):
    id: strawberry.ID = global_id("Invitation", models.Invitation.id)
    display_name: str = column(models.Invitation.display_name, "The name it was made out to.")
    email: str = column(models.Invitation.email, "The address it was made out to.")
    role: Role = column(models.Invitation.role, "The role it offers.")
    teams: list[Team] = many("Team", _offered, "The teams of that role.", order=lambda row: [row.c.name])
    period: Period = same("Period", "When the role holds.")
    expires_at: datetime = column(models.Invitation.expires_at, "When its link ends.")


def invitations_field() -> Any:
    """The root field over the invitations of the viewer's agency."""
    return paged(
        "Invitation",
        _waiting,
        "Invitations of the viewer's agency that wait, by name; nobody but its administrators.",
        begin=begin_at(models.Invitation.display_name),
    )


UserConnection = Connection[User]
