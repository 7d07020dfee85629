"""Decides what a sharing agreement is: versions, each with clauses and the need-to-know grid, and lawful bases."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, PrimaryKeyConstraint, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from portal.access.field_groups import FieldGroup
from portal.access.viewer import Role
from portal.db import Base, coded


class AgreementVersionState(StrEnum):
    """Where a version of an agreement stands."""

    DRAFT = "DRAFT"
    IN_FORCE = "IN_FORCE"
    ENDED = "ENDED"


class GridCondition(StrEnum):
    """What raises a cell of the grid to its higher level."""

    AGREED = "AGREED"
    SHARE = "SHARE"
    AGREED_OR_SHARE = "AGREED_OR_SHARE"


class SharingAgreement(Base):
    """The agreement under which a partnership shares."""

    __tablename__ = "sharing_agreement"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    name: Mapped[str]


class AgreementVersion(Base):
    """One version of an agreement; only a version in force opens anything."""

    __tablename__ = "agreement_version"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("sharing_agreement.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[AgreementVersionState] = mapped_column(coded(AgreementVersionState))
    content_hash: Mapped[str]
    in_force_from: Mapped[datetime | None]
    in_force_to: Mapped[datetime | None]


class AgreementClause(Base):
    """One clause of a version; a clause about a field group is what a withheld field cites."""

    __tablename__ = "agreement_clause"
    __table_args__ = (
        PrimaryKeyConstraint("agreement_version_id", "number"),
        UniqueConstraint("agreement_version_id", "field_group"),
    )

    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"))
    number: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger)
    heading: Mapped[str]
    text: Mapped[str]
    field_group: Mapped[FieldGroup | None] = mapped_column(coded(FieldGroup))


class GridCell(Base):
    """The level one column of the grid gives of one field group, and a higher one under a condition."""

    __tablename__ = "grid_cell"
    __table_args__ = (
        PrimaryKeyConstraint("agreement_version_id", "column_code", "field_group"),
        CheckConstraint("level between 0 and 3", name="level_is_a_level"),
        CheckConstraint(
            "(condition is null) = (conditional_level is null) and (conditional_level is null"
            " or conditional_level between level + 1 and 3)",
            name="condition_raises_the_level",
        ),
    )

    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"))
    column_code: Mapped[str]
    field_group: Mapped[FieldGroup] = mapped_column(coded(FieldGroup))
    level: Mapped[int] = mapped_column(SmallInteger)
    condition: Mapped[GridCondition | None] = mapped_column(coded(GridCondition))
    conditional_level: Mapped[int | None] = mapped_column(SmallInteger)


class GridRecipient(Base):
    """Whom a share reaches at an agency of a kind: one role, and the column of the grid it reads by."""

    __tablename__ = "grid_recipient"
    __table_args__ = (PrimaryKeyConstraint("agreement_version_id", "agency_kind_code", "role"),)

    agreement_version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"))
    agency_kind_code: Mapped[str]
    role: Mapped[Role] = mapped_column(coded(Role))
    column_code: Mapped[str]


class LawfulBasis(Base):
    """A catalogue entry; every one is marked as still to be checked by a lawyer."""

    __tablename__ = "lawful_basis"

    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    provision: Mapped[str]
    conditions: Mapped[str]
    checked_note: Mapped[str]
    needs_policy_document: Mapped[bool]
    in_force_from: Mapped[date | None]
    position: Mapped[int] = mapped_column(SmallInteger, default=0)


class PurposeBasis(Base):
    """The lawful basis that follows from a purpose, the kind of agency and the age of the person."""

    __tablename__ = "purpose_basis"
    __table_args__ = (PrimaryKeyConstraint("purpose_code", "lawful_basis_code"),)

    purpose_code: Mapped[str]
    lawful_basis_code: Mapped[str] = mapped_column(ForeignKey("lawful_basis.code"))
    agency_kinds: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    age_band_codes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
