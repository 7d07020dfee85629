"""Shares: the agency that received one answers it."""

from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import ShareResult
from graphql_schema.flag_inputs import KEY, VERSION, needed, optional
from graphql_schema.need_to_know import changing
from graphql_schema.writing import change, open_id
from portal.access.viewer import Viewer
from portal.flags.models import Engagement
from portal.shares.actions import answer_share


@strawberry.input(description="What answerShare needs.")
class AnswerShareInput:
    id: strawberry.ID = needed("The share.")
    expected_version: int = needed(VERSION)
    engagement: Engagement = needed("The coded answer; its words are all the flagger reads.")
    idempotency_key: UUID = needed(KEY)
    note: str | None = optional("More, for those who hold TRIAGE in full; having flagged does not open it.")


@strawberry.type
class Shares:
    @changing("Answer a share your agency received.", done_by="Practitioners, clinicians, service administrators.")
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
