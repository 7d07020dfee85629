"""Decides what becomes of incidents from another system: drafts in the importing team's review list, once each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.access.audiences import team_audience
from portal.access.disclosure import Opening, open_root
from portal.access.flags import may_import
from portal.access.models import DisclosureReason, RootKind
from portal.access.touched import note_written
from portal.access.viewer import Viewer
from portal.agreements.grid import AUTHOR, Grid, grid_in_force
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField, NotPermitted, NotPermittedReason
from portal.flags.actions import new_flag, record_state, touch, write_children, write_report
from portal.flags.models import Flag
from portal.flags.report import GroupReported, Report
from portal.flags.rules import report_problems
from portal.flags.states import FlagState
from portal.partnerships.models import Partnership
from portal.partnerships.queries import own_partnership
from portal.text import shown
from portal.vocabularies.queries import codes

ROWS_LIMIT = 200


class ImportOutcome(StrEnum):
    """What can become of a row."""

    CREATED = "CREATED"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, kw_only=True)
class ImportedRow:
    """What became of one row; the flag is None when nothing was made or it is another team's to see."""

    position: int
    reference: str
    outcome: ImportOutcome
    flag_id: UUID | None = None
    problems: tuple[InvalidField, ...] = ()


def import_flags(
    session: Session, viewer: Viewer, *, reports: Sequence[Report], dry_run: bool = False
) -> list[ImportedRow]:
    """Make a draft of each report that is new, bring changed drafts up to date, and say what became of each row.

    Each report carries its source; with the viewer's agency that is the row's key. Raises NotPermitted, and Invalid
    for no rows and for more than one call takes. A broken row is refused and the others go on.
    """
    if not may_import(viewer):
        raise NotPermitted("Your role does not import incidents.", reason=NotPermittedReason.ROLE)
    if not reports:
        raise Invalid(InvalidField(path=("rows",), code=InvalidCode.REQUIRED, message="Send at least one row."))
    if len(reports) > ROWS_LIMIT:
        raise Invalid(
            InvalidField(
                path=("rows",),
                code=InvalidCode.TOO_LONG,
                message=f"Send at most {ROWS_LIMIT} rows at a time; these are {len(reports)}.",
            )
        )
    partnership = own_partnership(session, viewer)
    grid = grid_in_force(session, partnership.id)
    vocabulary = codes(session, "age-band", "concern", "purpose", "emergency-action")
    rows = []
    for position, report in enumerate(reports):
        assert report.source is not None
        problems = report_problems(report, vocabulary=vocabulary, agency_kind=viewer.agency_kind, now=now(), draft=True)
        problems += _nobody_named(report)
        outcome, flag_id = (
            (ImportOutcome.REFUSED, None)
            if problems
            else _import(session, viewer, report, partnership, grid, dry_run=dry_run)
        )
        rows.append(
            ImportedRow(
                position=position,
                reference=shown(report.source.reference),
                outcome=outcome,
                flag_id=flag_id,
                problems=tuple(problems),
            )
        )
    return rows


def _nobody_named(report: Report) -> list[InvalidField]:
    """A draft is read by a whole team before anybody has looked, so it can be about a place and not about a person."""
    if isinstance(report.subject, GroupReported):
        return []
    message = "An import names nobody. Describe the group at the place, or raise a flag."
    return [InvalidField(path=("subject", "person"), code=InvalidCode.NOT_ALLOWED, message=message)]


def _import(
    session: Session, viewer: Viewer, report: Report, partnership: Partnership, grid: Grid, *, dry_run: bool
) -> tuple[ImportOutcome, UUID | None]:
    assert report.source is not None
    known = session.scalar(
        select(Flag).where(
            Flag.raised_by_agency_id == viewer.agency_id,
            Flag.source_system == report.source.system,
            Flag.source_reference == report.source.reference,
        )
    )
    if known is not None:
        if known.state is not FlagState.DRAFT or (known.fact, known.observed_at) == (report.fact, report.observed_at):
            return ImportOutcome.UNCHANGED, known.id
        if not dry_run:
            note_written(session, known.id)
            write_report(known, viewer, report)
            write_children(session, known, report, replace=True)
            touch(known)
            session.flush()
        return ImportOutcome.CHANGED, known.id
    if dry_run:
        return ImportOutcome.CREATED, None
    try:
        with session.begin_nested():
            return ImportOutcome.CREATED, _draft(session, viewer, report, partnership, grid)
    except IntegrityError as error:
        # Another team of this agency imported the same incident, or has raised it: nothing to do, nothing to show.
        if "uq_flag_raised_by_agency_id" not in str(error.orig):
            raise
        return ImportOutcome.UNCHANGED, None


def _draft(session: Session, viewer: Viewer, report: Report, partnership: Partnership, grid: Grid) -> UUID:
    flag = new_flag(session, viewer, partnership)
    openings = [
        Opening(
            audience_id=team_audience(session, agency_id=viewer.agency_id, team_id=team_id),
            levels=grid.levels(AUTHOR),
            because=DisclosureReason.RAISED_BY_US,
            agreement_version_id=grid.version_id,
            column_code=AUTHOR,
        )
        for team_id in viewer.team_ids
    ]
    open_root(session, viewer, root_id=flag.id, kind=RootKind.FLAG, sort_at=now(), to=openings)
    write_report(flag, viewer, report)
    flag.raised_by_membership_id = viewer.membership_id
    record_state(session, viewer, flag, FlagState.DRAFT)
    write_children(session, flag, report)
    return flag.id
