"""Decides what is kept of a young person: as much as somebody knew, seen only through a disclosure of this root."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Versioned


class Person(Versioned, Base):
    """A young person as far as known: a name or a description, and an age band."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("preferred_name is not null or description is not null", name="is_named_or_described"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("root.id"), primary_key=True)
    preferred_name: Mapped[str | None]
    description: Mapped[str | None]
    # Not known while a draft does not say.
    age_band_code: Mapped[str | None]
    restricted: Mapped[bool] = mapped_column(default=False)
