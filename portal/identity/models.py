"""Decides what an account is: a user, the memberships they act in, and the secrets that prove who they are."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.viewer import Role
from portal.db import Base, Versioned, coded, now


class User(Versioned, Base):
    """A person with an account."""

    __tablename__ = "user_account"
    __table_args__ = (Index("uq_user_account_email", text("lower(email)"), unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    display_name: Mapped[str]
    email: Mapped[str]
    disabled_at: Mapped[datetime | None]
    # The agency that made the account: it alone may rename, re-address or disable it.
    home_agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"), index=True)


class Credential(Base):
    """What a user's password is checked against."""

    __tablename__ = "credential"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Team(Versioned, Base):
    """A team of an agency; sergeants read their own team's flags, not the force's."""

    __tablename__ = "team"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    name: Mapped[str]
    closed_at: Mapped[datetime | None]


class Membership(Versioned, Base):
    """One user in one agency in one role for a period; one that ends the day before it begins was never in force."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint("active_to is null or active_to >= active_from - 1", name="period_runs_forward"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    role: Mapped[Role] = mapped_column(coded(Role))
    active_from: Mapped[date]
    active_to: Mapped[date | None]


class TeamMember(Base):
    """A membership belongs to a team."""

    __tablename__ = "team_member"
    __table_args__ = (PrimaryKeyConstraint("membership_id", "team_id"),)

    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))


class UserSession(Base):
    """Somewhere a user is signed in, and the membership they act in there."""

    __tablename__ = "user_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class AccessToken(Base):
    """A bearer token that acts in one membership for at most an hour."""

    __tablename__ = "access_token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"), index=True)
    issued_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """A link with which a user sets a password, once, and takes a new address when it carries one."""

    __tablename__ = "one_time_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    new_email: Mapped[str | None]


class Invitation(Versioned, Base):
    """A role that waits for somebody with an address: until they accept, no account is made and none is changed."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint("active_to is null or active_to >= active_from", name="period_runs_forward"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    invited_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    display_name: Mapped[str]
    email: Mapped[str]
    role: Mapped[Role] = mapped_column(coded(Role))
    team_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    active_from: Mapped[date]
    active_to: Mapped[date | None]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
