"""Decides how records are opened and closed: disclosure rows, written by actions and read as they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Integer, any_, exists, func, insert, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from portal.access.models import Audience, Disclosure, DisclosureReason, Root, RootKind
from portal.access.touched import note_written
from portal.access.viewer import Viewer


def currently_disclosed(viewer: Viewer | None, disclosure: FromClause) -> tuple[ColumnElement[bool], ...]:
    """The first wall: the disclosure rows of the viewer's audiences that are valid at this moment.

    The moment of the statement, not of the transaction, which may have begun and waited before a row was opened.
    """
    audiences, moment = [] if viewer is None else list(viewer.audience_ids), func.statement_timestamp()
    return (
        disclosure.c.audience_id == any_(literal(audiences, type_=ARRAY(Integer))),
        disclosure.c.valid_from <= moment,
        or_(disclosure.c.valid_to.is_(None), disclosure.c.valid_to > moment),
    )


def visible(viewer: Viewer | None, root_id: ColumnElement[Any], *more: Any) -> ColumnElement[bool]:
    """Whether a root is disclosed to the viewer, through a row that also meets `more` (functions of the row)."""
    disclosure = Disclosure.__table__.alias()
    conditions = (disclosure.c.root_id == root_id, *currently_disclosed(viewer, disclosure))
    return exists(select(literal(1)).select_from(disclosure).where(*conditions, *(each(disclosure) for each in more)))


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A root opened to one audience: at which packed levels, on what grounds, until when."""

    audience_id: int
    levels: int
    because: DisclosureReason
    agreement_version_id: UUID
    column_code: str
    lawful_basis_code: str | None = None
    share_id: UUID | None = None
    # None is this moment; a later one opens the record when it comes, without anybody doing anything.
    valid_from: datetime | None = None
    valid_to: datetime | None = None


def found_root(session: Session, viewer: Viewer, *, root_id: UUID, kind: RootKind, partnership_id: UUID) -> None:
    """Bring a root into being, by the membership that acts; nothing is disclosed of it yet."""
    note_written(session, root_id)
    session.execute(
        insert(Root).values(
            id=root_id, kind=kind, partnership_id=partnership_id, created_by_membership_id=viewer.membership_id
        )
    )


def open_root(
    session: Session, viewer: Viewer, *, root_id: UUID, kind: RootKind, sort_at: datetime, to: Iterable[Opening]
) -> None:
    """Write the disclosure rows of a root; `sort_at` places it in each audience's inbox."""
    note_written(session, root_id)
    rows = [
        {
            "root_kind": kind,
            "root_id": root_id,
            "granted_by_membership_id": viewer.membership_id,
            **vars(opening),
            # What opens later stands in the inbox where it will be new.
            "sort_at": opening.valid_from or sort_at,
            # The database's own moment, so that the row holds from this transaction on whatever the clock here says.
            "valid_from": opening.valid_from or func.now(),
        }
        for opening in to
        # A row that opens nothing still says that the record is there, so it is not written.
        if opening.levels
    ]
    if rows:
        # No RETURNING: what is opened to others is not for the one who opens it to read.
        session.execute(insert(Disclosure).values(rows).inline())


def close_root_to_teams(session: Session, *, root_id: UUID, agency_id: UUID) -> None:
    """End every current disclosure of a root to whole teams of an agency, from this moment."""
    session.execute(
        select(func.close_disclosures(root_id, Audience.id)).where(
            Audience.agency_id == agency_id, Audience.team_id.is_not(None), Audience.role.is_(None)
        )
    )
