"""Decides how a transaction remembers the roots it touched, so that its audit names them whatever is answered."""

from uuid import UUID

from sqlalchemy.orm import Session

_LOADED, _WRITTEN = "concord_loaded_roots", "concord_written_roots"


def note_loaded(session: Session, root_id: UUID) -> None:
    """Remember a root that was loaded to do something to it."""
    session.info.setdefault(_LOADED, set()).add(root_id)


def note_written(session: Session, root_id: UUID) -> None:
    """Remember a root that was made, opened or changed."""
    session.info.setdefault(_WRITTEN, set()).add(root_id)


def forget_written(session: Session) -> None:
    """Forget what was taken back."""
    session.info.pop(_WRITTEN, None)


def touched(session: Session) -> set[UUID]:
    """Every root the transaction touched."""
    found: set[UUID] = session.info.get(_LOADED, set()) | session.info.get(_WRITTEN, set())
    return found
