"""Decides how coded values are kept: words a partnership changes are dated data, not releases."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, PrimaryKeyConstraint, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, now


class Concept(Base):
    """One entry of a vocabulary, such as the concern ALCOHOL, with the words people read."""

    __tablename__ = "concept"
    __table_args__ = (PrimaryKeyConstraint("vocabulary", "code"),)

    vocabulary: Mapped[str]
    code: Mapped[str]
    display: Mapped[str]
    hint: Mapped[str | None]
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class LocalConcept(Base):
    """What a partnership says of an entry from a moment on: its words, its place, and whether it is offered at all.

    The last one that has begun holds, before the shipped entry of the same code. None is ever changed, so that a record
    can show the words of its own day, and shipping new words leaves a partnership's own alone.
    """

    __tablename__ = "local_concept"
    __table_args__ = (
        UniqueConstraint(
            "partnership_id",
            "vocabulary",
            "code",
            "valid_from",
            name="uq_local_concept_partnership_id_vocabulary_code_valid_from",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"))
    vocabulary: Mapped[str]
    code: Mapped[str]
    display: Mapped[str]
    hint: Mapped[str | None]
    position: Mapped[int] = mapped_column(SmallInteger)
    offered: Mapped[bool]
    valid_from: Mapped[datetime] = mapped_column(default=now)
