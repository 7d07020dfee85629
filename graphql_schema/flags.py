"""What the world can ask of a flag, and everything that hangs under it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, Text, and_, func, select

from graphql_schema.agencies import Agency, Area
from graphql_schema.disclosures import Disclosed, Maskable
from graphql_schema.flag_life import (
    FACTS_CODED,
    FACTS_FULL,
    TRIAGE_CODED,
    TRIAGE_STATUS,
    Feedback,
    FlagAddition,
    FlagTransition,
    InformationRequest,
    TriageDecision,
)
from graphql_schema.flag_queues import viewer_due_at
from graphql_schema.flag_words import FlagState
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
from portal.access.flags import (
    ANSWER_INFORMATION,
    ASK,
    DISCARD_IMPORTED,
    EDIT_DRAFT,
    ESCALATE,
    EXPORT,
    GIVE_FEEDBACK,
    MERGE,
    REOPEN,
    SHARE,
    START_TRIAGE,
    SUBMIT,
    TRIAGE,
    WITHDRAW,
)
from portal.access.rule import Verb, may
from portal.access.shares import CLOSE
from portal.flags import models
from portal.flags.states import OPEN
from portal.shares.models import Share as ShareModel
from portal.vocabularies.queries import words

OPINION_FULL = (FieldGroup.FLAG_OPINION, Level.FULL)
STANDPOINT_CODED = (FieldGroup.STANDPOINT, Level.CODED)
SOURCE_CODED = (FieldGroup.SOURCE_REFERENCE, Level.CODED)
THIRD_PARTIES_FULL = (FieldGroup.THIRD_PARTIES, Level.FULL)
BASIS_CODED = (FieldGroup.LAWFUL_BASIS, Level.CODED)
OUTCOME_CODED = (FieldGroup.OUTCOME, Level.CODED)


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


@planned()
@strawberry.type(description="A point in degrees of WGS 84, exact to six places. [FLAG_FACTS, full]")
class Point:
    latitude: Decimal = expression(lambda scope: scope.row.c.latitude.cast(Text), "Degrees north.")
    longitude: Decimal = expression(lambda scope: scope.row.c.longitude.cast(Text), "Degrees east.")
    approximate: bool = expression(
        lambda scope: scope.row.c.point_is_approximate, "Whether it was moved on purpose, so that no house is told."
    )


@planned(models.FlagSource, root=models.FlagSource.flag_id)
@strawberry.type(description="An incident of another system that a flag was made from. [RECORD]")
class FlagSource(Node, Maskable):
    id: strawberry.ID = global_id("FlagSource", models.FlagSource.id)
    system: str | None = column(models.FlagSource.system, "Which system.", SOURCE_CODED)
    reference: str | None = column(models.FlagSource.reference, "Its reference.", SOURCE_CODED)
    observed_at: datetime | None = column(models.FlagSource.observed_at, "When it was seen.", FACTS_CODED)
    observed_precision: models.TimePrecision | None = column(
        models.FlagSource.observed_precision, "How exactly that is known.", FACTS_CODED
    )
    place_description: str | None = column(models.FlagSource.place_description, "The place in words.", FACTS_FULL)
    fact: str | None = column(models.FlagSource.fact, "What was recorded.", FACTS_FULL)


def _concern(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    concern = models.FlagConcern.__table__.alias()
    of_flag = select(concern.c.concern_code).where(concern.c.flag_id == scope.row.c.id).correlate(*scope.outer)
    return and_(row.c.vocabulary == "concern", row.c.code.in_(of_flag))


def _words_then(scope: Scope) -> FromClause:
    row = scope.row
    moment = func.coalesce(row.c.raised_at, func.statement_timestamp())
    return words(row.c.partnership_id, moment, outer=scope.outer)


def _can(verb: Verb[models.Flag], words: str) -> Any:
    return expression(lambda scope: may(scope.viewer, verb, scope.row), f"Whether the viewer may {words} now.")


@planned(models.Flag, root=models.Flag.id)
@strawberry.type(description="An early-identification flag about a young person or a group at a place. [RECORD]")
class Flag(Node, Versioned, Disclosed, Maskable):
    id: strawberry.ID = global_id("Flag", models.Flag.id)
    reference: str = column(models.Flag.reference, "Short receipt reference people can say on the phone.")
    state: FlagState = column(models.Flag.state, "Where it stands.")
    is_open: bool = expression(
        lambda scope: scope.row.c.state.in_(OPEN),
        "Whether somebody still has to do something about it; only such a flag can carry another one on.",
    )
    partnership: Partnership = one(
        "Partnership", by_key(models.Flag.partnership_id), "The partnership that triages it."
    )
    raised_by_agency: Agency = one("Agency", by_key(models.Flag.raised_by_agency_id), "The agency that raised it.")
    raised_at: datetime | None = column(models.Flag.raised_at, "When it was submitted; null while a draft.")
    expires_at: datetime | None = column(
        models.Flag.expires_at, "When it is due to end, counted from submission; when a draft made by hand is deleted."
    )
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
        "Concept",
        _concern,
        "Concerns, coded, in the words of the day it was raised.",
        FACTS_CODED,
        order=lambda row: [row.c.position],
        source=_words_then,
    )
    setting: models.FlagSetting | None = column(models.Flag.setting, "Where such contact happens.", FACTS_CODED)
    observed_at: datetime | None = column(models.Flag.observed_at, "When it was seen.", FACTS_CODED)
    observed_precision: models.TimePrecision | None = column(
        models.Flag.observed_precision, "How exactly that is known.", FACTS_CODED
    )
    place_description: str | None = column(models.Flag.place_description, "The place in words.", FACTS_FULL)
    point: Point | None = same(
        "Point", "The place on the map.", FACTS_FULL, present=lambda scope: scope.row.c.latitude.is_not(None)
    )
    ward: Area | None = one("Area", by_key(models.Flag.ward_id), "Its ward or beat.", FACTS_CODED)
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
    sources: list[FlagSource] | None = many(
        "FlagSource",
        under(models.FlagSource.flag_id),
        "The incidents of other systems it was made from, oldest first.",
        FACTS_CODED,
        same_root=True,
        order=lambda row: [row.c.observed_at, row.c.id],
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
    triage_due_at: datetime | None = column(
        models.Flag.triage_due_at, "When triage is promised to have decided.", TRIAGE_STATUS
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
    decisions: Connection[TriageDecision] | None = paged(
        "TriageDecision",
        under(models.TriageDecision.flag_id),
        "Every decision, newest first.",
        TRIAGE_STATUS,
        same_root=True,
        begin=begin_at(models.TriageDecision.decided_at, descending=True),
    )
    feedback: Connection[Feedback] | None = paged(
        "Feedback",
        under(models.Feedback.flag_id),
        "What the flagger was told; always at least a lawful minimum. Newest first.",
        TRIAGE_STATUS,
        same_root=True,
        begin=begin_at(models.Feedback.given_at, descending=True),
    )
    information_requests: Connection[InformationRequest] | None = paged(
        "InformationRequest",
        under(models.InformationRequest.flag_id),
        "Questions to the flagger's agency and their answers, newest first.",
        TRIAGE_STATUS,
        same_root=True,
        begin=begin_at(models.InformationRequest.asked_at, descending=True),
    )
    additions: Connection[FlagAddition] | None = paged(
        "FlagAddition",
        under(models.FlagAddition.flag_id),
        "New facts on which it was opened again, newest first.",
        FACTS_CODED,
        same_root=True,
        begin=begin_at(models.FlagAddition.added_at, descending=True),
    )
    merged_into: "Flag | None" = one(
        "Flag",
        by_key(models.Flag.merged_into_flag_id),
        "The flag that carries this one on, where it is the viewer's to see.",
        TRIAGE_STATUS,
    )
    merged_flags: Connection["Flag"] | None = paged(
        "Flag",
        under(models.Flag.merged_into_flag_id),
        "Flags merged into this one that are the viewer's to see, newest first.",
        TRIAGE_STATUS,
        begin=begin_at(models.Flag.raised_at, descending=True),
    )
    withdraw_reason: Concept | None = concept(
        "withdraw-reason", models.Flag.withdraw_reason_code, "Why the flagger's agency took it back.", FACTS_CODED
    )
    withdraw_note: str | None = column(models.Flag.withdraw_note, "More about that, in words.", FACTS_FULL)
    close_outcome: Concept | None = concept(
        "close-outcome", models.Flag.close_outcome_code, "How it ended when it was last closed.", OUTCOME_CODED
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
    viewer_due_at: datetime | None = expression(
        viewer_due_at,
        "By when the viewer's side must act: triage decide, a recipient answer; null when nothing is due.",
    )
    viewer_can_export: bool = _can(EXPORT, "take a copy of this")
    viewer_can_submit: bool = _can(SUBMIT, "submit this draft")
    viewer_can_discard_imported: bool = _can(DISCARD_IMPORTED, "discard this imported draft")
    viewer_can_edit_draft: bool = _can(EDIT_DRAFT, "write on or delete this draft")
    viewer_can_start_triage: bool = _can(START_TRIAGE, "take this into triage")
    viewer_can_triage: bool = _can(TRIAGE, "end this without action")
    viewer_can_ask_for_information: bool = _can(ASK, "ask the flagger about this")
    viewer_can_answer_information: bool = _can(ANSWER_INFORMATION, "answer a question about this")
    viewer_can_merge: bool = _can(MERGE, "merge this into another flag")
    viewer_can_share: bool = _can(SHARE, "share this")
    viewer_can_escalate: bool = _can(ESCALATE, "hand this to safeguarding")
    viewer_can_withdraw: bool = _can(WITHDRAW, "take this back")
    viewer_can_close: bool = _can(CLOSE, "close this")
    viewer_can_reopen: bool = _can(REOPEN, "open this again on new facts")
    viewer_can_give_feedback: bool = _can(GIVE_FEEDBACK, "tell the flagger more")
