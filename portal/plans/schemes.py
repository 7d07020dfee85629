"""Decides how a scheme of a draft is written: its needs, area and capacity, who pays, what is due, how it is judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from portal.access.plans import EDIT
from portal.access.viewer import Viewer
from portal.agencies.models import Area
from portal.errors import Invalid, InvalidCode, InvalidField, NotFound, unknown
from portal.plans.contributing import ContributionWanted, contribution_problems, hash_of_money, write_contributions
from portal.plans.editing import count_edit, how_many, put, take_out
from portal.plans.models import (
    PlanClause,
    PlanContribution,
    PlanEvidence,
    PlanMeasure,
    PlanMilestone,
    PlanScheme,
    PlanVersion,
)
from portal.plans.money import DAYS_IN_WORDS, FIRST_DAY, LAST_DAY
from portal.plans.moving import touch
from portal.plans.opening import check_version, open_row, open_version
from portal.plans.words import MEASURES, NEEDS
from portal.text import SHORT, one_line, text_problems
from portal.vocabularies.queries import codes

LIMIT, LIST_LIMIT = 50, 50
CAPACITY_LIMIT = 1_000_000
TARGET_LIMIT = Decimal("9999999999.99")


@dataclass(frozen=True, kw_only=True)
class MilestoneWanted:
    """Something promised for a day; `key` where it is one that is there already."""

    title: str
    target_on: date
    key: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class MeasureWanted:
    """How a scheme is judged, and what is aimed at."""

    name_code: str
    target: Decimal


@dataclass(frozen=True, kw_only=True)
class SchemeWanted:
    """A scheme as it shall be, whole."""

    title: str
    need_codes: Sequence[str]
    area_id: UUID
    capacity_target: int
    contributions: Sequence[ContributionWanted]
    milestones: Sequence[MilestoneWanted] = field(default=())
    measures: Sequence[MeasureWanted] = field(default=())


def save_scheme(
    session: Session,
    viewer: Viewer,
    *,
    version_id: UUID,
    wanted: SchemeWanted,
    scheme_id: UUID | None = None,
    expected_version: int | None = None,
) -> UUID:
    """Write a scheme of a draft, new or as it shall be; gives its id.

    Raises Conflict with the scheme as it now stands when somebody else wrote it since it was read.
    """
    if scheme_id is None:
        open_version(session, viewer, version_id, to=EDIT)
        scheme = PlanScheme(id=uuid4(), plan_version_id=version_id, key=uuid4(), position=0)
    else:
        found = open_row(session, viewer, PlanScheme, scheme_id, to=EDIT)
        if found.version.id != version_id:
            raise NotFound
        scheme = found.record
        # Without a version nothing was decided on what stands there.
        check_version(scheme, expected_version or 0, scheme_id=scheme_id)
    if problems := list(_problems(session, version_id, wanted, new=scheme_id is None)):
        raise Invalid(*problems)
    scheme.title = one_line(wanted.title)
    scheme.need_codes = list(dict.fromkeys(wanted.need_codes))
    scheme.area_id, scheme.capacity_target = wanted.area_id, wanted.capacity_target
    scheme.money_hash = hash_of_money(session, wanted.contributions)
    if scheme_id is None:
        put(session, PlanScheme, scheme, at=None, among=true())
        session.add(scheme)
    else:
        touch(scheme)
    session.flush()
    write_contributions(session, scheme, wanted.contributions)
    _write_milestones(session, scheme, wanted.milestones)
    _write_measures(session, scheme, wanted.measures)
    version = session.get_one(PlanVersion, version_id)
    count_edit(session, viewer, version, subject_id=scheme.key, anew=True)
    return scheme.id


def remove_scheme(session: Session, viewer: Viewer, *, scheme_id: UUID, expected_version: int) -> UUID:
    """Take a scheme out of a draft, with its clauses, money and evidence; gives the id of the version."""
    opened = open_row(session, viewer, PlanScheme, scheme_id, to=EDIT)
    scheme = opened.record
    check_version(scheme, expected_version, scheme_id=scheme.id)
    key = scheme.key
    for model in (PlanClause, PlanContribution, PlanMilestone, PlanMeasure, PlanEvidence):
        rows = session.scalars(
            select(model).where(model.plan_version_id == scheme.plan_version_id, model.scheme_key == key)
        )
        take_out(session, *rows)
    take_out(session, scheme)
    count_edit(session, viewer, opened.version, subject_id=key, anew=True)
    return opened.version.id


def _write_milestones(session: Session, scheme: PlanScheme, wanted: Sequence[MilestoneWanted]) -> None:
    """Make the milestones exactly these; one keeps its key by naming it, or by its words, and with it its reports."""
    before = {row.key: row for row in session.scalars(select(PlanMilestone).where(*_of(PlanMilestone, scheme)))}
    by_title = {row.title: row.key for row in before.values()}
    named = {each.key for each in wanted}
    for position, each in enumerate(wanted, start=1):
        title = one_line(each.title)
        by_words = by_title.get(title)
        row = before.pop(each.key, None) if each.key else None
        if row is None and by_words is not None and by_words not in named:
            row = before.pop(by_words, None)
        if row is None:
            row = PlanMilestone(id=uuid4(), plan_version_id=scheme.plan_version_id, scheme_key=scheme.key, key=uuid4())
            row.position, row.title, row.target_on = position, title, each.target_on
            session.add(row)
        elif (row.position, row.title, row.target_on) != (position, title, each.target_on):
            row.position, row.title, row.target_on = position, title, each.target_on
            touch(row)
    take_out(session, *before.values())
    session.flush()


def _write_measures(session: Session, scheme: PlanScheme, wanted: Sequence[MeasureWanted]) -> None:
    before = {row.name_code: row for row in session.scalars(select(PlanMeasure).where(*_of(PlanMeasure, scheme)))}
    for position, each in enumerate(wanted, start=1):
        row = before.pop(each.name_code, None)
        if row is None:
            row = PlanMeasure(id=uuid4(), plan_version_id=scheme.plan_version_id, scheme_key=scheme.key, key=uuid4())
            row.position, row.name_code, row.target = position, each.name_code, each.target
            session.add(row)
        elif (row.position, row.target) != (position, each.target):
            row.position, row.target = position, each.target
            touch(row)
    take_out(session, *before.values())
    session.flush()


def _of(model: type[PlanMilestone] | type[PlanMeasure], scheme: PlanScheme) -> tuple[ColumnElement[bool], ...]:
    return model.plan_version_id == scheme.plan_version_id, model.scheme_key == scheme.key


def _problems(session: Session, version_id: UUID, wanted: SchemeWanted, *, new: bool) -> Iterator[InvalidField]:
    title = one_line(wanted.title)
    yield from text_problems(("scheme", "title"), title, limit=SHORT, needed="Give the scheme a name.")
    offered = codes(session, NEEDS, MEASURES)
    if not wanted.need_codes:
        message = "Choose at least one need that the scheme meets."
        yield InvalidField(path=("scheme", "needCodes"), code=InvalidCode.REQUIRED, message=message)
    if not set(wanted.need_codes) <= offered[NEEDS]:
        yield unknown("scheme", "needCodes", message="Choose needs from the list.")
    if session.get(Area, wanted.area_id) is None:
        yield unknown("scheme", "areaId", message="Choose the area from the list.")
    if not 0 <= wanted.capacity_target <= CAPACITY_LIMIT:
        message = f"Enter a number of places from 0 to {CAPACITY_LIMIT:,}."
        yield InvalidField(path=("scheme", "capacityTarget"), code=InvalidCode.OUT_OF_RANGE, message=message)
    if new and how_many(session, PlanScheme, PlanScheme.plan_version_id == version_id) >= LIMIT:
        message = f"A plan has {LIMIT} schemes at most."
        yield InvalidField(path=("planVersionId",), code=InvalidCode.TOO_LONG, message=message)
    yield from contribution_problems(session, wanted.contributions, "scheme", "contributions")
    yield from _milestone_problems(wanted.milestones)
    yield from _measure_problems(wanted.measures, offered[MEASURES])


def _milestone_problems(wanted: Sequence[MilestoneWanted]) -> Iterator[InvalidField]:
    path = ("scheme", "milestones")
    if len(wanted) > LIST_LIMIT:
        message = f"Name {LIST_LIMIT} milestones at most."
        yield InvalidField(path=path, code=InvalidCode.TOO_LONG, message=message)
        return
    for position, each in enumerate(wanted):
        here = (*path, str(position), "title")
        yield from text_problems(here, one_line(each.title), limit=SHORT, needed="Say what is to be reached.")
        if not FIRST_DAY <= each.target_on <= LAST_DAY:
            message, here = f"Choose a day {DAYS_IN_WORDS}.", (*path, str(position), "targetOn")
            yield InvalidField(path=here, code=InvalidCode.OUT_OF_RANGE, message=message)
    keys = [each.key for each in wanted if each.key is not None]
    if len(set(keys)) < len(keys):
        yield InvalidField(path=path, code=InvalidCode.NOT_UNIQUE, message="Name each milestone once.")


def _measure_problems(wanted: Sequence[MeasureWanted], offered: frozenset[str]) -> Iterator[InvalidField]:
    path = ("scheme", "measures")
    chosen = [each.name_code for each in wanted]
    if len(set(chosen)) < len(chosen):
        yield InvalidField(path=path, code=InvalidCode.NOT_UNIQUE, message="Name each measure once.")
    for position, each in enumerate(wanted):
        if each.name_code not in offered:
            yield unknown(*path, str(position), "nameCode", message="Choose a measure from the list.")
        if not 0 <= each.target <= TARGET_LIMIT:
            message = f"Enter a target from 0 to {TARGET_LIMIT:,}."
            yield InvalidField(path=(*path, str(position), "target"), code=InvalidCode.OUT_OF_RANGE, message=message)
        elif each.target != each.target.quantize(Decimal("0.01")):
            message = "Enter a target with two places after the point at most."
            yield InvalidField(path=(*path, str(position), "target"), code=InvalidCode.FORMAT, message=message)
