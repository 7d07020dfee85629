"""Decides how a version is opened for signing, who signs it, and that the last needed signature makes it agreed.

Every signature is over the bytes that were frozen when the version was proposed, named by their hash. The plan and then
the version are locked first, so that of two last signatures one comes after the other and sees it.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session, aliased

from portal.access.plan_signing import signed_for_another, wrote_it
from portal.access.plans import OPEN_SIGNING, SIGN, has_signed, still_answers
from portal.access.viewer import Role, Viewer
from portal.db import now
from portal.errors import Invalid, InvalidCode, InvalidField, NotPermitted, NotPermittedReason
from portal.identity.reauthentication import is_proved
from portal.plans.checks import checks_to_pass
from portal.plans.events import note_event
from portal.plans.models import (
    Plan,
    PlanEventKind,
    PlanProposal,
    PlanSignature,
    PlanVersion,
    PlanVersionParty,
    SignatureMethod,
)
from portal.plans.moving import move_plan, move_version
from portal.plans.opening import open_version
from portal.plans.states import PlanStep, PlanVersionState, ProposalState
from portal.plans.validators import revalidate

# One agency alone agrees with nobody.
FEWEST_SIGNATORIES = 2


def open_signing(session: Session, viewer: Viewer, *, version_id: UUID, expected_version: int) -> UUID:
    """Open a proposed version for signing. Raises the four failures of any action.

    Invalid while a counter-proposal to words that still stand is open, while it breaks a rule that it may not have
    broken when it was proposed, and when fewer than two agencies have to sign.
    """
    opened = open_version(session, viewer, version_id, to=OPEN_SIGNING, expected_version=expected_version)
    version = opened.version
    if problems := list(_not_ready(session, version)):
        raise Invalid(*problems)
    version.signing_opened_at = now()
    move_version(version, PlanVersionState.SIGNING)
    move_plan(opened.plan, PlanStep.OPEN_SIGNING)
    session.flush()
    note_event(session, viewer, opened.plan.id, PlanEventKind.SIGNING_OPENED, version_id=version.id)
    return version.id


def sign(
    session: Session,
    viewer: Viewer,
    *,
    version_id: UUID,
    expected_version: int,
    content_hash: str,
    reauthentication: str,
) -> UUID:
    """Sign exactly the bytes of a hash for the viewer's own agency, once. Gives the signature.

    `reauthentication` is the proof that the sign-in page gives for this hash. Raises NotFound; NotPermitted for
    another role or agency, for whoever put the version forward or signed it for another agency, and without a fresh
    proof; Conflict; and Invalid for another hash, a version that is not open for signing, checks to pass, and an agency
    that has signed.
    """
    opened = open_version(session, viewer, version_id, to=SIGN, expected_version=expected_version)
    version = opened.version
    _refuse_the_same_person(session, viewer, version)
    if problems := list(_unsignable(session, viewer, version, content_hash)):
        raise Invalid(*problems)
    if not is_proved(session, reauthentication, content_hash=content_hash):
        raise NotPermitted(
            "Nobody has typed your password for this version in the last five minutes.",
            reason=NotPermittedReason.REAUTHENTICATION,
            remedy="Enter your password again, then sign.",
        )
    signature = PlanSignature(
        plan_version_id=version.id,
        content_hash=content_hash,
        agency_id=viewer.agency_id,
        user_id=viewer.user_id,
        membership_id=viewer.membership_id,
        role=Role.SIGNATORY,
        method=SignatureMethod.PASSWORD,
    )
    session.add(signature)
    session.flush()
    note_event(session, viewer, opened.plan.id, PlanEventKind.SIGNED, version_id=version.id, subject_id=signature.id)
    _agree_if_all_signed(session, viewer, opened.plan, version)
    return signature.id


def still_to_sign(session: Session, version_id: UUID) -> list[UUID]:
    """The agencies without whose signature over its bytes a version is not agreed."""
    version, party = aliased(PlanVersion), aliased(PlanVersionParty)
    signature = PlanSignature.__table__.alias()
    signed = select(literal(1)).where(
        signature.c.plan_version_id == version.id,
        signature.c.agency_id == party.agency_id,
        signature.c.content_hash == version.content_hash,
    )
    needed = select(party.agency_id).join(version, version.id == party.plan_version_id)
    return list(session.scalars(needed.where(version.id == version_id, party.required, ~signed.exists())))


def _agree_if_all_signed(session: Session, viewer: Viewer, plan: Plan, version: PlanVersion) -> None:
    if still_to_sign(session, version.id):
        return
    # By the clock that signatures go by: nothing is agreed before its last one.
    version.agreed_at = session.execute(select(func.clock_timestamp())).scalar_one()
    move_version(version, PlanVersionState.AGREED)
    move_plan(plan, PlanStep.AGREE)
    session.flush()
    note_event(session, viewer, plan.id, PlanEventKind.AGREED, version_id=version.id)


def _refuse_the_same_person(session: Session, viewer: Viewer, version: PlanVersion) -> None:
    """Refuse whoever would agree with themselves."""
    if session.scalar(select(wrote_it(viewer, version))):
        message = "You put this version forward, so somebody else signs it for your agency."
    elif session.scalar(select(signed_for_another(viewer, version))):
        message = "You signed this version for another agency, so somebody else signs it for this one."
    else:
        return
    raise NotPermitted(message, reason=NotPermittedReason.SAME_PERSON, remedy="Ask another signatory of your agency.")


def _unsignable(session: Session, viewer: Viewer, version: PlanVersion, content_hash: str) -> Iterator[InvalidField]:
    if content_hash != version.content_hash:
        message = "This is not the hash of the version you sign. Read the plan again and sign what it says now."
        yield _wrong("contentHash", InvalidCode.NOT_ALLOWED, message)
    if session.scalar(select(has_signed(viewer, version))):
        yield _wrong("id", InvalidCode.NOT_UNIQUE, "Your agency has signed this version.")
    elif names := checks_to_pass(session, plan_id=version.plan_id, version_id=version.id, agency_id=viewer.agency_id):
        message = f"Your agency has yet to pass its own checks: {', '.join(names)}."
        yield _wrong("id", InvalidCode.NOT_ALLOWED, message)


def _not_ready(session: Session, version: PlanVersion) -> Iterator[InvalidField]:
    for problem in revalidate(session, version):
        yield InvalidField(path=("id",), code=InvalidCode.NOT_ALLOWED, message=problem.message, rule=problem.source)
    if _answered(session, version):
        message = "A counter-proposal is open. Accept it, reject it or have it taken back first."
        yield _wrong("id", InvalidCode.NOT_ALLOWED, message)
    required = select(func.count()).where(PlanVersionParty.plan_version_id == version.id, PlanVersionParty.required)
    if session.execute(required).scalar_one() < FEWEST_SIGNATORIES:
        yield _wrong("id", InvalidCode.NOT_ALLOWED, "At least two agencies have to sign. Begin the next version.")


def _answered(session: Session, version: PlanVersion) -> bool:
    """Whether somebody wants other words or other money than this version says, and nobody has decided."""
    wants = (PlanProposal.plan_id == version.plan_id, PlanProposal.state == ProposalState.OPEN)
    return session.scalar(select(PlanProposal.id).where(*wants, still_answers(PlanProposal)).limit(1)) is not None


def _wrong(field: str, code: InvalidCode, message: str) -> InvalidField:
    return InvalidField(path=(field,), code=code, message=message)
