"""Decides how a draft is put to the parties: without known problems, and with its bytes frozen."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.access.plans import PROPOSE
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.plans.document import canonical, content_hash, leaves, merkle_root, read_document
from portal.plans.events import note_event
from portal.plans.models import PlanEventKind, PlanScheme, PlanVersion
from portal.plans.moving import move_plan, move_version
from portal.plans.opening import open_version
from portal.plans.states import PlanStep, PlanVersionState
from portal.plans.validators import revalidate


def propose(session: Session, viewer: Viewer, *, version_id: UUID, expected_version: int) -> UUID:
    """Freeze a draft and put it to the parties; gives its id.

    Raises NotFound, NotPermitted, Conflict when it changed since it was read, and Invalid with every problem it has.
    """
    opened = open_version(session, viewer, version_id, to=PROPOSE, expected_version=expected_version)
    refuse_problems(session, opened.version)
    freeze(session, opened.version, proposed_by=viewer.membership_id)
    move_plan(opened.plan, PlanStep.PROPOSE)
    session.flush()
    note_event(session, viewer, opened.plan.id, PlanEventKind.PROPOSED, version_id=version_id)
    return version_id


def refuse_problems(session: Session, version: PlanVersion) -> None:
    """Validate a version again; raises Invalid with everything that makes it unfit to propose."""
    session.flush()
    found = [
        InvalidField(
            path=("problems", problem.code.value),
            code=InvalidCode.NOT_ALLOWED,
            message=problem.message,
            rule=problem.source,
        )
        for problem in revalidate(session, version)
    ]
    if not session.scalar(select(exists().where(PlanScheme.plan_version_id == version.id))):
        found.append(
            InvalidField(path=("schemes",), code=InvalidCode.REQUIRED, message="Add a scheme: there is none to agree.")
        )
    if found:
        raise Invalid(*found)


def freeze(session: Session, version: PlanVersion, *, proposed_by: UUID, accepted_by: UUID | None = None) -> None:
    """Freeze the bytes of a draft: from now on they are what is talked about, and what is signed."""
    session.flush()
    document = read_document(session, version.id)
    version.content = canonical(document)
    version.content_hash = content_hash(version.content)
    version.merkle_root = merkle_root(leaves(document))
    version.proposed_at = now()
    version.proposed_by_membership_id = proposed_by
    version.accepted_by_membership_id = accepted_by
    move_version(version, PlanVersionState.PROPOSED)
    session.flush()
