"""Drafts made by hand: kept while somebody types, and thrown away for good."""

from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import REPLAYED, UNION, FlagResult
from graphql_schema.draft_inputs import DiscardFlagDraftInput, SaveFlagDraftInput
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.need_to_know import WHOEVER_ASKED, changing
from graphql_schema.selection.declare import constant, planned
from graphql_schema.writing import attempt, change, open_id
from portal.access.viewer import Viewer
from portal.flags.drafts import discard_draft, save_draft


@planned(readers=WHOEVER_ASKED)
@strawberry.type(description="The draft is gone for good; the audit keeps that it was there. [RECORD]")
class FlagDraftDiscarded:
    replayed: bool = constant("replayed", REPLAYED)


DiscardFlagDraftResult = Annotated[
    FlagDraftDiscarded | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("DiscardFlagDraftResult", description=UNION),
]


@strawberry.type
class Drafts:
    @changing("Keep a half-written flag as a draft its author alone sees.", done_by="Whoever may raise flags.")
    def save_flag_draft(self, info: Info, input: SaveFlagDraftInput) -> FlagResult:  # noqa: A002  the schema's own word
        def act(session: Session, viewer: Viewer) -> UUID:
            draft_id = None if input.draft_id is None else open_id(info, "Flag", input.draft_id)
            return save_draft(
                session, viewer, drafted=input.drafted(), draft_id=draft_id, draft_version=input.expected_version
            )

        return change(info, input, act, answer="FlagSaved")

    @changing("Delete a draft for good.", done_by="Its author.")
    def discard_flag_draft(self, info: Info, input: DiscardFlagDraftInput) -> DiscardFlagDraftResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> None:
            draft_id = open_id(info, "Flag", input.id)
            discard_draft(session, viewer, draft_id=draft_id, expected_version=input.expected_version)

        _, replayed, failure = attempt(info, input, act)
        if failure is not None:
            return cast(Any, failure)
        core = info._raw_info
        return core.context.read_back(core, "FlagDraftDiscarded", None, replayed=replayed)
