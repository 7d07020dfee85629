"""Decides what the agreement in force gives: the levels of a column, and whom a share reaches."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.field_groups import FieldGroup, Level, pack
from portal.agreements.models import (
    AgreementVersion,
    AgreementVersionState,
    GridCell,
    GridCondition,
    GridRecipient,
    SharingAgreement,
)
from portal.errors import NotPermitted, NotPermittedReason

# The columns that an action names; every other column is reached through the recipients of a share.
AUTHOR, SERGEANT, TRIAGE, LEAD_MANAGER = "AUTHOR", "SERGEANT_OWN_TEAM", "LA_TRIAGE", "LEAD_MANAGER"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The need-to-know grid of one agreement version."""

    version_id: UUID
    cells: dict[tuple[str, FieldGroup], GridCell]
    recipients: tuple[GridRecipient, ...]

    def levels(self, column: str, *, shared: Iterable[FieldGroup] = (), agreed: bool = False) -> int:
        """The packed levels a column holds, given the groups a share names and whether the person agreed."""
        named = frozenset(shared)
        return pack(
            {
                group: level_of_cell(cell, shared=group in named, agreed=agreed)
                for (code, group), cell in self.cells.items()
                if code == column
            }
        )

    def reached_at(self, agency_kind: str) -> tuple[GridRecipient, ...]:
        """Whom a share reaches at an agency of a kind; nobody when the agreement is silent."""
        return tuple(recipient for recipient in self.recipients if recipient.agency_kind_code == agency_kind)


def level_of_cell(cell: GridCell, *, shared: bool, agreed: bool) -> Level:
    """The level of one cell: its conditional level where the condition is met, its own level otherwise."""
    met = {
        None: False,
        GridCondition.SHARE: shared,
        GridCondition.AGREED: agreed,
        GridCondition.AGREED_OR_SHARE: shared or agreed,
    }[cell.condition]
    return Level(cell.conditional_level if met and cell.conditional_level is not None else cell.level)


def grid_in_force(session: Session, partnership_id: UUID) -> Grid:
    """The grid of the partnership's agreement version in force; raises NotPermitted when there is none."""
    version_id = session.scalar(
        select(AgreementVersion.id)
        .join(SharingAgreement, SharingAgreement.id == AgreementVersion.agreement_id)
        .where(
            SharingAgreement.partnership_id == partnership_id,
            AgreementVersion.state == AgreementVersionState.IN_FORCE,
        )
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    )
    if version_id is None:
        raise NotPermitted(
            "No sharing agreement is in force in this partnership, so nothing can be disclosed under it.",
            reason=NotPermittedReason.AGREEMENT_NOT_IN_FORCE,
            remedy="The guardians of the partnership sign an agreement first.",
        )
    cells = session.scalars(select(GridCell).where(GridCell.agreement_version_id == version_id))
    recipients = session.scalars(select(GridRecipient).where(GridRecipient.agreement_version_id == version_id))
    return Grid(
        version_id=version_id,
        cells={(cell.column_code, cell.field_group): cell for cell in cells},
        recipients=tuple(recipients),
    )
