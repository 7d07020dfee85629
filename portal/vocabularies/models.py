"""Decides how coded values are kept: words a partnership changes are dated data, not releases."""

from datetime import date

from sqlalchemy import PrimaryKeyConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


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
