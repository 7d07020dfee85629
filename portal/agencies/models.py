"""Decides what an agency and an area are: bodies and places with dated official codes, none of which is identity."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned


class Agency(Versioned, Base):
    """A body that shares or commissions; created, renamed and abolished as data."""

    __tablename__ = "agency"
    __table_args__ = (
        UniqueConstraint("code_list", "code", "active_from"),
        CheckConstraint("active_to is null or active_to >= active_from", name="period_runs_forward"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind_code: Mapped[str]
    name: Mapped[str]
    code_list: Mapped[str]
    code: Mapped[str]
    active_from: Mapped[date]
    active_to: Mapped[date | None]
    desk_email: Mapped[str | None]
    desk_telephone: Mapped[str | None]
    desk_hours: Mapped[str | None]


class Area(Base):
    """A place with an official code: an authority, a force area, a commissioning area."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("code_list", "code", "active_from"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind_code: Mapped[str]
    name: Mapped[str]
    code_list: Mapped[str]
    code: Mapped[str]
    active_from: Mapped[date]
    active_to: Mapped[date | None]


class AreaWithin(Base):
    """One area lies in another, with how certain that is."""

    __tablename__ = "area_within"
    __table_args__ = (PrimaryKeyConstraint("area_id", "within_area_id"),)

    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    within_area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    certainty: Mapped[str]


class AgencyArea(Base):
    """An agency serves an area."""

    __tablename__ = "agency_area"
    __table_args__ = (PrimaryKeyConstraint("agency_id", "area_id"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
