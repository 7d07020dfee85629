"""Every change the world can ask for, named verb and noun as practitioners speak."""

from typing import Any, cast
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import FlagResult, ImportResult, NotificationResult, RaiseFlagResult, ShareResult
from graphql_schema.flag_inputs import (
    KEY,
    VERSION,
    ImportFlagsInput,
    RaiseFlagInput,
    StartTriageInput,
    TriageFlagInput,
    needed,
    optional,
)
from graphql_schema.writing import attempt, change, open_id
from portal.access.viewer import Viewer
from portal.flags import actions
from portal.flags.importing import import_flags
from portal.flags.models import Engagement
from portal.flags.triage import Decision, end_without_action
from portal.notifications.actions import acknowledge
from portal.shares.actions import ShareRequest, answer_share, share_flag


@strawberry.input(description="What answerShare needs.")
class AnswerShareInput:
    id: strawberry.ID = needed("The share.")
    expected_version: int = needed(VERSION)
    engagement: Engagement = needed("The coded answer; its words are all the flagger reads.")
    idempotency_key: UUID = needed(KEY)
    note: str | None = optional("More, for those who hold TRIAGE in full; having flagged does not open it.")


@strawberry.input(description="What acknowledgeNotification needs.")
class AcknowledgeNotificationInput:
    id: strawberry.ID = needed("The notification.")
    idempotency_key: UUID = needed(KEY)


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


@strawberry.type(description="Every change; an operation makes one. [RECORD]")
class Mutation:
    @strawberry.mutation(description="Raise a flag, or promote an imported draft. Any caseworker of a partnership.")
    def raise_flag(self, info: Info, input: RaiseFlagInput) -> RaiseFlagResult:  # noqa: A002  the schema's own word
        def act(session: Session, viewer: Viewer) -> UUID:
            draft_id = None if input.draft_id is None else open_id(info, "Flag", input.draft_id)
            return actions.raise_flag(
                session, viewer, report=input.report(), draft_id=draft_id, draft_version=input.draft_version
            )

        return change(info, input, act, answer="FlagRaised")

    @strawberry.mutation(description="Import incidents as drafts to look at. Officers and sergeants with a team.")
    def import_flags(self, info: Info, input: ImportFlagsInput) -> ImportResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> list[Any]:
            reports = [row.report(input.system) for row in input.rows]
            return [
                (
                    row.position,
                    row.reference,
                    row.outcome,
                    row.flag_id,
                    [vars(problem) for problem in row.problems],
                )
                for row in import_flags(session, viewer, reports=reports, dry_run=input.dry_run)
            ]

        rows, replayed, failure = attempt(info, input, act)
        if failure is not None:
            return cast(Any, failure)
        call, core = info._raw_info.context, info._raw_info
        opened = [
            (place, reference, outcome, UUID(flag_id) if flag_id else None, problems)
            for place, reference, outcome, flag_id, problems in rows
        ]
        return call.read_back(core, "RowsImported", None, rows=opened, replayed=replayed)

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

    @strawberry.mutation(
        description="Answer a share your agency received. Practitioners, clinicians, service administrators."
    )
    def answer_share(self, info: Info, input: AnswerShareInput) -> ShareResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return answer_share(
                session,
                viewer,
                share_id=open_id(info, "Share", input.id),
                expected_version=input.expected_version,
                engagement=input.engagement,
                note=input.note,
            )

        return change(info, input, act, answer="ShareSaved")

    @strawberry.mutation(description="Say that you have read what waits for you. Whomever it waits for.")
    def acknowledge_notification(
        self,
        info: Info,
        input: AcknowledgeNotificationInput,  # noqa: A002
    ) -> NotificationResult:
        def act(session: Session, viewer: Viewer) -> UUID:
            return acknowledge(session, viewer, notification_id=open_id(info, "Notification", input.id))

        return change(info, input, act, answer="NotificationSaved")
