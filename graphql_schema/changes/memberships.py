"""Memberships: the administrators of an agency give its people roles in it, end them, and say in which teams."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.changes.invitations import open_teams
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.flag_inputs import KEY, VERSION, needed, optional
from graphql_schema.identity import Membership
from graphql_schema.need_to_know import ADMINISTRATORS, changing
from graphql_schema.selection.declare import by_key, constant, one, planned
from graphql_schema.writing import change, open_id
from portal.access.viewer import Role, Viewer
from portal.identity import memberships, models


@strawberry.input(description="What grantMembership needs.")
class GrantMembershipInput:
    user_id: strawberry.ID = needed("Somebody of the agency; a stranger is invited instead.")
    role: Role = needed("The role.")
    idempotency_key: UUID = needed(KEY)
    team_ids: list[strawberry.ID] | None = optional("Teams of the agency.")
    active_from: date | None = optional("First day; today when left out.")
    active_to: date | None = optional("Last day; open when left out.")


@strawberry.input(description="What endMembership needs.")
class EndMembershipInput:
    id: strawberry.ID = needed("The membership.")
    expected_version: int = needed(VERSION)
    last_day: date = needed("Last day; yesterday ends it at once.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What setMembershipTeams needs.")
class SetMembershipTeamsInput:
    id: strawberry.ID = needed("The membership.")
    expected_version: int = needed(VERSION)
    team_ids: list[strawberry.ID] = needed("Every team it works in from now on.")
    idempotency_key: UUID = needed(KEY)


@planned(models.Membership, readers=ADMINISTRATORS)
@strawberry.type(description="The change was made and recorded. [ACCOUNT]")
class MembershipSaved:
    membership: Membership | None = one("Membership", by_key(models.Membership.id), "The membership as it now stands.")
    replayed: bool = constant("replayed", REPLAYED)


MembershipResult = Annotated[
    MembershipSaved | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("MembershipResult", description=UNION),
]


@strawberry.type
class Memberships:
    @changing("Give somebody of the agency a further role.", done_by="Administrators of the agency.")
    def grant_membership(self, info: Info, input: GrantMembershipInput) -> MembershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return memberships.grant_membership(
                session,
                viewer,
                user_id=open_id(info, "User", input.user_id),
                role=input.role,
                team_ids=open_teams(info, input.team_ids),
                active_from=input.active_from,
                active_to=input.active_to,
            )

        return change(info, input, act, answer="MembershipSaved")

    @changing("End a role after a day.", done_by="Administrators of the agency it is in.")
    def end_membership(self, info: Info, input: EndMembershipInput) -> MembershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return memberships.end_membership(
                session,
                viewer,
                membership_id=open_id(info, "Membership", input.id),
                expected_version=input.expected_version,
                last_day=input.last_day,
            )

        return change(info, input, act, answer="MembershipSaved")

    @changing("Say in which teams a role works.", done_by="Administrators of the agency it is in.")
    def set_membership_teams(self, info: Info, input: SetMembershipTeamsInput) -> MembershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return memberships.set_membership_teams(
                session,
                viewer,
                membership_id=open_id(info, "Membership", input.id),
                expected_version=input.expected_version,
                team_ids=open_teams(info, input.team_ids),
            )

        return change(info, input, act, answer="MembershipSaved")
