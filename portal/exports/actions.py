"""Every change of an export: a copy is taken, for a reason that is kept."""

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.disclosure import visible
from portal.access.flags import EXPORT
from portal.access.rule import fetch
from portal.access.touched import note_written
from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField, NotFound
from portal.exports.models import FlagExport
from portal.flags.models import Flag
from portal.flags.states import FlagState
from portal.vocabularies.queries import codes

PURPOSES = "export-purpose"


def export_flag(session: Session, viewer: Viewer, *, flag_id: UUID, purpose_code: str) -> UUID:
    """Keep that the viewer takes a copy of a flag's record, and what for; gives the copy's id.

    What the copy shows is for need to know to say, as on any reading. Raises NotFound, NotPermitted and Invalid.
    """
    flag = Flag.__table__
    # A copy is of the record as it stands, whichever version somebody had open.
    version = session.scalar(select(flag.c.version).where(flag.c.id == flag_id, visible(viewer, flag.c.id)))
    if version is None:
        raise NotFound
    record = fetch(session, viewer, flag_id, to=EXPORT, expected_version=version)
    problems = []
    if purpose_code not in codes(session, PURPOSES)[PURPOSES]:
        problems.append(
            InvalidField(path=("purposeCode",), code=InvalidCode.UNKNOWN, message="Choose what the copy is for.")
        )
    if record.state is FlagState.DRAFT:
        message = "A draft is nobody's flag yet, so there is nothing to copy."
        problems.append(InvalidField(path=("flagId",), code=InvalidCode.TRANSITION, message=message))
    if problems:
        raise Invalid(*problems)
    export_id = uuid4()
    session.add(
        FlagExport(
            id=export_id,
            flag_id=flag_id,
            purpose_code=purpose_code,
            exported_by_membership_id=viewer.membership_id,
        )
    )
    session.flush()
    note_written(session, flag_id)
    return export_id
