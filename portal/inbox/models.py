"""Decides what a view of the inbox is: a worklist, what narrows it, and its order, kept for one membership."""

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from portal.db import Base, Versioned


class SavedView(Versioned, Base):
    """One view of the inbox; the one without a name is how the membership looked at it last."""

    __tablename__ = "saved_view"
    __table_args__ = (
        Index("uq_saved_view_name", "membership_id", "name", unique=True, postgresql_nulls_not_distinct=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    name: Mapped[str | None]
    queue: Mapped[str | None]
    states: Mapped[list[str]] = mapped_column(ARRAY(Text))
    due: Mapped[str | None]
    urgencies: Mapped[list[str]] = mapped_column(ARRAY(Text))
    concern_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    raised_by_agency_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    ward_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    held_by: Mapped[str | None]
    order_field: Mapped[str]
    order_direction: Mapped[str]
