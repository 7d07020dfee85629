"""The talk about a plan: counter-proposals to the version on the table, what becomes of them, and comments."""

from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.need_to_know import changing
from graphql_schema.plan_answers import PlanVersionResult
from graphql_schema.plan_inputs import (
    COMMISSIONERS,
    AcceptProposalInput,
    CommentOnClauseInput,
    CounterProposeInput,
    RejectProposalInput,
    ResolveCommentInput,
    WithdrawProposalInput,
)
from graphql_schema.plan_text_answers import CommentResult, ProposalResult
from graphql_schema.writing import as_read, change, open_id
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.plans import commenting, countering

OTHERS = "Commissioners of another party."


def _exactly_one(one: Any, other: Any, *, name: str, message: str) -> None:
    if (one is None) == (other is None):
        raise Invalid(InvalidField(path=(name,), code=InvalidCode.REQUIRED, message=message))


def _leave_out(sent: Any, name: str, message: str) -> None:
    if sent:
        raise Invalid(InvalidField(path=(name,), code=InvalidCode.NOT_ALLOWED, message=message))


@strawberry.type
class PlanTalk:
    @changing(
        "Offer other words for one clause, or other money for one scheme, of the version on the table.",
        done_by=COMMISSIONERS,
    )
    def counter_propose(
        self,
        info: Info,
        input: CounterProposeInput,  # noqa: A002  the schema's own word
    ) -> ProposalResult:
        def act(session: Session, viewer: Viewer) -> UUID:
            message = "Name a clause with the words you want, or a scheme with the money you want."
            _exactly_one(input.clause_id, input.scheme_id, name="clauseId", message=message)
            if input.clause_id is not None:
                _leave_out(input.contributions, "contributions", "Name a scheme to offer other money for it.")
                return countering.counter_clause(
                    session,
                    viewer,
                    clause_id=open_id(info, "Clause", input.clause_id),
                    base_hash=input.base_hash,
                    words=input.text or "",
                    reason=input.reason,
                )
            _leave_out(input.text, "text", "Name a clause to offer other words for it.")
            return countering.counter_money(
                session,
                viewer,
                scheme_id=open_id(info, "Scheme", input.scheme_id or ""),
                base_hash=input.base_hash,
                contributions=[
                    each.wanted(info, "contributions", str(position))
                    for position, each in enumerate(input.contributions or [])
                ],
                reason=input.reason,
            )

        return change(info, input, act, answer="ProposalSaved")

    @changing("Take a counter-proposal into the next version, which is on the table at once.", done_by=OTHERS)
    def accept_proposal(self, info: Info, input: AcceptProposalInput) -> PlanVersionResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return countering.accept(session, viewer, **as_read(info, input, "Proposal", "proposal_id"))

        return change(info, input, act, answer="PlanVersionSaved")

    @changing("Say no to a counter-proposal, and why.", done_by=OTHERS)
    def reject_proposal(self, info: Info, input: RejectProposalInput) -> ProposalResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return countering.reject(
                session, viewer, **as_read(info, input, "Proposal", "proposal_id"), reason=input.reason
            )

        return change(info, input, act, answer="ProposalSaved")

    @changing("Take back a counter-proposal.", done_by="Commissioners of the agency that made it.")
    def withdraw_proposal(self, info: Info, input: WithdrawProposalInput) -> ProposalResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return countering.withdraw_proposal(session, viewer, **as_read(info, input, "Proposal", "proposal_id"))

        return change(info, input, act, answer="ProposalSaved")

    @changing("Comment on a clause, or on the plan as a whole.", done_by="Any member of a party.")
    def comment_on_clause(self, info: Info, input: CommentOnClauseInput) -> CommentResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            message = "Name a clause, or a version for a comment on the plan as a whole."
            _exactly_one(input.clause_id, input.plan_version_id, name="clauseId", message=message)
            about = (
                {"version_id": open_id(info, "PlanVersion", input.plan_version_id or "")}
                if input.clause_id is None
                else {"clause_id": open_id(info, "Clause", input.clause_id)}
            )
            return commenting.comment(session, viewer, **about, text=input.text)

        return change(info, input, act, answer="CommentSaved")

    @changing(
        "Say that a comment is settled.", done_by="Commissioners of a party, and any member of the agency that made it."
    )
    def resolve_comment(self, info: Info, input: ResolveCommentInput) -> CommentResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            comment_id = open_id(info, "Comment", input.id)
            return commenting.resolve_comment(
                session, viewer, comment_id=comment_id, expected_version=input.expected_version
            )

        return change(info, input, act, answer="CommentSaved")
