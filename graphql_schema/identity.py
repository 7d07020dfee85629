"""What the world can ask of accounts: who acted, in which hat, and who is asking."""

from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, func, literal, or_, select

from graphql_schema.agencies import Agency, Period
from graphql_schema.nodes import Node
from graphql_schema.partnerships import Partnership
from graphql_schema.selection.declare import by_key, column, expression, global_id, many, one, planned, same
from graphql_schema.selection.record import Scope
from portal.access.flags import may_import, may_raise
from portal.access.viewer import Role
from portal.identity import models


def _oneself(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == (scope.viewer.user_id if scope.viewer else None)
    return found


def _own_agency(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.agency_id == (scope.viewer.agency_id if scope.viewer else None)
    return found


@planned(models.User, seen_by=_oneself, readers="ACCOUNT")
@strawberry.type(description="A person with an account. [ACCOUNT]")
class User(Node):
    id: strawberry.ID = global_id("User", models.User.id)
    display_name: str = column(models.User.display_name, "Name to show.")


@planned(models.Team, seen_by=_own_agency, readers="ACCOUNT")
@strawberry.type(description="A team of an agency. [ACCOUNT]")
class Team(Node):
    id: strawberry.ID = global_id("Team", models.Team.id)
    name: str = column(models.Team.name, "Its name.")


def _display_name(scope: Scope) -> ColumnElement[Any]:
    user = models.User.__table__.alias()
    return select(user.c.display_name).where(user.c.id == scope.row.c.user_id).correlate(*scope.outer).scalar_subquery()


@planned(models.Membership)
@strawberry.type(description="Who did something, and for which agency: the name of staff follows the act. [RECORD]")
class Actor:
    display_name: str = expression(_display_name, "Name to show.")
    agency: Agency = one("Agency", by_key(models.Membership.agency_id), "The agency they acted for.")
    role: Role = column(models.Membership.role, "The role they acted in.")


def _in_team(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    member = models.TeamMember.__table__.alias()
    return row.c.id.in_(
        select(member.c.team_id).where(member.c.membership_id == scope.row.c.id).correlate(*scope.outer)
    )


@planned(models.Membership, seen_by=_own_agency, readers="ACCOUNT")
@strawberry.type(description="One user in one agency in one role for a period. [ACCOUNT]")
class Membership(Node):
    id: strawberry.ID = global_id("Membership", models.Membership.id)
    user: User = one("User", by_key(models.Membership.user_id), "The user.")
    agency: Agency = one("Agency", by_key(models.Membership.agency_id), "The agency.")
    role: Role = column(models.Membership.role, "The role.")
    teams: list[Team] = many("Team", _in_team, "Teams it belongs to.", order=lambda row: [row.c.name])
    period: Period = same("Period", "From and to.")


def _own(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == (scope.viewer.membership_id if scope.viewer else None)
    return found


def _others(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(
        row.c.user_id == scope.row.c.user_id,
        row.c.active_from <= func.current_date(),
        or_(row.c.active_to.is_(None), row.c.active_to >= func.current_date()),
    )


def _partnership(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return row.c.id.in_(scope.viewer.partnership_ids if scope.viewer else ())


@planned(models.Membership, readers="ACCOUNT")
@strawberry.type(description="Who is asking, for whom, in which role. [ACCOUNT]")
class Viewer:
    user: User = one("User", by_key(models.Membership.user_id), "The person signed in or represented.")
    agency: Agency = one("Agency", by_key(models.Membership.agency_id), "The agency the request acts for.")
    role: Role = column(models.Membership.role, "The role it acts in.")
    membership: Membership = same("Membership", "The one membership it acts in.")
    memberships: list[Membership] = many(
        "Membership", _others, "Every membership this person could act in.", order=lambda row: [row.c.created_at]
    )
    partnership: Partnership | None = one(
        "Partnership",
        _partnership,
        "The partnership its agency belongs to.",
        order=lambda row: [row.c.created_at, row.c.id],
    )
    viewer_can_raise_flag: bool = expression(
        lambda scope: literal(scope.viewer is not None and may_raise(scope.viewer)), "Whether a flag may be raised now."
    )
    viewer_can_import_flags: bool = expression(
        lambda scope: literal(scope.viewer is not None and may_import(scope.viewer)),
        "Whether incidents may be imported now.",
    )


def viewer_field() -> Any:
    """The root field that says who is asking."""
    return one("Viewer", _own, "Who is asking, and for whom; null when nobody is signed in.")
