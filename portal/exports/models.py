"""Decides what an export is: that somebody took a copy of a flag's record out of the portal, when and what for."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, now


class FlagExport(Base):
    """One copy of a flag's record, as far as whoever took it could read it; its id stands on every page of it."""

    __tablename__ = "flag_export"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    purpose_code: Mapped[str]
    exported_by_membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    exported_at: Mapped[datetime] = mapped_column(default=now)
