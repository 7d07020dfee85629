"""Invitations: the administrators of an agency offer a role, offer it again, or take it back."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.accounts import Invitation
from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.changes.links import LinkResult, make_link
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.flag_inputs import KEY, VERSION, needed, optional
from graphql_schema.need_to_know import ADMINISTRATORS, changing
from graphql_schema.selection.declare import by_key, constant, one, planned
from graphql_schema.writing import change, named, open_id
from portal.access.viewer import Role, Viewer
from portal.identity import invitations, models


@strawberry.input(description="What inviteUser needs.")
class InviteUserInput:
    display_name: str = needed("Name to show, for an account that is new.")
    email: str = needed("The address they sign in with, here or in another agency: the answer does not say which.")
    role: Role = needed("The role they are offered.")
    idempotency_key: UUID = needed(KEY)
    team_ids: list[strawberry.ID] | None = optional("Teams of the agency they work in.")
    active_from: date | None = optional("First day of the role; today when left out.")
    active_to: date | None = optional("Last day of the role; open when left out.")


@strawberry.input(description="What renewInvitation and withdrawInvitation need.")
class InvitationInput:
    id: strawberry.ID = needed("The invitation.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@planned(models.Invitation, readers=ADMINISTRATORS)
@strawberry.type(description="The change was made and recorded. [ACCOUNT]")
class InvitationSaved:
    invitation: Invitation | None = one("Invitation", by_key(models.Invitation.id), "The invitation as it now stands.")
    replayed: bool = constant("replayed", REPLAYED)


InvitationResult = Annotated[
    InvitationSaved | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("InvitationResult", description=UNION),
]


def open_teams(info: Any, sealed: list[strawberry.ID] | None) -> list[UUID]:
    """The teams a form names; one that cannot be opened is a broken rule of the form, not a missing record."""
    return [named(info, "Team", each) for each in sealed or ()]


@strawberry.type
class Invitations:
    @changing(
        "Invite somebody into the viewer's own agency. The answer is the same whether or not the address has an account"
        " elsewhere.",
        done_by="Administrators of the agency.",
    )
    def invite_user(self, info: Info, input: InviteUserInput) -> LinkResult:  # noqa: A002  the schema's own word
        def act(session: Session, viewer: Viewer) -> Any:
            return invitations.invite(
                session,
                viewer,
                display_name=input.display_name,
                email=input.email,
                role=input.role,
                team_ids=open_teams(info, input.team_ids),
                active_from=input.active_from,
                active_to=input.active_to,
            )

        return make_link(info, input, act, under="invitation")

    @changing("Make a new link for an invitation; the old one ends.", done_by="Administrators of the agency.")
    def renew_invitation(self, info: Info, input: InvitationInput) -> LinkResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> Any:
            return invitations.renew_invitation(
                session,
                viewer,
                invitation_id=open_id(info, "Invitation", input.id),
                expected_version=input.expected_version,
            )

        return make_link(info, input, act, under="invitation")

    @changing("Take an invitation back; its link ends.", done_by="Administrators of the agency.")
    def withdraw_invitation(self, info: Info, input: InvitationInput) -> InvitationResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return invitations.withdraw_invitation(
                session,
                viewer,
                invitation_id=open_id(info, "Invitation", input.id),
                expected_version=input.expected_version,
            )

        return change(info, input, act, answer="InvitationSaved")
