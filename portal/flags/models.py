"""Decides what a flag is made of, and everything that hangs under it."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned, coded, now
from portal.flags.states import OPEN, UNDECIDED, FlagState, listed
from portal.partnerships.models import Urgency as Urgency


class FlagSetting(StrEnum):
    """Where contact happened."""

    STREET = "STREET"
    COMMUNITY = "COMMUNITY"
    CUSTODY = "CUSTODY"
    COURT = "COURT"
    SCHOOL = "SCHOOL"


class Standpoint(StrEnum):
    """How the young person stands to what was seen; victim and suspect are never merged."""

    AT_RISK = "AT_RISK"
    VICTIM = "VICTIM"
    SUSPECTED = "SUSPECTED"
    UNCLEAR = "UNCLEAR"


class Told(StrEnum):
    """Whether the young person knows of the flag."""

    YES = "YES"
    NO = "NO"
    UNSAFE = "UNSAFE"


class TimePrecision(StrEnum):
    """How exactly a time is known."""

    MOMENT = "MOMENT"
    DAY = "DAY"
    MONTH = "MONTH"


class TriageOutcome(StrEnum):
    """What triage can decide."""

    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    MORE_INFORMATION = "MORE_INFORMATION"
    MERGE = "MERGE"
    SHARE = "SHARE"
    ESCALATE = "ESCALATE"


class Engagement(StrEnum):
    """What health tells the police, and no more."""

    ENGAGED = "ENGAGED"
    NOT_ENGAGED = "NOT_ENGAGED"
    CLOSED = "CLOSED"


class Flag(Versioned, Base):
    """An early-identification flag about a person or a group at a place."""

    __tablename__ = "flag"
    __table_args__ = (
        CheckConstraint("(state = 'DRAFT') = (raised_at is null)", name="draft_is_not_raised"),
        CheckConstraint("state = 'DRAFT' or told is not null", name="raised_says_whether_told"),
        CheckConstraint("(state = 'MERGED') = (merged_into_flag_id is not null)", name="merged_names_its_target"),
        CheckConstraint("merged_into_flag_id <> id", name="merges_into_another"),
        CheckConstraint("(state = 'WITHDRAWN') = (withdraw_reason_code is not null)", name="withdrawn_says_why"),
        CheckConstraint("state <> 'CLOSED' or close_outcome_code is not null", name="closed_has_an_outcome"),
        CheckConstraint(
            "state = 'DRAFT' or num_nulls(age_band_code, urgency, observed_at, place_description, fact) = 0",
            name="raised_is_complete",
        ),
        # Two drafts made by hand may name one reference while they are typed; who raises it first has it.
        Index(
            "uq_flag_raised_by_agency_id_source_system_source_reference",
            "raised_by_agency_id",
            "source_system",
            "source_reference",
            unique=True,
            postgresql_where=text("raised_at is not null or expires_at is null"),
        ),
        Index("ix_flag_person", "person_id", postgresql_where=text("person_id is not null")),
        Index("ix_flag_triage_due", "triage_due_at", postgresql_where=text(f"state in ({listed(UNDECIDED)})")),
        Index("ix_flag_open_until", "expires_at", postgresql_where=text(f"state in ({listed(OPEN)})")),
        Index("ix_flag_forgotten", "expires_at", postgresql_where=text("state = 'DRAFT' and expires_at is not null")),
        CheckConstraint(
            "num_nulls(latitude, longitude, point_is_approximate) in (0, 3)"
            " and (latitude is null or latitude between 49 and 61 and longitude between -9 and 3)",
            name="point_is_whole",
        ),
        Index(
            "ix_flag_imported_place",
            "raised_by_agency_id",
            "place_description",
            "id",
            postgresql_where=text("imported and state = 'DRAFT'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("root.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"))
    state: Mapped[FlagState] = mapped_column(coded(FlagState))
    raised_by_agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    raised_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    raised_at: Mapped[datetime | None]
    # For a draft made by hand the day on which it is deleted; an imported draft has none.
    expires_at: Mapped[datetime | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    age_band_code: Mapped[str | None]
    purpose_code: Mapped[str]
    lawful_basis_code: Mapped[str | None] = mapped_column(ForeignKey("lawful_basis.code"))
    urgency: Mapped[Urgency | None] = mapped_column(coded(Urgency))
    setting: Mapped[FlagSetting] = mapped_column(coded(FlagSetting))
    standpoint: Mapped[Standpoint] = mapped_column(coded(Standpoint))
    observed_at: Mapped[datetime | None]
    observed_precision: Mapped[TimePrecision] = mapped_column(coded(TimePrecision))
    place_description: Mapped[str | None]
    ward_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    fact: Mapped[str | None]
    own_words: Mapped[str | None]
    strengths: Mapped[str | None]
    opinion: Mapped[str | None]
    third_party_notes: Mapped[str | None]
    told: Mapped[Told | None] = mapped_column(coded(Told))
    source_system: Mapped[str | None]
    source_reference: Mapped[str | None]
    emergency_action_code: Mapped[str | None]
    emergency_incident_number: Mapped[str | None]
    triaged_by_membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    triage_due_at: Mapped[datetime | None]
    # The latest date it missed that somebody was told of.
    announced_deadline: Mapped[datetime | None]
    merged_into_flag_id: Mapped[UUID | None] = mapped_column(ForeignKey("flag.id"), index=True)
    withdraw_reason_code: Mapped[str | None]
    withdraw_note: Mapped[str | None]
    # It stays when the flag is opened again: how it ended then is part of its story until it ends anew.
    close_outcome_code: Mapped[str | None]
    # From another system, and for the whole team to look through, until somebody who was there raises it.
    imported: Mapped[bool] = mapped_column(default=False, server_default=false())
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    point_is_approximate: Mapped[bool | None]


class FlagConcern(Base):
    """One concern of a flag, in the order given."""

    __tablename__ = "flag_concern"
    __table_args__ = (PrimaryKeyConstraint("flag_id", "concern_code"),)

    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"))
    concern_code: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger)


class PlaceGroup(Versioned, Base):
    """Young people at a place, nobody named; it hangs under its flag."""

    __tablename__ = "place_group"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), unique=True)
    description: Mapped[str]
    estimated_size: Mapped[int | None] = mapped_column(SmallInteger)
    usual_times: Mapped[str | None]


class FlagSource(Base):
    """An incident of another system that was promoted together with the one its flag took the place of."""

    __tablename__ = "flag_source"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    system: Mapped[str]
    reference: Mapped[str]
    observed_at: Mapped[datetime]
    observed_precision: Mapped[TimePrecision] = mapped_column(coded(TimePrecision))
    place_description: Mapped[str]
    fact: Mapped[str]


class Settlement(StrEnum):
    """How an imported incident was done with, so that importing it again does not bring it back."""

    PROMOTED = "PROMOTED"
    DISCARDED = "DISCARDED"


class SettledIncident(Base):
    """That an agency is done with an incident of another system: no word of it, and its reference as a hash."""

    __tablename__ = "settled_incident"
    __table_args__ = (
        PrimaryKeyConstraint("agency_id", "system", "reference_hash"),
        CheckConstraint("(settlement = 'DISCARDED') = (reason_code is not null)", name="discarded_says_why"),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    system: Mapped[str]
    reference_hash: Mapped[str]
    settlement: Mapped[Settlement] = mapped_column(coded(Settlement))
    reason_code: Mapped[str | None]
    settled_at: Mapped[datetime]
    settled_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))


class TriageDecision(Versioned, Base):
    """What triage decided, and why."""

    __tablename__ = "triage_decision"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    outcome: Mapped[TriageOutcome] = mapped_column(coded(TriageOutcome))
    reason_code: Mapped[str | None]
    threshold_level_code: Mapped[str]
    rationale: Mapped[str]
    escalated_to_agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    decided_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)


class InformationRequest(Versioned, Base):
    """A question to the flagger's agency, and its answer: set once, and kept beside the facts."""

    __tablename__ = "information_request"
    __table_args__ = (
        CheckConstraint(
            "(answer is null) = (answered_at is null) and (answer is null) = (answered_by_membership_id is null)",
            name="answer_has_a_time_and_a_name",
        ),
        Index(
            "uq_information_request_open",
            "flag_id",
            unique=True,
            postgresql_where=text("answer is null and not lapsed"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    question: Mapped[str]
    asked_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    # The clock gave the flag back to triage without an answer.
    lapsed: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))


class FlagAddition(Base):
    """New facts on which a flag was opened again; what was raised stays as it was raised."""

    __tablename__ = "flag_addition"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    fact: Mapped[str]
    observed_at: Mapped[datetime]
    added_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    added_at: Mapped[datetime] = mapped_column(default=now)


class Feedback(Base):
    """The word back to the flagger."""

    __tablename__ = "feedback"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    text: Mapped[str]
    engagement: Mapped[Engagement | None] = mapped_column(coded(Engagement))
    given_by_agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    given_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    given_at: Mapped[datetime] = mapped_column(default=now)


class FlagTransition(Base):
    """One step of a flag's life."""

    __tablename__ = "flag_transition"
    __table_args__ = (
        Index("ix_flag_transition_flag", "flag_id", "at"),
        Index("ix_flag_transition_clock", "at", postgresql_where=text("due_at is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"))
    from_state: Mapped[FlagState | None] = mapped_column(coded(FlagState, name="from_state"))
    to_state: Mapped[FlagState] = mapped_column(coded(FlagState))
    # For a step that stops the clock of triage, when it would have run out.
    due_at: Mapped[datetime | None]
    # Nobody: the clock did it.
    by_membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    at: Mapped[datetime] = mapped_column(default=now)
