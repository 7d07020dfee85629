"""Triage: a flag is taken, and decided on."""

from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import FlagResult
from graphql_schema.flag_inputs import StartTriageInput, TriageFlagInput
from graphql_schema.writing import change, open_id
from portal.access.viewer import Viewer
from portal.flags import actions
from portal.flags.triage import Decision, end_without_action
from portal.shares.actions import ShareRequest, share_flag


def _triage(info: Any, given: TriageFlagInput, session: Session, viewer: Viewer) -> UUID:
    flag_id = open_id(info, "Flag", given.id)
    decision = Decision(
        threshold_level_code=given.threshold_level_code, rationale=given.rationale, feedback=given.feedback
    )
    if given.decision.no_further_action:
        return end_without_action(
            session,
            viewer,
            flag_id=flag_id,
            expected_version=given.expected_version,
            decision=decision,
            reason_code=given.decision.no_further_action.reason_code,
        )
    assert given.decision.share
    return share_flag(
        session,
        viewer,
        flag_id=flag_id,
        expected_version=given.expected_version,
        decision=decision,
        requests=[
            ShareRequest(
                to_agency_id=_agency(info, each.to_agency_id),
                field_groups=tuple(each.field_groups or ()),
                purpose_code=each.purpose_code,
                proportionality_note=each.proportionality_note,
            )
            for each in given.decision.share.shares
        ],
    )


def _agency(info: Any, sealed: str) -> UUID | None:
    """An agency that cannot be opened is a broken rule of the form, not a missing record."""
    found = info._raw_info.context.seal.open_id(sealed)
    return found[1] if found is not None and found[0] == "Agency" else None


@strawberry.type
class Triage:
    @strawberry.mutation(description="Take a flag into triage. Triage workers of the lead authority.")
    def start_triage(self, info: Info, input: StartTriageInput) -> FlagResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return actions.start_triage(
                session,
                viewer,
                flag_id=open_id(info, "Flag", input.id),
                expected_version=input.expected_version,
            )

        return change(info, input, act, answer="FlagSaved")

    @strawberry.mutation(description="Decide on a flag in triage, and tell the flagger. Triage workers.")
    def triage_flag(self, info: Info, input: TriageFlagInput) -> FlagResult:  # noqa: A002
        return change(info, input, lambda session, viewer: _triage(info, input, session, viewer), answer="FlagSaved")
