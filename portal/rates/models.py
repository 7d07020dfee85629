"""Decides what is kept of rates: how full each bucket is, how large the buckets are, and tries at signing in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, coded

# The subject of a limit that holds for everybody of its kind who has none of their own.
EVERYBODY = UUID(int=0)
# None of it outlives a crash of the database, and then everybody begins anew: no write to disk waits for a count.
UNLOGGED = {"prefixes": ["UNLOGGED"]}


class RateKind(StrEnum):
    """Whose requests are counted together."""

    # What one person's tools ask.
    USER = "USER"
    # What one registered client asks, for whomever.
    CLIENT = "CLIENT"
    # What the tools of one agency ask, all together.
    AGENCY = "AGENCY"
    # What one person asks by using the pages: apart from their tools, which must never keep them from their work.
    PAGES = "PAGES"


class ThrottleKind(StrEnum):
    """What tries at signing in are counted by."""

    ACCOUNT = "ACCOUNT"
    NETWORK = "NETWORK"


class RateLimit(Base):
    """How much a bucket holds and how fast it fills, for a kind, or for one subject of it."""

    __tablename__ = "rate_limit"
    __table_args__ = (
        PrimaryKeyConstraint("kind", "subject"),
        CheckConstraint("capacity between 100000 and 1000000000", name="holds_the_largest_request"),
        CheckConstraint("restored_per_second between 1 and 100000", name="fills"),
    )

    kind: Mapped[RateKind] = mapped_column(coded(RateKind))
    subject: Mapped[UUID]
    capacity: Mapped[int] = mapped_column(BigInteger)
    restored_per_second: Mapped[int] = mapped_column(BigInteger)


class RateBucket(Base):
    """When a bucket will be full again: all that has to be known of one that fills evenly."""

    __tablename__ = "rate_bucket"
    __table_args__ = (PrimaryKeyConstraint("kind", "subject"), UNLOGGED)

    kind: Mapped[RateKind] = mapped_column(coded(RateKind))
    subject: Mapped[UUID]
    full_at: Mapped[datetime]


class SignInThrottle(Base):
    """How often somebody tried to sign in without success; the subject is a keyed hash and leads back to nobody."""

    __tablename__ = "sign_in_throttle"
    __table_args__ = (
        PrimaryKeyConstraint("kind", "subject"),
        Index("ix_sign_in_throttle_forgotten_at", "forgotten_at"),
        UNLOGGED,
    )

    kind: Mapped[ThrottleKind] = mapped_column(coded(ThrottleKind))
    subject: Mapped[UUID]
    tries: Mapped[int]
    open_at: Mapped[datetime]
    forgotten_at: Mapped[datetime]
