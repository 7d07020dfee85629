"""Decides how an agency is done with imported incidents: promoted together into one flag, or discarded for good."""

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.access.flags import DISCARD_IMPORTED, SUBMIT, may_import
from portal.access.rule import fetch
from portal.access.touched import note_loaded, note_written
from portal.access.viewer import Viewer
from portal.errors import Conflict, Invalid, InvalidCode, InvalidField, NotFound, NotPermitted, NotPermittedReason
from portal.flags.models import Flag, FlagSource, SettledIncident, Settlement
from portal.flags.report import GroupReported, Report
from portal.flags.rules import next_state
from portal.flags.states import Step
from portal.vocabularies.queries import codes

# The first draft and what is promoted with it: as many as a bounded list of the schema shows.
TOGETHER_LIMIT = 100
DISCARD_LIMIT = 200
REASONS = "discard-reason"

# A draft and the version it was decided on.
Chosen = tuple[UUID | None, int]


class DiscardOutcome(StrEnum):
    """What can become of a draft that somebody discards."""

    DISCARDED = "DISCARDED"
    CHANGED_SINCE = "CHANGED_SINCE"
    NOT_PERMITTED = "NOT_PERMITTED"
    NOT_FOUND = "NOT_FOUND"


def lock_incidents(session: Session, viewer: Viewer) -> None:
    """Let one import, discard or joint promotion of an agency happen after another, until the transaction ends."""
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:agency, 1))"), {"agency": f"incidents {viewer.agency_id}"}
    )


def reference_hash(reference: str) -> str:
    """What is kept of the reference of an incident that an agency is done with: SHA-256, as the database hashes it."""
    return hashlib.sha256(reference.encode()).hexdigest()


def settled(session: Session, viewer: Viewer, *, system: str, reference: str) -> Settlement | None:
    """How the viewer's agency was done with an incident, if it is."""
    return session.scalar(
        select(SettledIncident.settlement).where(
            SettledIncident.agency_id == viewer.agency_id,
            SettledIncident.system == system,
            SettledIncident.reference_hash == reference_hash(reference),
        )
    )


def discard_imported_flags(
    session: Session, viewer: Viewer, *, chosen: Sequence[Chosen], reason_code: str
) -> list[DiscardOutcome]:
    """Delete imported drafts for good, each for itself, and say what became of each.

    Raises NotPermitted, and Invalid for no drafts, more than one call takes, or a reason that is not in the list.
    """
    if not may_import(viewer):
        raise NotPermitted("Your role does not discard imported incidents.", reason=NotPermittedReason.ROLE)
    problems = [*_how_many(chosen), *_reason(session, reason_code)]
    if problems:
        raise Invalid(*problems)
    lock_incidents(session, viewer)
    return [_discard(session, viewer, draft_id, version, reason_code) for draft_id, version in chosen]


def _how_many(chosen: Sequence[Chosen]) -> list[InvalidField]:
    if not chosen:
        return [InvalidField(path=("flags",), code=InvalidCode.REQUIRED, message="Choose at least one incident.")]
    if len(chosen) > DISCARD_LIMIT:
        message = f"Discard at most {DISCARD_LIMIT} incidents at a time; these are {len(chosen)}."
        return [InvalidField(path=("flags",), code=InvalidCode.TOO_LONG, message=message)]
    return []


def _reason(session: Session, reason_code: str) -> list[InvalidField]:
    if reason_code in codes(session, REASONS)[REASONS]:
        return []
    return [
        InvalidField(path=("reasonCode",), code=InvalidCode.UNKNOWN, message="Choose why nobody needs these incidents.")
    ]


def _discard(session: Session, viewer: Viewer, draft_id: UUID | None, version: int, reason_code: str) -> DiscardOutcome:
    if draft_id is None:
        return DiscardOutcome.NOT_FOUND
    try:
        # Asking in vain is kept in the audit, too.
        note_loaded(session, draft_id)
        draft = fetch(session, viewer, draft_id, to=DISCARD_IMPORTED, expected_version=version)
        next_state(draft.state, Step.SUBMIT)
    except NotFound:
        return DiscardOutcome.NOT_FOUND
    except NotPermitted:
        return DiscardOutcome.NOT_PERMITTED
    except (Conflict, Invalid):
        return DiscardOutcome.CHANGED_SINCE
    _end(session, draft, Settlement.DISCARDED, reason_code)
    return DiscardOutcome.DISCARDED


def chosen_with(
    session: Session, viewer: Viewer, *, draft: Flag, others: Sequence[Chosen], report: Report
) -> list[Flag]:
    """The imported drafts that are promoted with another, locked until the transaction ends.

    Raises NotFound, NotPermitted and Conflict for any of them, and Invalid unless all are imported drafts of one
    place and the flag is about a group there.
    """
    problems = _joint_problems(draft, others, report)
    if problems:
        raise Invalid(*problems)
    found = []
    for place, (draft_id, version) in enumerate(others):
        if draft_id is None:
            raise NotFound
        other = fetch(session, viewer, draft_id, to=SUBMIT, expected_version=version)
        next_state(other.state, Step.SUBMIT)
        if not other.imported or other.place_description != draft.place_description:
            message = "Promote together only imported incidents of one place."
            raise Invalid(
                InvalidField(path=("withDrafts", str(place), "id"), code=InvalidCode.NOT_ALLOWED, message=message)
            )
        found.append(other)
    return found


def _joint_problems(draft: Flag, others: Sequence[Chosen], report: Report) -> list[InvalidField]:
    problems = []
    if not draft.imported:
        problems.append(_not_joint("draftId", "Only imported incidents are promoted together."))
    if not isinstance(report.subject, GroupReported):
        problems.append(_not_joint("subject", "Several incidents make a flag about a group at their place."))
    ids = [draft_id for draft_id, _ in others]
    if len({*ids, draft.id}) != len(ids) + 1:
        problems.append(_not_joint("withDrafts", "An incident stands here twice."))
    if len(ids) >= TOGETHER_LIMIT:
        problems.append(_not_joint("withDrafts", f"Promote at most {TOGETHER_LIMIT} incidents together."))
    return problems


def _not_joint(field: str, message: str) -> InvalidField:
    return InvalidField(path=(field,), code=InvalidCode.NOT_ALLOWED, message=message)


def settle_into(session: Session, draft: Flag, others: Sequence[Flag]) -> None:
    """Keep what was imported as the sources of the flag that takes the draft's place, and end the other drafts."""
    session.add_all(
        FlagSource(
            flag_id=draft.id,
            system=each.source_system,
            reference=each.source_reference,
            observed_at=each.observed_at,
            observed_precision=each.observed_precision,
            place_description=each.place_description,
            fact=each.fact,
        )
        for each in (draft, *others)
    )
    session.flush()
    session.execute(select(func.settle_imported_draft(draft.id, Settlement.PROMOTED.value, None)))
    for each in others:
        _end(session, each, Settlement.PROMOTED, None)


def _end(session: Session, draft: Flag, settlement: Settlement, reason_code: str | None) -> None:
    note_written(session, draft.id)
    session.execute(select(func.end_imported_draft(draft.id, settlement.value, reason_code)))
    # The row is gone, and nothing may write it again.
    session.expunge(draft)
