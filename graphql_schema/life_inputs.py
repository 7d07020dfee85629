"""What the world can send once a flag is on its way: answers, words to the flagger, and how it ends or begins anew."""

from datetime import datetime
from uuid import UUID

import strawberry

from graphql_schema.flag_inputs import KEY, VERSION, needed, optional


@strawberry.input(description="What answerInformationRequest needs.")
class AnswerInformationRequestInput:
    id: strawberry.ID = needed("The flag.")
    expected_version: int = needed(VERSION)
    request_id: strawberry.ID = needed("The question.")
    answer: str = needed("The answer, fact only.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What giveFeedback needs.")
class GiveFeedbackInput:
    id: strawberry.ID = needed("The flag.")
    expected_version: int = needed(VERSION)
    text: str = needed("What the flagger may lawfully be told.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What withdrawFlag needs.")
class WithdrawFlagInput:
    id: strawberry.ID = needed("The flag.")
    expected_version: int = needed(VERSION)
    reason_code: str = needed("Why, coded.")
    idempotency_key: UUID = needed(KEY)
    note: str | None = optional("More, in words.")


@strawberry.input(description="What reopenFlag needs.")
class ReopenFlagInput:
    id: strawberry.ID = needed("The flag.")
    expected_version: int = needed(VERSION)
    new_fact: str = needed("What is new; the same facts again open nothing.")
    observed_at: datetime = needed("When it was seen.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What closeFlag needs.")
class CloseFlagInput:
    id: strawberry.ID = needed("The flag.")
    expected_version: int = needed(VERSION)
    outcome_code: str = needed("How it ended: help in place, or support that was needed and not found.")
    feedback: str = needed("What the flagger may lawfully be told.")
    idempotency_key: UUID = needed(KEY)
