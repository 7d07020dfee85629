"""Decides what a flag is made of, and everything that hangs under it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned, coded, now
from portal.flags.states import FlagState


class Urgency(StrEnum):
    """How soon somebody must look."""

    ROUTINE = "ROUTINE"
    URGENT = "URGENT"
    IMMEDIATE = "IMMEDIATE"


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
    SHARE = "SHARE"


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
        UniqueConstraint("raised_by_agency_id", "source_system", "source_reference"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("root.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"))
    state: Mapped[FlagState] = mapped_column(coded(FlagState))
    raised_by_agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    raised_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    raised_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    age_band_code: Mapped[str]
    purpose_code: Mapped[str]
    lawful_basis_code: Mapped[str | None] = mapped_column(ForeignKey("lawful_basis.code"))
    urgency: Mapped[Urgency] = mapped_column(coded(Urgency))
    setting: Mapped[FlagSetting] = mapped_column(coded(FlagSetting))
    standpoint: Mapped[Standpoint] = mapped_column(coded(Standpoint))
    observed_at: Mapped[datetime]
    observed_precision: Mapped[TimePrecision] = mapped_column(coded(TimePrecision))
    place_description: Mapped[str]
    fact: Mapped[str]
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


class TriageDecision(Versioned, Base):
    """What triage decided, and why."""

    __tablename__ = "triage_decision"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    outcome: Mapped[TriageOutcome] = mapped_column(coded(TriageOutcome))
    reason_code: Mapped[str | None]
    threshold_level_code: Mapped[str]
    rationale: Mapped[str]
    decided_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)


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
    __table_args__ = (Index("ix_flag_transition_flag", "flag_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"))
    from_state: Mapped[FlagState | None] = mapped_column(coded(FlagState, name="from_state"))
    to_state: Mapped[FlagState] = mapped_column(coded(FlagState))
    by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    at: Mapped[datetime] = mapped_column(default=now)
