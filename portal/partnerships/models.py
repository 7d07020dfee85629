"""Decides what a partnership is: the agencies of an area that work together, and the desks that answer."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Boolean, ForeignKey, PrimaryKeyConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned, coded


class Partnership(Versioned, Base):
    """The agencies of an area under one agreement; every root record belongs to one."""

    __tablename__ = "partnership"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    lead_agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))


class PartnershipMember(Base):
    """An agency belongs to a partnership for a period."""

    __tablename__ = "partnership_member"
    __table_args__ = (PrimaryKeyConstraint("partnership_id", "agency_id"),)

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"))
    active_from: Mapped[date]
    active_to: Mapped[date | None]


class DutyDeskKind(StrEnum):
    """When a desk answers."""

    DAY = "DAY"
    OUT_OF_HOURS = "OUT_OF_HOURS"


class DutyDesk(Base):
    """The partnership's children's duty team, by day and out of hours."""

    __tablename__ = "duty_desk"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    kind: Mapped[DutyDeskKind] = mapped_column(coded(DutyDeskKind))
    name: Mapped[str]
    telephone: Mapped[str]
    hours: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger, default=0)


class Installation(Base):
    """The one row that says whether this database is a demonstration, and the key its global ids are sealed with."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=1)
    name: Mapped[str]
    demo: Mapped[bool] = mapped_column(Boolean)
    id_key: Mapped[bytes]
