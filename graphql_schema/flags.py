"""What the world can ask of a flag, and everything that hangs under it."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, and_, select

from graphql_schema.agencies import Agency
from graphql_schema.disclosures import Disclosed, Maskable
from graphql_schema.identity import Actor
from graphql_schema.nodes import Node, Versioned
from graphql_schema.paging import Connection
from graphql_schema.partnerships import Partnership
from graphql_schema.people import IDENTITY_CODED, Person
from graphql_schema.selection.declare import (
    begin_at,
    by_key,
    column,
    concept,
    expression,
    global_id,
    many,
    one,
    one_of,
    paged,
    planned,
    same,
    under,
)
from graphql_schema.selection.kinds import Related
from graphql_schema.selection.record import Scope
from graphql_schema.shares import Share
from graphql_schema.vocabularies import Concept
from portal.access.field_groups import FieldGroup, Level
from portal.access.flags import START_TRIAGE, SUBMIT, TRIAGE
from portal.access.rule import Verb, may
from portal.flags import models
from portal.flags.states import FlagState
from portal.shares.models import Share as ShareModel

strawberry.enum(FlagState, description="Where a flag stands; a step not listed in the state machine does not exist.")
strawberry.enum(models.Urgency, description="How soon somebody must look.")
strawberry.enum(models.FlagSetting, description="Where contact happened.")
strawberry.enum(models.Standpoint, description="How the young person stands to what was seen.")
strawberry.enum(models.Told, description="Whether the young person knows.")
strawberry.enum(models.TimePrecision, description="How exactly a time is known.")
strawberry.enum(models.TriageOutcome, description="What triage can decide.")

FACTS_CODED = (FieldGroup.FLAG_FACTS, Level.CODED)
FACTS_FULL = (FieldGroup.FLAG_FACTS, Level.FULL)
OPINION_FULL = (FieldGroup.FLAG_OPINION, Level.FULL)
STANDPOINT_CODED = (FieldGroup.STANDPOINT, Level.CODED)
SOURCE_CODED = (FieldGroup.SOURCE_REFERENCE, Level.CODED)
THIRD_PARTIES_FULL = (FieldGroup.THIRD_PARTIES, Level.FULL)
BASIS_CODED = (FieldGroup.LAWFUL_BASIS, Level.CODED)
TRIAGE_STATUS = (FieldGroup.TRIAGE, Level.STATUS)
TRIAGE_CODED = (FieldGroup.TRIAGE, Level.CODED)
TRIAGE_FULL = (FieldGroup.TRIAGE, Level.FULL)


@planned(models.PlaceGroup, root=models.PlaceGroup.flag_id)
@strawberry.type(description="Young people at a place, nobody named. [RECORD]")
class PlaceGroup(Node, Versioned, Maskable):
    id: strawberry.ID = global_id("PlaceGroup", models.PlaceGroup.id)
    description: str | None = column(
        models.PlaceGroup.description, "Who is seen there, in words that name nobody.", FACTS_FULL
    )
    estimated_size: int | None = column(models.PlaceGroup.estimated_size, "About how many.", FACTS_CODED)
    usual_times: str | None = column(models.PlaceGroup.usual_times, "When they are there.", FACTS_FULL)


FlagSubject = Annotated[Person | PlaceGroup, strawberry.union("FlagSubject", description="Whom a flag is about.")]


@planned()
@strawberry.type(description="A reference in another system. [SOURCE_REFERENCE, coded]")
class SourceReference:
    system: str = expression(lambda scope: scope.row.c.source_system, "Which system.")
    value: str = expression(lambda scope: scope.row.c.source_reference, "Its reference.")


@planned(models.TriageDecision, root=models.TriageDecision.flag_id, need=TRIAGE_STATUS)
@strawberry.type(description="What triage decided. [TRIAGE, status]")
class TriageDecision(Node, Versioned, Maskable):
    id: strawberry.ID = global_id("TriageDecision", models.TriageDecision.id)
    outcome: models.TriageOutcome = column(models.TriageDecision.outcome, "The outcome.")
    decided_at: datetime = column(models.TriageDecision.decided_at, "When.")
    decided_by: Actor | None = one(
        "Actor", by_key(models.TriageDecision.decided_by_membership_id), "By whom.", TRIAGE_CODED
    )
    reason: Concept | None = concept(
        "nfa-reason", models.TriageDecision.reason_code, "Why nothing more is done, coded.", TRIAGE_CODED
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
    engagement: models.Engagement | None = column(models.Feedback.engagement, "What a service said, coded.")
    given_at: datetime = column(models.Feedback.given_at, "When.")
    given_by_agency: Agency = one("Agency", by_key(models.Feedback.given_by_agency_id), "By which agency.")


@planned(models.FlagTransition, root=models.FlagTransition.flag_id, need=TRIAGE_STATUS)
@strawberry.type(description="One step of a flag's life. [TRIAGE, status]")
class FlagTransition(Node, Maskable):
    id: strawberry.ID = global_id("FlagTransition", models.FlagTransition.id)
    from_state: FlagState | None = expression(
        lambda scope: scope.row.c.from_state, "State before; null for the first.", name="from"
    )
    to_state: FlagState = expression(lambda scope: scope.row.c.to_state, "State after.", name="to")
    at: datetime = column(models.FlagTransition.at, "When.")
    by: Actor | None = one("Actor", by_key(models.FlagTransition.by_membership_id), "Who.", TRIAGE_CODED)


def _concern(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    concern = models.FlagConcern.__table__.alias()
    of_flag = select(concern.c.concern_code).where(concern.c.flag_id == scope.row.c.id).correlate(*scope.outer)
    return and_(row.c.vocabulary == "concern", row.c.code.in_(of_flag))


def _can(verb: Verb[models.Flag], words: str) -> Any:
    return expression(lambda scope: may(scope.viewer, verb, scope.row), f"Whether the viewer may {words} now.")


@planned(models.Flag, root=models.Flag.id)
@strawberry.type(description="An early-identification flag about a young person or a group at a place. [RECORD]")
class Flag(Node, Versioned, Disclosed, Maskable):
    id: strawberry.ID = global_id("Flag", models.Flag.id)
    reference: str = column(models.Flag.reference, "Short receipt reference people can say on the phone.")
    state: FlagState = column(models.Flag.state, "Where it stands.")
    partnership: Partnership = one(
        "Partnership", by_key(models.Flag.partnership_id), "The partnership that triages it."
    )
    raised_by_agency: Agency = one("Agency", by_key(models.Flag.raised_by_agency_id), "The agency that raised it.")
    raised_at: datetime | None = column(models.Flag.raised_at, "When it was submitted; null while a draft.")
    expires_at: datetime | None = column(models.Flag.expires_at, "When it is due to end, counted from submission.")
    raised_by: Actor | None = one("Actor", by_key(models.Flag.raised_by_membership_id), "Who raised it.", FACTS_CODED)
    subject: FlagSubject | None = one_of(
        [
            Related(target="Person", on=by_key(models.Flag.person_id)),
            Related(target="PlaceGroup", on=under(models.PlaceGroup.flag_id), same_root=True),
        ],
        "Whom or what it is about; its own fields are masked by their groups.",
    )
    age_band: Concept | None = concept("age-band", models.Flag.age_band_code, "Age band as it looked.", IDENTITY_CODED)
    urgency: models.Urgency | None = column(models.Flag.urgency, "How soon somebody must look.", FACTS_CODED)
    concerns: list[Concept] | None = many(
        "Concept", _concern, "Concerns, coded.", FACTS_CODED, order=lambda row: [row.c.position]
    )
    setting: models.FlagSetting | None = column(models.Flag.setting, "Where such contact happens.", FACTS_CODED)
    observed_at: datetime | None = column(models.Flag.observed_at, "When it was seen.", FACTS_CODED)
    observed_precision: models.TimePrecision | None = column(
        models.Flag.observed_precision, "How exactly that is known.", FACTS_CODED
    )
    place_description: str | None = column(models.Flag.place_description, "The place in words.", FACTS_FULL)
    fact: str | None = column(models.Flag.fact, "What was seen or heard, without judgement.", FACTS_FULL)
    own_words: str | None = column(models.Flag.own_words, "What the young person said, in their words.", FACTS_FULL)
    strengths: str | None = column(models.Flag.strengths, "What goes well for them.", FACTS_FULL)
    emergency_action: Concept | None = concept(
        "emergency-action",
        models.Flag.emergency_action_code,
        "What was done before the form, if danger was immediate.",
        FACTS_CODED,
    )
    emergency_incident_number: str | None = column(
        models.Flag.emergency_incident_number, "The incident's number in the control room.", SOURCE_CODED
    )
    opinion: str | None = column(
        models.Flag.opinion, "What the flagger makes of it, kept apart from fact.", OPINION_FULL
    )
    standpoint: models.Standpoint | None = column(
        models.Flag.standpoint, "At risk, victim or suspected; never merged.", STANDPOINT_CODED
    )
    source_reference: SourceReference | None = same(
        "SourceReference",
        "The flagger's own system's reference.",
        SOURCE_CODED,
        present=lambda scope: scope.row.c.source_reference.is_not(None),
    )
    third_party_notes: str | None = column(
        models.Flag.third_party_notes, "Family and others, as the flagger noted.", THIRD_PARTIES_FULL
    )
    told: models.Told | None = column(
        models.Flag.told, "Whether the young person knows, or could not safely be told.", BASIS_CODED
    )
    purpose: Concept | None = concept(
        "purpose", models.Flag.purpose_code, "What for; the lawful basis follows from it.", BASIS_CODED
    )
    triaged_by: Actor | None = one("Actor", by_key(models.Flag.triaged_by_membership_id), "Who took it.", TRIAGE_CODED)
    decision: TriageDecision | None = one(
        "TriageDecision",
        under(models.TriageDecision.flag_id),
        "The decision in force.",
        TRIAGE_STATUS,
        same_root=True,
        order=lambda row: [row.c.decided_at.desc(), row.c.id],
    )
    feedback: Connection[Feedback] | None = paged(
        "Feedback",
        under(models.Feedback.flag_id),
        "What the flagger was told; always at least a lawful minimum. Newest first.",
        TRIAGE_STATUS,
        same_root=True,
        begin=begin_at(models.Feedback.given_at, descending=True),
    )
    transitions: Connection[FlagTransition] | None = paged(
        "FlagTransition",
        under(models.FlagTransition.flag_id),
        "Every step of its life, newest first.",
        TRIAGE_STATUS,
        same_root=True,
        begin=begin_at(models.FlagTransition.at, descending=True),
    )
    shares: Connection[Share] | None = paged(
        "Share",
        under(ShareModel.flag_id),
        "Shares opened from it, newest first.",
        BASIS_CODED,
        same_root=True,
        begin=begin_at(ShareModel.created_at, descending=True),
    )
    viewer_can_submit: bool = _can(SUBMIT, "submit this draft")
    viewer_can_start_triage: bool = _can(START_TRIAGE, "take this into triage")
    viewer_can_triage: bool = _can(TRIAGE, "decide on this")
