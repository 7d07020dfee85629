"""Who reads a plan, and who may do what to it: an agency takes part, and the role of its member says what in."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, exists, false, literal, or_, select

from portal.access.rule import Expression, Verb
from portal.access.viewer import Role, Viewer
from portal.db import Versioned
from portal.plans.models import (
    Plan,
    PlanCheck,
    PlanCheckPass,
    PlanClause,
    PlanComment,
    PlanParty,
    PlanProposal,
    PlanPublication,
    PlanScheme,
    PlanSignature,
    PlanVersion,
    PlanVersionParty,
)
from portal.plans.states import NEGOTIABLE, PlanVersionState, ProposalState

Record = TypeVar("Record", bound=Versioned)

COMMISSIONS = frozenset({Role.COMMISSIONER})
SIGNS = frozenset({Role.SIGNATORY})
# Who says what an agency checks before it signs: whoever plans there, and whoever keeps its people.
SETS_CHECKS = frozenset({Role.COMMISSIONER, Role.AGENCY_ADMINISTRATOR})
ON_THE_TABLE = frozenset({PlanVersionState.DRAFT, *NEGOTIABLE})


@dataclass(frozen=True, kw_only=True)
class PlanVerb(Verb[Record]):
    """Something that may be done to a plan, a version or what is said of one; `elsewhen` answers a wrong state.

    For whoever does not see the record by `seen` it is missing.
    """

    elsewhen: str
    seen: Expression


def is_party(viewer: Viewer | None, plan_id: Any) -> ColumnElement[bool]:
    """Whether the viewer's agency takes or took part in a plan: what was read once stays readable."""
    if viewer is None:
        return false()
    party = PlanParty.__table__.alias()
    taking_part = (party.c.plan_id == plan_id, party.c.agency_id == viewer.agency_id)
    return exists(select(literal(1)).select_from(party).where(*taking_part).correlate_except(party))


def is_party_of_version(viewer: Viewer | None, version_id: Any) -> ColumnElement[bool]:
    """Whether the viewer's agency takes or took part in the plan of a version."""
    if viewer is None:
        return false()
    party, version = PlanParty.__table__.alias(), PlanVersion.__table__.alias()
    of_the_plan = version.join(party, party.c.plan_id == version.c.plan_id)
    taking_part = (version.c.id == version_id, party.c.agency_id == viewer.agency_id)
    return exists(select(literal(1)).select_from(of_the_plan).where(*taking_part).correlate_except(party, version))


def sees_plan(viewer: Viewer | None, plan_id: Any) -> ColumnElement[bool]:
    """Whether the viewer knows of a plan: through their agency, or because it is published."""
    plan = Plan.__table__.alias()
    published = select(literal(1)).select_from(plan).where(plan.c.id == plan_id, plan.c.published_at.is_not(None))
    return or_(is_party(viewer, plan_id), exists(published.correlate_except(plan)))


def sees_version(viewer: Viewer | None, version_id: Any) -> ColumnElement[bool]:
    """Whether the viewer reads a version: through their agency, or because it was agreed and published."""
    plan, version = Plan.__table__.alias(), PlanVersion.__table__.alias()
    of_a_plan = version.join(plan, plan.c.id == version.c.plan_id)
    agreed = (version.c.id == version_id, version.c.state == PlanVersionState.AGREED.value)
    public = select(literal(1)).select_from(of_a_plan).where(*agreed, plan.c.published_at.is_not(None))
    return or_(is_party_of_version(viewer, version_id), exists(public.correlate_except(plan, version)))


def is_named_in(viewer: Viewer, version_id: Any) -> ColumnElement[bool]:
    """Whether a version names the viewer's agency as a party: whoever may change it, answer it or sign it."""
    party = PlanVersionParty.__table__.alias()
    named = (party.c.plan_version_id == version_id, party.c.agency_id == viewer.agency_id)
    return exists(select(literal(1)).select_from(party).where(*named).correlate_except(party))


def is_required_in(viewer: Viewer, version_id: Any) -> ColumnElement[bool]:
    """Whether a version is agreed only with the signature of the viewer's agency."""
    party = PlanVersionParty.__table__.alias()
    needed = (party.c.plan_version_id == version_id, party.c.agency_id == viewer.agency_id, party.c.required)
    return exists(select(literal(1)).select_from(party).where(*needed).correlate_except(party))


def is_named_now(viewer: Viewer, plan_id: Any) -> ColumnElement[bool]:
    """Whether the current version of a plan names the viewer's agency as a party."""
    return _current(plan_id, lambda version: is_named_in(viewer, version.id))


def current_stands(plan_id: Any, *states: PlanVersionState) -> ColumnElement[bool]:
    """Whether the current version of a plan stands in one of these states."""
    return _current(plan_id, lambda version: version.state.in_([each.value for each in states]))


def is_current(version: Any, plan: Any) -> ColumnElement[bool]:
    """Whether a version is the one that a plan stands at, by the columns of both."""
    return and_(version.plan_id == plan.id, version.number == plan.current_number)


def _current(plan_id: Any, that: Any) -> ColumnElement[bool]:
    plan, version = Plan.__table__.alias(), PlanVersion.__table__.alias()
    current = plan.join(version, is_current(version.c, plan.c))
    here = select(literal(1)).select_from(current).where(plan.c.id == plan_id, that(version.c))
    return exists(here.correlate_except(plan, version))


def still_answers(proposal: Any) -> ColumnElement[bool]:
    """Whether the version a plan stands at says what a counter-proposal answers, in the place that is about."""
    return or_(
        _stands_there(proposal, PlanClause, "clause_key", "clause_hash"),
        _stands_there(proposal, PlanScheme, "scheme_key", "money_hash"),
    )


def _stands_there(proposal: Any, model: Any, key: str, content: str) -> ColumnElement[bool]:
    plan, version, row = Plan.__table__.alias(), PlanVersion.__table__.alias(), model.__table__.alias()
    rows = plan.join(version, is_current(version.c, plan.c)).join(row, row.c.plan_version_id == version.c.id)
    same = (plan.c.id == proposal.plan_id, row.c.key == getattr(proposal, key), row.c[content] == proposal.base_hash)
    return exists(select(literal(1)).select_from(rows).where(*same).correlate_except(plan, version, row))


def _party_in(roles: frozenset[Role]) -> Any:
    """A member in one of these roles of a party of the version."""
    return lambda viewer, version: and_(literal(viewer.role in roles), is_named_in(viewer, version.id))


def _current_party_in(roles: frozenset[Role]) -> Any:
    """A member in one of these roles of a party of the current version, for records that hang under the plan."""
    return lambda viewer, row: and_(literal(viewer.role in roles), is_named_now(viewer, row.plan_id))


def _of_the_other_side(viewer: Viewer, proposal: Any) -> ColumnElement[bool]:
    return and_(_current_party_in(COMMISSIONS)(viewer, proposal), proposal.agency_id != viewer.agency_id)


def _of_the_proposer(viewer: Viewer, proposal: Any) -> ColumnElement[bool]:
    return and_(literal(viewer.role in COMMISSIONS), proposal.agency_id == viewer.agency_id)


def _settles(viewer: Viewer, comment: Any) -> ColumnElement[bool]:
    own = comment.agency_id == viewer.agency_id
    return or_(_current_party_in(COMMISSIONS)(viewer, comment), own)


def _passes(viewer: Viewer, version: Any) -> ColumnElement[bool]:
    """Whether the viewer's agency gave their role a check of this plan."""
    check = PlanCheck.__table__.alias()
    theirs = (
        check.c.plan_id == version.plan_id,
        check.c.agency_id == viewer.agency_id,
        check.c.role == viewer.role.value,
    )
    given = select(literal(1)).select_from(check).where(*theirs).correlate_except(check)
    return and_(is_named_in(viewer, version.id), exists(given))


def checks_are_passed(viewer: Viewer, version: Any) -> ColumnElement[bool]:
    """Whether every check that the viewer's agency set itself is passed on this version."""
    check, passed = PlanCheck.__table__.alias(), PlanCheckPass.__table__.alias()
    on_this = and_(
        passed.c.plan_version_id == version.id,
        passed.c.agency_id == check.c.agency_id,
        passed.c.code == check.c.code,
    )
    own = (check.c.plan_id == version.plan_id, check.c.agency_id == viewer.agency_id)
    waiting = select(literal(1)).select_from(check.outerjoin(passed, on_this)).where(*own, passed.c.code.is_(None))
    return ~exists(waiting.correlate_except(check, passed))


def has_signed(viewer: Viewer, version: Any) -> ColumnElement[bool]:
    """Whether the viewer's agency has signed this version."""
    signature = PlanSignature.__table__.alias()
    theirs = (signature.c.plan_version_id == version.id, signature.c.agency_id == viewer.agency_id)
    return exists(select(literal(1)).select_from(signature).where(*theirs).correlate_except(signature))


def wants_it_public(viewer: Viewer, version: Any) -> ColumnElement[bool]:
    """Whether the viewer's agency has said that this version may be public."""
    publication = PlanPublication.__table__.alias()
    theirs = (publication.c.plan_version_id == version.id, publication.c.agency_id == viewer.agency_id)
    return exists(select(literal(1)).select_from(publication).where(*theirs).correlate_except(publication))


def may_draft(viewer: Viewer) -> bool:
    """Whether the viewer may start a plan: a commissioner whose agency belongs to a partnership."""
    return viewer.role in COMMISSIONS and bool(viewer.partnership_ids)


def _by_parties(viewer: Viewer, said: Any) -> ColumnElement[bool]:
    """What is said of a plan is never published."""
    return is_party(viewer, said.plan_id)


def _in(*states: PlanVersionState) -> Any:
    return lambda version: version.state.in_([each.value for each in states])


def _is_undecided(proposal: Any) -> ColumnElement[bool]:
    undecided: ColumnElement[bool] = proposal.state == ProposalState.OPEN.value
    return undecided


def _is_open(proposal: Any) -> ColumnElement[bool]:
    return and_(_is_undecided(proposal), current_stands(proposal.plan_id, *NEGOTIABLE))


def _on_version(
    roles: frozenset[Role] | None, *states: PlanVersionState, refusal: str, elsewhen: str, who: Any = None
) -> PlanVerb[PlanVersion]:
    return PlanVerb(
        model=PlanVersion,
        root=PlanVersion.plan_id,
        who=who or _party_in(roles or frozenset()),
        when=_in(*states),
        refusal=refusal,
        elsewhen=elsewhen,
        seen=lambda viewer, version: sees_version(viewer, version.id),
    )


NOT_IN_SIGNING = "This version is not open for signing. Read the plan again."
DECIDED = "This counter-proposal is no longer open. Read the plan again."
EDIT = _on_version(
    COMMISSIONS,
    PlanVersionState.DRAFT,
    refusal="Only commissioners of a party write a plan.",
    elsewhen="This version is no longer a draft, so its words stay as they are. Read the plan again.",
)
PROPOSE = _on_version(
    COMMISSIONS,
    PlanVersionState.DRAFT,
    refusal="Only commissioners of a party propose a version.",
    elsewhen="This version is proposed already. Read the plan again.",
)
COUNTER = _on_version(
    COMMISSIONS,
    *NEGOTIABLE,
    refusal="Only commissioners of a party make counter-proposals.",
    elsewhen="Counter-proposals are made while a version is on the table, and none is now. Read the plan again.",
)
REVISE = _on_version(
    COMMISSIONS,
    *NEGOTIABLE,
    refusal="Only commissioners of a party begin the next version.",
    elsewhen="The next version begins while one is on the table, and none is now. Read the plan again.",
)
COMMENT = _on_version(
    None,
    *ON_THE_TABLE,
    who=lambda viewer, version: is_named_in(viewer, version.id),
    refusal="Only members of a party comment on a version.",
    elsewhen="Comments are made on the version on the table, and this is not it. Read the plan again.",
)
SET_CHECKS = _on_version(
    SETS_CHECKS,
    PlanVersionState.DRAFT,
    PlanVersionState.PROPOSED,
    refusal="Only commissioners and administrators of a party say what their agency checks.",
    elsewhen="Checks stay as they are once a version is open for signing.",
)
PASS_CHECK = _on_version(
    None,
    *NEGOTIABLE,
    who=_passes,
    refusal="Your agency did not give your role a check of this plan.",
    elsewhen="Checks are passed on the version on the table, and this is not it. Read the plan again.",
)
OPEN_SIGNING = _on_version(
    COMMISSIONS,
    PlanVersionState.PROPOSED,
    refusal="Only commissioners of a party open a version for signing.",
    elsewhen="Only a proposed version can be opened for signing. Read the plan again.",
)
SIGN = _on_version(
    SIGNS,
    PlanVersionState.SIGNING,
    refusal="Only signatories of a party sign.",
    elsewhen=NOT_IN_SIGNING,
)
DECLINE = _on_version(
    SIGNS,
    PlanVersionState.SIGNING,
    refusal="Only signatories of a party decline to sign.",
    elsewhen=NOT_IN_SIGNING,
)
LEAVE = _on_version(
    SIGNS,
    *ON_THE_TABLE,
    refusal="Only signatories of a party take it out of a plan.",
    elsewhen="An agreed plan is left by agreeing another one, not by leaving. Read the plan again.",
)
PUBLISH = _on_version(
    COMMISSIONS,
    PlanVersionState.AGREED,
    refusal="Only commissioners of a party make an agreed plan public.",
    elsewhen="Only an agreed version can be made public.",
)
REPORT = _on_version(
    COMMISSIONS,
    *PlanVersionState,
    refusal="Only commissioners of a party say how a milestone stands.",
    elsewhen="This milestone is not part of the plan as it stands.",
)
ACCEPT = PlanVerb(
    model=PlanProposal,
    root=PlanProposal.plan_id,
    who=_of_the_other_side,
    when=_is_open,
    refusal="Only commissioners of another party accept a counter-proposal.",
    elsewhen="A counter-proposal is accepted while it is open and a version is on the table. Read the plan again.",
    seen=_by_parties,
)
# What `viewerCan` answers: a place that reads otherwise by now is a Conflict for whoever accepts, which shows it.
ACCEPT_NOW = replace(ACCEPT, when=lambda proposal: and_(_is_open(proposal), still_answers(proposal)))
REJECT = PlanVerb(
    model=PlanProposal,
    root=PlanProposal.plan_id,
    who=_of_the_other_side,
    when=_is_undecided,
    refusal="Only commissioners of another party reject a counter-proposal.",
    elsewhen=DECIDED,
    seen=_by_parties,
)
TAKE_BACK = PlanVerb(
    model=PlanProposal,
    root=PlanProposal.plan_id,
    who=_of_the_proposer,
    when=_is_undecided,
    refusal="Only commissioners of the agency that made a counter-proposal take it back.",
    elsewhen=DECIDED,
    seen=_by_parties,
)
RESOLVE = PlanVerb(
    model=PlanComment,
    root=PlanComment.plan_id,
    who=_settles,
    when=lambda comment: comment.resolved_at.is_(None),
    refusal="Only commissioners of a party, and the agency that commented, resolve a comment.",
    elsewhen="This comment is resolved already.",
    seen=_by_parties,
)
