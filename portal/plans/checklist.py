"""Decides how a version answers its checklist of standards, line by line."""

from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.access.plans import EDIT
from portal.access.viewer import Viewer
from portal.errors import Invalid
from portal.plans.editing import count_edit
from portal.plans.models import PlanStandard, PlanVersion
from portal.plans.moving import touch
from portal.plans.opening import check_version, open_row
from portal.plans.standards import standards_templates
from portal.text import LONG, given, text_problems, tidied


def known_template(code: str | None) -> bool:
    """Whether a checklist has this code; none is needed."""
    return code is None or code in standards_templates()


def begin_checklist(session: Session, version: PlanVersion, template_code: str | None) -> None:
    """Put the lines of a known checklist under a draft; answers to lines of the one before go with it."""
    if version.template_code == template_code:
        return
    version.template_code = template_code
    session.execute(delete(PlanStandard).where(PlanStandard.plan_version_id == version.id))
    lines = () if template_code is None else standards_templates()[template_code].standards
    session.add_all(
        PlanStandard(id=uuid4(), plan_version_id=version.id, position=line.position, standard_code=line.code)
        for line in lines
    )
    session.flush()


def answer_standard(
    session: Session, viewer: Viewer, *, standard_id: UUID, expected_version: int, met: bool, note: str | None
) -> UUID:
    """Say whether a standard is met, and how or why not; gives the id of the line."""
    opened = open_row(session, viewer, PlanStandard, standard_id, to=EDIT)
    line = opened.record
    check_version(line, expected_version, plan_version_id=opened.version.id)
    words = given(tidied(note or ""))
    if problems := list(text_problems(("note",), words, limit=LONG)):
        raise Invalid(*problems)
    line.met, line.note = met, words
    touch(line)
    count_edit(session, viewer, opened.version, subject_id=line.id)
    return line.id
