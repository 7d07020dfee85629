"""What the world can ask of what happened to a flag: decisions, words to the flagger, questions, new facts, steps."""

from datetime import datetime

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, case

from graphql_schema.agencies import Agency
from graphql_schema.disclosures import Maskable
from graphql_schema.flag_words import Engagement, FlagState, TriageOutcome
from graphql_schema.identity import Actor
from graphql_schema.nodes import Node, Versioned
from graphql_schema.selection.declare import by_key, column, concept, expression, global_id, one, planned
from graphql_schema.selection.record import Scope
from graphql_schema.vocabularies import Concept
from portal.access.field_groups import FieldGroup, Level
from portal.flags import models

FACTS_CODED = (FieldGroup.FLAG_FACTS, Level.CODED)
FACTS_FULL = (FieldGroup.FLAG_FACTS, Level.FULL)
TRIAGE_STATUS = (FieldGroup.TRIAGE, Level.STATUS)
TRIAGE_CODED = (FieldGroup.TRIAGE, Level.CODED)
TRIAGE_FULL = (FieldGroup.TRIAGE, Level.FULL)


def _reason(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    """The reason's entry: each outcome that has reasons has a vocabulary of its own."""
    escalated = scope.row.c.outcome == TriageOutcome.ESCALATE.value
    vocabulary = case((escalated, "escalation-reason"), else_="nfa-reason")
    return and_(row.c.vocabulary == vocabulary, row.c.code == scope.row.c.reason_code)


@planned(models.TriageDecision, root=models.TriageDecision.flag_id, need=TRIAGE_STATUS)
@strawberry.type(description="What triage decided. [TRIAGE, status]")
class TriageDecision(Node, Versioned, Maskable):
    id: strawberry.ID = global_id("TriageDecision", models.TriageDecision.id)
    outcome: TriageOutcome = column(models.TriageDecision.outcome, "The outcome.")
    decided_at: datetime = column(models.TriageDecision.decided_at, "When.")
    decided_by: Actor | None = one(
        "Actor", by_key(models.TriageDecision.decided_by_membership_id), "By whom.", TRIAGE_CODED
    )
    reason: Concept | None = one(
        "Concept", _reason, "Why nothing more is done, or why it cannot wait, coded.", TRIAGE_CODED
    )
    escalated_to: Agency | None = one(
        "Agency", by_key(models.TriageDecision.escalated_to_agency_id), "Who safeguards from here on.", TRIAGE_CODED
    )
    threshold_level: Concept | None = concept(
        "threshold-level", models.TriageDecision.threshold_level_code, "Threshold of need, coded.", TRIAGE_CODED
    )
    rationale: str | None = column(models.TriageDecision.rationale, "Why.", TRIAGE_FULL)


@planned(models.Feedback, root=models.Feedback.flag_id, need=TRIAGE_STATUS)
@strawberry.type(description="The word back to the flagger. [TRIAGE, status]")
class Feedback(Node):
    id: strawberry.ID = global_id("Feedback", models.Feedback.id)
    text: str = column(models.Feedback.text, "What was said, lawful for the flagger to read.")
    engagement: Engagement | None = column(models.Feedback.engagement, "What a service said, coded.")
    given_at: datetime = column(models.Feedback.given_at, "When.")
    given_by_agency: Agency = one("Agency", by_key(models.Feedback.given_by_agency_id), "By which agency.")


@planned(models.InformationRequest, root=models.InformationRequest.flag_id, need=TRIAGE_STATUS)
@strawberry.type(description="A question to the flagger's agency, and its answer. [TRIAGE, status]")
class InformationRequest(Node, Versioned, Maskable):
    id: strawberry.ID = global_id("InformationRequest", models.InformationRequest.id)
    question: str = column(models.InformationRequest.question, "The question; the flagger's agency reads it.")
    asked_at: datetime = column(models.InformationRequest.asked_at, "When it was asked.")
    asked_by: Actor | None = one(
        "Actor", by_key(models.InformationRequest.asked_by_membership_id), "Who asked.", TRIAGE_CODED
    )
    due_at: datetime | None = column(models.InformationRequest.due_at, "When an answer is needed.")
    lapsed: bool = column(
        models.InformationRequest.lapsed, "Whether its time ran out and triage went on without an answer."
    )
    answered_at: datetime | None = column(models.InformationRequest.answered_at, "When it was answered.")
    answered_by: Actor | None = one(
        "Actor", by_key(models.InformationRequest.answered_by_membership_id), "Who answered.", FACTS_CODED
    )
    answer: str | None = column(models.InformationRequest.answer, "The answer, a fact.", FACTS_FULL)


@planned(models.FlagAddition, root=models.FlagAddition.flag_id, need=FACTS_CODED)
@strawberry.type(description="New facts on which a flag was opened again. [FLAG_FACTS, coded]")
class FlagAddition(Node, Maskable):
    id: strawberry.ID = global_id("FlagAddition", models.FlagAddition.id)
    fact: str | None = column(models.FlagAddition.fact, "What is new.", FACTS_FULL)
    observed_at: datetime = column(models.FlagAddition.observed_at, "When it was seen.")
    added_at: datetime = column(models.FlagAddition.added_at, "When it was added.")
    added_by: Actor = one("Actor", by_key(models.FlagAddition.added_by_membership_id), "Who added it.")


@planned(models.FlagTransition, root=models.FlagTransition.flag_id, need=TRIAGE_STATUS)
@strawberry.type(description="One step of a flag's life. [TRIAGE, status]")
class FlagTransition(Node, Maskable):
    id: strawberry.ID = global_id("FlagTransition", models.FlagTransition.id)
    from_state: FlagState | None = expression(
        lambda scope: scope.row.c.from_state, "State before; null for the first.", name="from"
    )
    to_state: FlagState = expression(lambda scope: scope.row.c.to_state, "State after.", name="to")
    at: datetime = column(models.FlagTransition.at, "When.")
    by: Actor | None = one(
        "Actor", by_key(models.FlagTransition.by_membership_id), "Who; nobody where its time had come.", TRIAGE_CODED
    )
