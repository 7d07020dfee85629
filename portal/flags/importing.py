"""Decides what becomes of incidents from another system: drafts in the importing team's review list, once each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select
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
from portal.flags.incidents import lock_incidents, settled
from portal.flags.models import Flag, Settlement
from portal.flags.report import GroupReported, Report
from portal.flags.rules import report_problems
from portal.flags.states import FlagState
from portal.partnerships.models import Partnership
from portal.partnerships.queries import own_partnership
from portal.vocabularies.queries import codes

ROWS_LIMIT = 200


class ImportOutcome(StrEnum):
    """What can become of a row."""

    CREATED = "CREATED"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    DISCARDED = "DISCARDED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, kw_only=True)
class ImportedRow:
    """What became of one row; the flag is None when nothing was made or it is another team's to see."""

    position: int
    outcome: ImportOutcome
    flag_id: UUID | None = None
    problems: tuple[InvalidField, ...] = ()


def import_flags(
    session: Session, viewer: Viewer, *, reports: Sequence[Report], dry_run: bool = False
) -> list[ImportedRow]:
    """Make a draft of each report that is new, bring changed drafts up to date, and say what became of each row.

    Each report carries its source; with the viewer's agency that is the row's key. An incident the agency discarded
    stays away, and so does one that was promoted together with another. Raises NotPermitted, and Invalid
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
    vocabulary = codes(session, "age-band", "concern", "purpose", "emergency-action", partnership_id=partnership.id)
    lock_incidents(session, viewer)
    rows = []
    for position, report in enumerate(reports):
        assert report.source is not None
        problems = report_problems(report, vocabulary=vocabulary, now=now(), draft=True)
        problems += [*_nobody_named(report), *_stands_twice(reports, position)]
        outcome, flag_id = (
            (ImportOutcome.REFUSED, None)
            if problems
            else _import(session, viewer, report, partnership, grid, dry_run=dry_run)
        )
        rows.append(
            ImportedRow(
                position=position,
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


def _stands_twice(reports: Sequence[Report], position: int) -> list[InvalidField]:
    """The second of two rows with one key would overwrite the first, and the first the second, at every import."""
    report = reports[position]
    if report.source not in [before.source for before in reports[:position]]:
        return []
    message = "This reference stands in an earlier row, too. Give each row a reference of its own."
    return [InvalidField(path=("source", "value"), code=InvalidCode.NOT_UNIQUE, message=message)]


def _import(
    session: Session, viewer: Viewer, report: Report, partnership: Partnership, grid: Grid, *, dry_run: bool
) -> tuple[ImportOutcome, UUID | None]:
    assert report.source is not None
    known = session.scalar(
        select(Flag).where(
            Flag.raised_by_agency_id == viewer.agency_id,
            Flag.source_system == report.source.system,
            Flag.source_reference == report.source.reference,
            # Somebody's own draft is nobody else's business, and may go again.
            or_(Flag.imported, Flag.raised_at.is_not(None)),
        )
    )
    if known is not None:
        if known.state is not FlagState.DRAFT or not known.imported or _says_the_same(known, report):
            return ImportOutcome.UNCHANGED, known.id
        if not dry_run:
            note_written(session, known.id)
            write_report(known, viewer, report)
            write_children(session, known, report, replace=True)
            touch(known)
            session.flush()
        return ImportOutcome.CHANGED, known.id
    # Asked after looking for the draft: whoever ends one says so in the same transaction.
    done = settled(session, viewer, system=report.source.system, reference=report.source.reference)
    if done is not None:
        return (ImportOutcome.DISCARDED if done is Settlement.DISCARDED else ImportOutcome.UNCHANGED), None
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


def _says_the_same(draft: Flag, report: Report) -> bool:
    point = None if report.point is None else report.point.rounded()
    return (draft.fact, draft.observed_at, draft.place_description, draft.latitude, draft.longitude) == (
        report.fact,
        report.observed_at,
        report.place_description,
        None if point is None else point.latitude,
        None if point is None else point.longitude,
    )


def _draft(session: Session, viewer: Viewer, report: Report, partnership: Partnership, grid: Grid) -> UUID:
    flag = new_flag(session, viewer, partnership)
    flag.imported = True
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
