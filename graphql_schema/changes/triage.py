"""Triage: a flag is taken, and decided on."""

from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import FlagResult
from graphql_schema.need_to_know import changing
from graphql_schema.triage_inputs import ShareRequestInput, StartTriageInput, TriageFlagInput
from graphql_schema.writing import change, open_id
from portal.access.viewer import Viewer
from portal.flags import actions
from portal.flags.escalating import escalate_flag
from portal.flags.information import ask_for_information
from portal.flags.merging import merge_flag
from portal.flags.triage import Decision, end_without_action
from portal.shares.actions import ShareRequest, share_flag


def _triage(info: Any, given: TriageFlagInput, session: Session, viewer: Viewer) -> UUID:
    wanted = given.decision
    about: dict[str, Any] = {
        "flag_id": open_id(info, "Flag", given.id),
        "expected_version": given.expected_version,
        "decision": Decision(
            threshold_level_code=given.threshold_level_code, rationale=given.rationale, feedback=given.feedback
        ),
    }
    if wanted.no_further_action:
        return end_without_action(session, viewer, **about, reason_code=wanted.no_further_action.reason_code)
    if wanted.more_information:
        asked = wanted.more_information
        return ask_for_information(session, viewer, **about, question=asked.question, due_at=asked.due_at)
    if wanted.merge:
        return merge_flag(session, viewer, **about, into_id=_opened(info, "Flag", wanted.merge.into_id))
    if wanted.escalate:
        return escalate_flag(
            session,
            viewer,
            **about,
            to_agency_id=_opened(info, "Agency", wanted.escalate.to_agency_id),
            reason_code=wanted.escalate.reason_code,
        )
    assert wanted.share
    return share_flag(session, viewer, **about, requests=[_share(info, each) for each in wanted.share.shares])


def _share(info: Any, given: ShareRequestInput) -> ShareRequest:
    return ShareRequest(
        to_agency_id=_opened(info, "Agency", given.to_agency_id),
        field_groups=tuple(given.field_groups or ()),
        purpose_code=given.purpose_code,
        proportionality_note=given.proportionality_note,
    )


def _opened(info: Any, type_name: str, sealed: str) -> UUID | None:
    """A record named within a form: one that cannot be opened is a broken rule of the form, not a missing record."""
    found = info._raw_info.context.seal.open_id(sealed)
    return found[1] if found is not None and found[0] == type_name else None


@strawberry.type
class Triage:
    @changing("Take a flag into triage.", done_by="Triage workers of the lead authority.")
    def start_triage(self, info: Info, input: StartTriageInput) -> FlagResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return actions.start_triage(
                session,
                viewer,
                flag_id=open_id(info, "Flag", input.id),
                expected_version=input.expected_version,
            )

        return change(info, input, act, answer="FlagSaved")

    @changing("Decide on a flag in triage, and tell the flagger.", done_by="Triage workers of the lead authority.")
    def triage_flag(self, info: Info, input: TriageFlagInput) -> FlagResult:  # noqa: A002
        return change(info, input, lambda session, viewer: _triage(info, input, session, viewer), answer="FlagSaved")
