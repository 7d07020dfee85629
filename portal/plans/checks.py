"""Decides what an agency checks before it signs a plan, who passes that there, and when it is passed.

Each agency has a list of its own, which begins as the shipped one. A version is new words, so it passes all anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from portal.access.plan_signing import is_check_of, is_passed
from portal.access.plans import PASS_CHECK, SET_CHECKS
from portal.access.viewer import Role, Viewer
from portal.errors import Invalid, InvalidCode, InvalidField, NotPermitted, NotPermittedReason
from portal.identity.models import Membership, User
from portal.identity.periods import active_today
from portal.plans.events import note_event
from portal.plans.models import PlanCheck, PlanCheckPass, PlanEventKind
from portal.plans.opening import open_plan, open_version
from portal.shipped import BrokenFile, numbered_rows
from portal.text import SHORT, storable, text_problems

SHIPPED = Path(__file__).parent / "data" / "pre_sign_checks.csv"
# A longer list would be a form to fill in, and that is not what this is.
MOST = 20


@dataclass(frozen=True, kw_only=True)
class CheckWanted:
    """A check as an agency wants it: one it has, by code, or a new one."""

    name: str
    role: Role
    code: str | None = None


@cache
def shipped_checks(path: Path = SHIPPED) -> tuple[CheckWanted, ...]:
    """What an agency checks that has said nothing else. Raises BrokenFile."""
    found: list[CheckWanted] = []
    for line, row in numbered_rows(path, ("code", "name", "role")):
        if not row["code"] or not row["name"] or row["role"] not in Role.__members__:
            raise BrokenFile(path, line, "a check needs a code, a name and a role.")
        found.append(CheckWanted(code=row["code"], name=row["name"], role=Role[row["role"]]))
    return tuple(found)


def begin_checks(session: Session, plan_id: UUID, agency_id: UUID) -> None:
    """Give an agency that becomes a party of a plan the shipped checks; a list that is there stays.

    A check whose role nobody has at the agency goes to its commissioners, or nobody there could ever pass it.
    """
    if session.scalar(select(PlanCheck.code).where(*_of(plan_id, agency_id)).limit(1)) is not None:
        return
    there = _roles_of(session, agency_id)
    for position, check in enumerate(shipped_checks()):
        role = check.role if check.role in there else Role.COMMISSIONER
        row = {"code": check.code, "name": check.name, "position": position, "role": role}
        session.execute(insert(PlanCheck).values(plan_id=plan_id, agency_id=agency_id, **row).inline())


def set_checks(session: Session, viewer: Viewer, *, plan_id: UUID, wanted: Sequence[CheckWanted]) -> UUID:
    """Say what the viewer's own agency checks before it signs, whole and in order. Gives the plan.

    Raises NotFound, NotPermitted, and Invalid: for a list that is wrong, once a version is open for signing, and for
    one that changes a check which was passed, because somebody has put their name to that.
    """
    open_plan(session, viewer, plan_id, to=SET_CHECKS)
    kept = {check.code: check for check in session.scalars(select(PlanCheck).where(*_of(plan_id, viewer.agency_id)))}
    used = set(session.scalars(select(PlanCheckPass.code).where(*_passes_of(plan_id, viewer.agency_id)).distinct()))
    if problems := [*_list_problems(session, viewer, wanted, kept.keys()), *_lost(wanted, kept, used)]:
        raise Invalid(*problems)
    codes = [each.code for each in wanted if each.code]
    gone = (*_of(plan_id, viewer.agency_id), PlanCheck.code.not_in(codes))
    session.execute(delete(PlanCheck).where(*gone).execution_options(synchronize_session="fetch"))
    fresh = (code for number in range(1, 2 * MOST + 1) if (code := f"OWN_{number}") not in kept)
    for position, each in enumerate(wanted):
        check = kept[each.code] if each.code else None
        if check is None:
            check = PlanCheck(plan_id=plan_id, agency_id=viewer.agency_id, code=next(fresh))
        check.name, check.role, check.position = each.name.strip(), each.role, position
        session.add(check)
    session.flush()
    note_event(session, viewer, plan_id, PlanEventKind.EDITED)
    return plan_id


def pass_check(session: Session, viewer: Viewer, *, version_id: UUID, code: str) -> UUID:
    """Pass a check of the viewer's own agency on the version on the table. Gives the plan.

    Raises NotFound, NotPermitted for a check of another role, and Invalid for one that is not there or passed already,
    and for a version that is not on the table.
    """
    opened = open_version(session, viewer, version_id, to=PASS_CHECK)
    plan_id = opened.plan.id
    known = is_check_of(viewer, plan_id, code)
    check = session.scalar(select(PlanCheck).where(known)) if storable(code) else None
    if check is None:
        raise Invalid(_wrong("code", InvalidCode.UNKNOWN, "Your agency has no such check. Read the plan again."))
    if check.role is not viewer.role:
        raise NotPermitted("Your agency gave this check to another role.", reason=NotPermittedReason.ROLE)
    if session.scalar(select(is_passed(check, opened.version.id))):
        raise Invalid(_wrong("code", InvalidCode.NOT_UNIQUE, "This check is passed already."))
    session.add(
        PlanCheckPass(
            plan_version_id=opened.version.id,
            plan_id=plan_id,
            agency_id=viewer.agency_id,
            code=code,
            passed_by_membership_id=viewer.membership_id,
        )
    )
    session.flush()
    note_event(session, viewer, plan_id, PlanEventKind.CHECKED, version_id=opened.version.id)
    return plan_id


def checks_to_pass(session: Session, *, plan_id: UUID, version_id: UUID, agency_id: UUID) -> list[str]:
    """The names of the checks that an agency has yet to pass on a version, in its order."""
    still = (*_of(plan_id, agency_id), ~is_passed(PlanCheck, version_id))
    return list(session.scalars(select(PlanCheck.name).where(*still).order_by(PlanCheck.position, PlanCheck.code)))


def _list_problems(
    session: Session, viewer: Viewer, wanted: Sequence[CheckWanted], known: Iterable[str]
) -> Iterable[InvalidField]:
    if len(wanted) > MOST:
        yield _wrong("checks", InvalidCode.OUT_OF_RANGE, f"An agency has at most {MOST} checks.")
    there, names = _roles_of(session, viewer.agency_id), set()
    codes = [each.code for each in wanted if each.code]
    for position, each in enumerate(wanted):
        path = ("checks", str(position))
        yield from text_problems((*path, "name"), each.name, limit=SHORT, needed="Say what is checked.")
        if (name := each.name.strip().casefold()) in names:
            yield InvalidField(path=(*path, "name"), code=InvalidCode.NOT_UNIQUE, message="Name each check once.")
        names.add(name)
        if each.role not in there:
            message = "Nobody at your agency has this role today, so nobody could pass the check."
            yield InvalidField(path=(*path, "role"), code=InvalidCode.NOT_ALLOWED, message=message)
        if each.code and (each.code not in known or codes.count(each.code) > 1):
            message = "Name each check that your agency has once, and no other."
            yield InvalidField(path=(*path, "code"), code=InvalidCode.UNKNOWN, message=message)


def _lost(wanted: Sequence[CheckWanted], kept: dict[str, PlanCheck], used: set[str]) -> Iterable[InvalidField]:
    """A check that was passed stays as it was passed; it may move to another place in the list."""
    said = {each.code: (each.name.strip(), each.role) for each in wanted}
    for code in sorted(used & kept.keys()):
        if said.get(code) != (kept[code].name, kept[code].role):
            message = f"“{kept[code].name}” was passed on a version of this plan, so it stays as it is."
            yield _wrong("checks", InvalidCode.NOT_ALLOWED, message)


def _roles_of(session: Session, agency_id: UUID) -> set[Role]:
    """The roles that somebody has at an agency today."""
    held = select(Membership.role).join(User, User.id == Membership.user_id)
    today = held.where(Membership.agency_id == agency_id, active_today(Membership), User.disabled_at.is_(None))
    return set(session.scalars(today.distinct()))


def _of(plan_id: UUID, agency_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PlanCheck.plan_id == plan_id, PlanCheck.agency_id == agency_id


def _passes_of(plan_id: UUID, agency_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PlanCheckPass.plan_id == plan_id, PlanCheckPass.agency_id == agency_id


def _wrong(field: str, code: InvalidCode, message: str) -> InvalidField:
    return InvalidField(path=(field,), code=code, message=message)
