"""The inbox: a viewer keeps the way they look at it, and takes a way they named away."""

from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.flag_inputs import KEY, VERSION, needed, optional
from graphql_schema.flag_lists import FlagFilter, FlagOrder
from graphql_schema.inbox_views import InboxView
from graphql_schema.need_to_know import ONESELF, changing
from graphql_schema.selection.declare import by_key, constant, one, planned
from graphql_schema.writing import attempt, change, open_id
from portal.access.viewer import Viewer
from portal.inbox.actions import View, remove_view, save_view
from portal.inbox.models import SavedView


@planned(SavedView, readers=ONESELF)
@strawberry.type(description="The view was kept. [ACCOUNT]")
class InboxViewSaved:
    inbox_view: InboxView | None = one("InboxView", by_key(SavedView.id), "The view as it now stands.")
    replayed: bool = constant("replayed", REPLAYED)


@planned(readers=ONESELF)
@strawberry.type(description="The view is gone. [ACCOUNT]")
class InboxViewRemoved:
    replayed: bool = constant("replayed", REPLAYED)


InboxViewResult = Annotated[
    InboxViewSaved | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("InboxViewResult", description=UNION),
]
InboxViewRemoval = Annotated[
    InboxViewRemoved | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("InboxViewRemoval", description=UNION),
]


@strawberry.input(description="What saveInboxView needs.")
class SaveInboxViewInput:
    filter: FlagFilter = needed("What narrows it.")
    order: FlagOrder = needed("Its order.")
    idempotency_key: UUID = needed(KEY)
    name: str | None = optional("Its name, which replaces any view that has it; without one, how you looked last.")

    def view(self, info: Any) -> View:
        """The view in keys; an id that names nothing is left out, since it would find nothing."""
        chosen, seal = self.filter, info._raw_info.context.seal

        def opened(kind: str, sealed: list[strawberry.ID] | None) -> list[UUID]:
            found = [seal.open_id(each) for each in sealed or ()]
            return [each[1] for each in found if each is not None and each[0] == kind]

        return View(
            queue=chosen.queue,
            states=[*(chosen.states or ())],
            due=chosen.due,
            urgencies=[*(chosen.urgencies or ())],
            concern_codes=chosen.concern_codes or [],
            raised_by_agency_ids=opened("Agency", chosen.raised_by_agency_ids),
            ward_ids=opened("Area", chosen.ward_ids),
            held_by=chosen.held_by,
            order_field=self.order.field,
            order_direction=self.order.direction,
        )


@strawberry.input(description="What removeInboxView needs.")
class RemoveInboxViewInput:
    id: strawberry.ID = needed("The view.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.type
class Inbox:
    @changing("Keep a way to look at the inbox, for yourself alone.", done_by="Whoever is signed in.")
    def save_inbox_view(self, info: Info, input: SaveInboxViewInput) -> InboxViewResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return save_view(session, viewer, name=input.name, view=input.view(info))

        return change(info, input, act, answer="InboxViewSaved")

    @changing("Take away a way to look at the inbox.", done_by="Whoever kept it.")
    def remove_inbox_view(self, info: Info, input: RemoveInboxViewInput) -> InboxViewRemoval:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            view_id = open_id(info, "InboxView", input.id)
            return remove_view(session, viewer, view_id=view_id, expected_version=input.expected_version)

        _, replayed, failure = attempt(info, input, act)
        if failure is not None:
            return cast(Any, failure)
        call, core = info._raw_info.context, info._raw_info
        return call.read_back(core, "InboxViewRemoved", None, replayed=replayed)
