"""What the world can ask of accounts: who acted, in which hat, and who is asking."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal, or_, select

from graphql_schema.agencies import Agency, Period
from graphql_schema.allowance import Allowance, allowance_field
from graphql_schema.emergency_advice import EmergencyAdvice
from graphql_schema.fresh_alarms import fresh_alarms
from graphql_schema.inbox_views import InboxView, inbox_view_field, inbox_views_field
from graphql_schema.need_to_know import ADMINISTRATORS, COLLEAGUES, ONESELF, ONESELF_OR_ADMINISTRATORS
from graphql_schema.nodes import Node, Versioned
from graphql_schema.notification_preferences import NotificationPreference, preferences_field
from graphql_schema.partnerships import Partnership
from graphql_schema.selection.declare import by_key, column, expression, global_id, many, one, planned, same
from graphql_schema.selection.record import Scope
from portal.access.audit import may_read_audit
from portal.access.flags import may_import, may_raise
from portal.access.identity import administers, belongs_here, may_administer, may_enrol, may_keep
from portal.access.partnerships import may_lead
from portal.access.plan_waiting import plans_waiting
from portal.access.plans import may_draft
from portal.access.viewer import Role
from portal.identity import models


def _oneself(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.id == (scope.viewer.user_id if scope.viewer else None)
    return found


def _own_agency(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.agency_id == (scope.viewer.agency_id if scope.viewer else None)
    return found


def _oneself_or_administered(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return or_(_oneself(scope, row), belongs_here(scope.viewer, row.c.id, *scope.outer, row))


def _of_this_agency(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return and_(row.c.user_id == scope.row.c.id, administers(scope.viewer, row.c.agency_id))


@planned(models.User, readers=ADMINISTRATORS)
@strawberry.type(description="An account as the administrators of an agency see it. [ACCOUNT]")
class Account(Versioned):
    email: str = column(models.User.email, "Sign-in address.")
    disabled_at: datetime | None = column(models.User.disabled_at, "When access was ended; null while it is open.")
    home_agency: Agency | None = one(
        "Agency", by_key(models.User.home_agency_id), "The agency that keeps the account, and alone changes it."
    )
    memberships: list["Membership"] = many(
        "Membership",
        _of_this_agency,
        "Roles in the viewer's agency over time, the latest first.",
        order=lambda row: [row.c.active_from.desc(), row.c.id],
    )
    viewer_can_change: bool = expression(
        lambda scope: may_keep(scope.viewer, scope.row.c), "Whether the viewer may change the account now."
    )
    viewer_can_give_role: bool = expression(
        lambda scope: may_enrol(scope.viewer, scope.row.c), "Whether the viewer may give a further role now."
    )
    is_viewer: bool = expression(lambda scope: _oneself(scope, scope.row), "Whether it is the viewer's own.")


@planned(models.User, seen_by=_oneself_or_administered, readers=ONESELF_OR_ADMINISTRATORS)
@strawberry.type(description="A person with an account. [ACCOUNT]")
class User(Node):
    id: strawberry.ID = global_id("User", models.User.id)
    display_name: str = column(models.User.display_name, "Name to show.")
    account: Account | None = same(
        "Account",
        "The account; null for everybody but the administrators of an agency the person works in.",
        present=lambda scope: belongs_here(scope.viewer, scope.row.c.id, *scope.outer),
    )


def _members(scope: Scope) -> ColumnElement[Any]:
    member, membership = models.TeamMember.__table__.alias(), models.Membership.__table__.alias()
    count = (
        select(func.count())
        .select_from(member)
        .join(membership, membership.c.id == member.c.membership_id)
        .where(
            member.c.team_id == scope.row.c.id,
            or_(membership.c.active_to.is_(None), membership.c.active_to >= func.current_date()),
        )
        .correlate(*scope.outer)
        .scalar_subquery()
    )
    return case((administers(scope.viewer, scope.row.c.agency_id), count))


@planned(models.Team, seen_by=_own_agency, readers=COLLEAGUES)
@strawberry.type(description="A team of an agency. [ACCOUNT]")
class Team(Node, Versioned):
    id: strawberry.ID = global_id("Team", models.Team.id)
    name: str = column(models.Team.name, "Its name.")
    closed_at: datetime | None = column(models.Team.closed_at, "When it closed; null while it is open.")
    member_count: int | None = expression(
        _members, "How many roles work in it; null for everybody but the agency's administrators."
    )


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


@planned(models.Membership, seen_by=_own_agency, readers=COLLEAGUES)
@strawberry.type(description="One user in one agency in one role for a period. [ACCOUNT]")
class Membership(Node, Versioned):
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


def _plans_waiting(scope: Scope) -> ColumnElement[int]:
    if scope.viewer is None:
        return literal(0)
    return select(func.count()).select_from(plans_waiting(scope.viewer).subquery()).scalar_subquery()


def _partnership(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return row.c.id.in_(scope.viewer.partnership_ids if scope.viewer else ())


def _advice(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.c.agency_kind_code == (scope.viewer.agency_kind if scope.viewer else None)
    return found


@planned(models.Membership, readers=ONESELF)
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
    notification_preferences: list[NotificationPreference] = preferences_field()
    emergency_advice: EmergencyAdvice | None = one(
        "EmergencyAdvice", _advice, "What danger asks of whoever acts for such an agency, before any flag."
    )
    allowance: Allowance = allowance_field()
    inbox_view: InboxView | None = inbox_view_field()
    inbox_views: list[InboxView] = inbox_views_field()
    viewer_can_raise_flag: bool = expression(
        lambda scope: literal(scope.viewer is not None and may_raise(scope.viewer)), "Whether a flag may be raised now."
    )
    viewer_can_administer: bool = expression(
        lambda scope: literal(may_administer(scope.viewer)), "Whether accounts and teams of the agency may be changed."
    )
    viewer_can_lead: bool = expression(
        lambda scope: may_lead(scope.viewer), "Whether the partnership's clocks, days and numbers may be changed."
    )
    viewer_can_read_audit: bool = expression(
        lambda scope: literal(may_read_audit(scope.viewer)), "Whether the audit of the agency may be read."
    )
    fresh_reading_alarms: int = expression(
        fresh_alarms, "Alarms of the last 7 days that the viewer may read; 0 for whoever reads none."
    )
    plans_waiting: int = expression(_plans_waiting, "Plans that wait for something the viewer can do now.")
    viewer_can_draft_plan: bool = expression(
        lambda scope: literal(scope.viewer is not None and may_draft(scope.viewer)), "Whether a plan may be begun now."
    )
    viewer_can_import_flags: bool = expression(
        lambda scope: literal(scope.viewer is not None and may_import(scope.viewer)),
        "Whether incidents may be imported now.",
    )


def viewer_field() -> Any:
    """The root field that says who is asking."""
    return one("Viewer", _own, "Who is asking, and for whom; null when nobody is signed in.")
