"""The life of a flag after it was decided on: questions answered, flaggers told, flags ended and opened again."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import FlagResult
from graphql_schema.life_inputs import (
    AnswerInformationRequestInput,
    CloseFlagInput,
    GiveFeedbackInput,
    ReopenFlagInput,
    WithdrawFlagInput,
)
from graphql_schema.need_to_know import changing
from graphql_schema.writing import change, open_id
from portal.access.viewer import Viewer
from portal.flags.feedback import give_feedback
from portal.flags.information import answer_information_request
from portal.flags.reopening import reopen_flag
from portal.flags.withdrawing import withdraw_flag
from portal.shares.ending import close_flag


def _change(info: Any, given: Any, action: Callable[..., UUID], **details: Any) -> Any:
    """Carry out an action on the flag an input names."""

    def act(session: Session, viewer: Viewer) -> UUID:
        flag_id = open_id(info, "Flag", given.id)
        opened = {name: value() if callable(value) else value for name, value in details.items()}
        return action(session, viewer, flag_id=flag_id, expected_version=given.expected_version, **opened)

    return change(info, given, act, answer="FlagSaved")


@strawberry.type
class Life:
    @changing("Answer a question of triage.", done_by="Whoever raised the flag, and the sergeants of their team.")
    def answer_information_request(
        self,
        info: Info,
        input: AnswerInformationRequestInput,  # noqa: A002  the schema's own word
    ) -> FlagResult:
        return _change(
            info,
            input,
            answer_information_request,
            request_id=lambda: open_id(info, "InformationRequest", input.request_id),
            answer=input.answer,
        )

    @changing("Tell the flagger more.", done_by="Triage workers, and agencies that received the flag.")
    def give_feedback(self, info: Info, input: GiveFeedbackInput) -> FlagResult:  # noqa: A002
        return _change(info, input, give_feedback, words=input.text)

    @changing(
        "Take a flag back before it is decided on.", done_by="Whoever raised it, and the sergeants of their team."
    )
    def withdraw_flag(self, info: Info, input: WithdrawFlagInput) -> FlagResult:  # noqa: A002
        return _change(info, input, withdraw_flag, reason_code=input.reason_code, note=input.note)

    @changing("Open a flag again on new facts.", done_by="Triage workers, and the flagger's agency.")
    def reopen_flag(self, info: Info, input: ReopenFlagInput) -> FlagResult:  # noqa: A002
        return _change(info, input, reopen_flag, new_fact=input.new_fact, observed_at=input.observed_at)

    @changing(
        "Close a flag with an outcome, end its shares, tell the flagger.",
        done_by="Triage workers of the lead authority.",
    )
    def close_flag(self, info: Info, input: CloseFlagInput) -> FlagResult:  # noqa: A002
        return _change(info, input, close_flag, outcome_code=input.outcome_code, feedback=input.feedback)
