"""Decides how a frozen version is negotiated: other words for a clause or other money for a scheme, taken or not.

A counter-proposal names the hash of what it answers, and stays good while the version on the table says that there.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.plans import ACCEPT, COUNTER, REJECT, TAKE_BACK, PlanVerb, still_answers
from portal.access.viewer import Viewer
from portal.db import now
from portal.errors import Conflict, ConflictReason, Invalid, InvalidCode, InvalidField, NotFound
from portal.plans.clauses import write_clause
from portal.plans.contributing import (
    ContributionWanted,
    contribution_problems,
    hash_of_money,
    kept,
    write_contributions,
)
from portal.plans.copying import copy_version
from portal.plans.document import clause_hash
from portal.plans.events import note_event
from portal.plans.models import PlanClause, PlanEventKind, PlanProposal, PlanScheme, PlanVersion
from portal.plans.moving import move_plan, touch
from portal.plans.opening import Opened, open_plan, open_said
from portal.plans.proposing import freeze, refuse_problems
from portal.plans.states import PlanStep, ProposalState
from portal.text import LONG, given, text_problems, tidied


def counter_clause(
    session: Session, viewer: Viewer, *, clause_id: UUID, base_hash: str, words: str, reason: str | None = None
) -> UUID:
    """Offer other words for a clause of the version on the table; gives the id of the counter-proposal.

    Raises Conflict with the clause as it now stands when that is not what `base_hash` names.
    """
    opened, key = _open_at(session, viewer, PlanClause, clause_id)
    clause = _clause_now(session, opened.version, key, base_hash)
    text, why = tidied(words), given(tidied(reason or ""))
    problems = list(text_problems(("text",), text, limit=LONG, needed="Write the words you want."))
    problems += text_problems(("reason",), why, limit=LONG)
    if clause_hash(clause.kind, clause.heading, text) == clause.clause_hash:
        message = "These are the words that stand. Write the words you want."
        problems.append(InvalidField(path=("text",), code=InvalidCode.NOT_ALLOWED, message=message))
    if problems:
        raise Invalid(*problems)
    made = _proposal(viewer, opened, base_hash, why)
    made.clause_key, made.words = clause.key, text
    return _put_forward(session, viewer, made)


def counter_money(
    session: Session,
    viewer: Viewer,
    *,
    scheme_id: UUID,
    base_hash: str,
    contributions: Sequence[ContributionWanted],
    reason: str | None = None,
) -> UUID:
    """Offer other money for a scheme of the version on the table; gives the id of the counter-proposal.

    Raises Conflict with the scheme as it now stands when its money is not what `base_hash` names.
    """
    opened, key = _open_at(session, viewer, PlanScheme, scheme_id)
    scheme = _scheme_now(session, opened.version, key, base_hash)
    why = given(tidied(reason or ""))
    problems = list(contribution_problems(session, contributions, "contributions"))
    problems += text_problems(("reason",), why, limit=LONG)
    if not contributions:
        message = "Enter the money you want: nobody could accept a scheme that nobody pays for."
        problems.append(InvalidField(path=("contributions",), code=InvalidCode.REQUIRED, message=message))
    if not problems and hash_of_money(session, contributions) == base_hash:
        message = "This is the money that stands. Enter the money you want."
        problems.append(InvalidField(path=("contributions",), code=InvalidCode.NOT_ALLOWED, message=message))
    if problems:
        raise Invalid(*problems)
    made = _proposal(viewer, opened, base_hash, why)
    made.scheme_key, made.contributions = scheme.key, [each.as_kept() for each in contributions]
    return _put_forward(session, viewer, made)


def accept(session: Session, viewer: Viewer, *, proposal_id: UUID, expected_version: int) -> UUID:
    """Take a counter-proposal into the next version, which is on the table at once; gives that version's id.

    Raises Conflict with what now stands when the place moved on since, and Invalid when the next version would have
    problems. Other counter-proposals stay open.
    """
    opened = open_said(session, viewer, proposal_id, to=ACCEPT, expected_version=expected_version)
    proposal = opened.record
    _refuse_stale(session, opened.version, proposal)
    following = copy_version(session, viewer, plan=opened.plan, version=opened.version)
    _apply(session, proposal, following)
    refuse_problems(session, following)
    freeze(session, following, proposed_by=proposal.proposed_by_membership_id, accepted_by=viewer.membership_id)
    move_plan(opened.plan, PlanStep.ACCEPT)
    _decide(session, viewer, proposal, ProposalState.ACCEPTED, None)
    note_event(session, viewer, opened.plan.id, PlanEventKind.ACCEPTED, version_id=following.id, subject_id=proposal.id)
    return following.id


def reject(session: Session, viewer: Viewer, *, proposal_id: UUID, expected_version: int, reason: str) -> UUID:
    """Say no to a counter-proposal, and why; gives its id."""
    why = tidied(reason)
    needed = "Say why, so that the others can offer something else."
    problems = list(text_problems(("reason",), why, limit=LONG, needed=needed))
    return _close(
        session, viewer, proposal_id, expected_version, REJECT, ProposalState.REJECTED,
        PlanEventKind.REJECTED, why, problems,
    )  # fmt: skip


def withdraw_proposal(session: Session, viewer: Viewer, *, proposal_id: UUID, expected_version: int) -> UUID:
    """Take back a counter-proposal that the viewer's agency made; gives its id."""
    return _close(
        session, viewer, proposal_id, expected_version, TAKE_BACK, ProposalState.WITHDRAWN,
        PlanEventKind.TAKEN_BACK, None, [],
    )  # fmt: skip


def _close(
    session: Session,
    viewer: Viewer,
    proposal_id: UUID,
    expected_version: int,
    verb: PlanVerb[PlanProposal],
    state: ProposalState,
    kind: PlanEventKind,
    why: str | None,
    problems: list[InvalidField],
) -> UUID:
    opened = open_said(session, viewer, proposal_id, to=verb, expected_version=expected_version)
    if problems:
        raise Invalid(*problems)
    _decide(session, viewer, opened.record, state, why)
    note_event(session, viewer, opened.plan.id, kind, version_id=opened.version.id, subject_id=proposal_id)
    return proposal_id


def _decide(session: Session, viewer: Viewer, proposal: PlanProposal, state: ProposalState, why: str | None) -> None:
    proposal.state, proposal.decided_at, proposal.decided_because = state, now(), why
    proposal.decided_by_membership_id = viewer.membership_id
    touch(proposal)
    session.flush()


def _open_at(
    session: Session, viewer: Viewer, model: type[PlanClause] | type[PlanScheme], row_id: UUID
) -> tuple[Opened[PlanVersion], UUID]:
    """Open the plan to answer a row of one of its versions, with the key the row has in all of them."""
    named = session.execute(
        select(PlanVersion.plan_id, model.key)
        .join(PlanVersion, PlanVersion.id == model.plan_version_id)
        .where(model.id == row_id)
    ).one_or_none()
    if named is None:
        raise NotFound
    return open_plan(session, viewer, named.plan_id, to=COUNTER), named.key


def _proposal(viewer: Viewer, opened: Opened[PlanVersion], base_hash: str, why: str | None) -> PlanProposal:
    return PlanProposal(
        id=uuid4(),
        plan_id=opened.plan.id,
        plan_version_id=opened.version.id,
        base_hash=base_hash,
        reason=why,
        proposed_by_membership_id=viewer.membership_id,
        agency_id=viewer.agency_id,
    )


def _put_forward(session: Session, viewer: Viewer, made: PlanProposal) -> UUID:
    session.add(made)
    session.flush()
    note_event(
        session, viewer, made.plan_id, PlanEventKind.COUNTERED, version_id=made.plan_version_id, subject_id=made.id
    )
    return made.id


def _apply(session: Session, proposal: PlanProposal, following: PlanVersion) -> None:
    if proposal.clause_key is not None:
        here = (PlanClause.plan_version_id == following.id, PlanClause.key == proposal.clause_key)
        clause = session.execute(select(PlanClause).where(*here)).scalar_one()
        write_clause(
            clause,
            proposal.proposed_by_membership_id,
            kind=clause.kind,
            heading=clause.heading,
            text=proposal.words or "",
        )
        touch(clause)
    elif proposal.scheme_key is not None:
        of_this = (PlanScheme.plan_version_id == following.id, PlanScheme.key == proposal.scheme_key)
        scheme = session.execute(select(PlanScheme).where(*of_this)).scalar_one()
        wanted = [kept(each) for each in proposal.contributions or []]
        scheme.money_hash = hash_of_money(session, wanted)
        write_contributions(session, scheme, wanted)
        touch(scheme)
    session.flush()


def _refuse_stale(session: Session, version: PlanVersion, proposal: PlanProposal) -> None:
    if not session.scalar(select(still_answers(PlanProposal)).where(PlanProposal.id == proposal.id)):
        clause = _clause_of(session, version, proposal.clause_key)
        raise _moved_on(version, clause, _scheme_of(session, version, proposal.scheme_key))


def _clause_now(session: Session, version: PlanVersion, key: UUID, base_hash: str) -> PlanClause:
    found = _clause_of(session, version, key)
    if found is None or found.clause_hash != base_hash:
        raise _moved_on(version, found, None)
    return found


def _scheme_now(session: Session, version: PlanVersion, key: UUID, base_hash: str) -> PlanScheme:
    found = _scheme_of(session, version, key)
    if found is None or found.money_hash != base_hash:
        raise _moved_on(version, None, found)
    return found


def _clause_of(session: Session, version: PlanVersion, key: UUID | None) -> PlanClause | None:
    return session.scalar(select(PlanClause).where(PlanClause.plan_version_id == version.id, PlanClause.key == key))


def _scheme_of(session: Session, version: PlanVersion, key: UUID | None) -> PlanScheme | None:
    return session.scalar(select(PlanScheme).where(PlanScheme.plan_version_id == version.id, PlanScheme.key == key))


def _moved_on(version: PlanVersion, clause: PlanClause | None, scheme: PlanScheme | None) -> Conflict:
    return Conflict(
        "This place says something else by now. Read it beside what you want, then decide.",
        reason=ConflictReason.STALE_VERSION,
        plan_version_id=version.id,
        clause_id=None if clause is None else clause.id,
        scheme_id=None if scheme is None else scheme.id,
    )
