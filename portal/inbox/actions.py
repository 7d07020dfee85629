"""Every change of a view of the inbox: kept, for oneself alone, or taken away."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField, NotFound, stale
from portal.inbox.models import SavedView
from portal.text import given, text_problems

# More names than this are a list to search, and no longer a shortcut.
NAMED_LIMIT = 20
NAME_LIMIT = 60
VALUES_LIMIT = 100


@dataclass(frozen=True, kw_only=True)
class View:
    """A worklist, what narrows it, and its order, in the codes of the schema."""

    queue: str | None
    states: list[str]
    due: str | None
    urgencies: list[str]
    concern_codes: list[str]
    raised_by_agency_ids: list[UUID]
    ward_ids: list[UUID]
    held_by: str | None
    order_field: str
    order_direction: str


def save_view(session: Session, viewer: Viewer, *, name: str | None, view: View) -> UUID:
    """Keep a view under a name, in place of any that has it, or without one as how the inbox was looked at last.

    Raises Invalid for a name that is too long, for one name too many and for more values than anybody chooses.
    """
    name = None if given(name) is None else str(name).strip()
    problems = [*text_problems(("name",), name, limit=NAME_LIMIT), *_view_problems(view)]
    if problems:
        raise Invalid(*problems)
    kept = session.scalar(_own(viewer).where(SavedView.name.is_not_distinct_from(name)).with_for_update())
    if kept is None and name is not None and _named(session, viewer) >= NAMED_LIMIT:
        message = f"You can keep {NAMED_LIMIT} views. Remove one first."
        raise Invalid(InvalidField(path=("name",), code=InvalidCode.TOO_LONG, message=message))
    if kept is None:
        kept = SavedView(membership_id=viewer.membership_id, name=name, version=0)
        session.add(kept)
    for column, value in asdict(view).items():
        setattr(kept, column, value)
    kept.version, kept.updated_at = kept.version + 1, now()
    session.flush()
    return kept.id


def remove_view(session: Session, viewer: Viewer, *, view_id: UUID, expected_version: int) -> UUID:
    """Take a view away. Raises NotFound for one that is not one's own, and Conflict."""
    kept = session.scalar(_own(viewer).where(SavedView.id == view_id).with_for_update())
    if kept is None:
        raise NotFound
    if kept.version != expected_version:
        raise stale(kept.version)
    session.delete(kept)
    session.flush()
    return view_id


def _view_problems(view: View) -> Iterator[InvalidField]:
    chosen = [values for values in asdict(view).values() if isinstance(values, list)]
    if any(len(values) > VALUES_LIMIT for values in chosen):
        message = f"Choose at most {VALUES_LIMIT} values of each kind."
        yield InvalidField(path=("filter",), code=InvalidCode.TOO_LONG, message=message)
    for code in view.concern_codes:
        yield from text_problems(("filter", "concernCodes"), code, limit=NAME_LIMIT, needed="Name a concern.")


def _own(viewer: Viewer) -> Select[SavedView]:
    return select(SavedView).where(SavedView.membership_id == viewer.membership_id)


def _named(session: Session, viewer: Viewer) -> int:
    named = (SavedView.membership_id == viewer.membership_id, SavedView.name.is_not(None))
    return session.scalar(select(func.count()).select_from(SavedView).where(*named)) or 0
