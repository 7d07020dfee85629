"""Decides what changed from one document to another. What is the same is left out: an empty redline says so."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from portal.plans.document.parts import AgencyKey, Clause, PlanDocument
from portal.plans.redline.facts import Fact, Order, facts, names_of, orders
from portal.plans.redline.parts import Change, ChangeType, ClauseRedline, MoneyChange, Redline
from portal.plans.redline.wording import Patience, pieces

Thing = TypeVar("Thing")
Key = TypeVar("Key", bound=Hashable)

# A scheme, an agency, a financial year and a route.
_Paid = tuple[UUID, AgencyKey, int, str]


def redline(before: PlanDocument, after: PlanDocument) -> Redline:
    """Take two versions of a plan and give what changed from the first to the second, in the order it is read."""
    return Redline(
        clauses=tuple(_clauses(before, after)),
        money=tuple(_money(before, after)),
        other=(*_facts(before, after), *_orders(before, after)),
    )


def _clauses(before: PlanDocument, after: PlanDocument) -> Iterator[ClauseRedline]:
    patience = Patience()
    for (scheme_key, key), old, new in _paired(_by_place(before), _by_place(after)):
        one = new or old
        assert one is not None
        if old and new and (old.kind, old.heading, old.text) == (new.kind, new.heading, new.text):
            continue
        yield ClauseRedline(
            key=key,
            scheme_key=scheme_key,
            number=one.number,
            change=_change(old, new),
            kind_before=old.kind if old else None,
            kind_after=new.kind if new else None,
            heading=pieces(old.heading if old else "", new.heading if new else "", patience),
            pieces=pieces(old.text if old else "", new.text if new else "", patience),
        )


def _money(before: PlanDocument, after: PlanDocument) -> Iterator[MoneyChange]:
    names = names_of(before) | names_of(after)
    schemes = _scheme_names(before) | _scheme_names(after)
    for (scheme_key, agency, year, route), old, new in _paired(_paid(before), _paid(after)):
        if old != new:
            yield MoneyChange(
                agency=agency,
                agency_name=names.get(agency, agency.code),
                scheme_key=scheme_key,
                scheme_name=schemes[scheme_key],
                year=year,
                route=route,
                before=old,
                after=new,
            )


def _facts(before: PlanDocument, after: PlanDocument) -> Iterator[Change]:
    olds, news = ({fact.about: fact for fact in facts(document)} for document in (before, after))
    for _, old, new in _paired(olds, news):
        if old is None or new is None or old.value != new.value:
            one = new or old
            assert one is not None
            yield Change(what=one.what, before=_read(old, new), after=_read(new, old))


def _read(fact: Fact | None, other: Fact | None) -> str | None:
    """How a fact reads beside another of it: with its words where the other has other words."""
    if fact is None:
        return None
    return fact.shown if other is None or fact.words == other.words else f"{fact.words} {fact.shown}"


def _orders(before: PlanDocument, after: PlanDocument) -> Iterator[Change]:
    olds = {order.about: order for order in orders(before)}
    for new in orders(after):
        if (old := olds.get(new.about)) is not None:
            # What came or went is told by itself, and puts nothing else into another order.
            both = {key for key, _ in old.items} & {key for key, _ in new.items}
            first, then = _kept(old, both), _kept(new, both)
            if [key for key, _ in first] != [key for key, _ in then]:
                yield Change(what=new.what, before=_listed(first), after=_listed(then))


def _kept(order: Order, both: set[Any]) -> list[tuple[Any, str]]:
    return [item for item in order.items if item[0] in both]


def _listed(items: list[tuple[Any, str]]) -> str:
    return "; ".join(title for _, title in items)


def _change(old: object | None, new: object | None) -> ChangeType:
    if old is None:
        return ChangeType.ADDED
    return ChangeType.REMOVED if new is None else ChangeType.CHANGED


def _by_place(document: PlanDocument) -> dict[tuple[UUID | None, UUID], Clause]:
    of_the_plan = {(None, clause.key): clause for clause in document.clauses}
    return of_the_plan | {(scheme.key, clause.key): clause for scheme in document.schemes for clause in scheme.clauses}


def _paid(document: PlanDocument) -> dict[_Paid, Decimal]:
    paid: dict[_Paid, Decimal] = defaultdict(Decimal)
    for scheme in document.schemes:
        for each in scheme.contributions:
            paid[scheme.key, each.agency, each.year, each.route] += Decimal(each.amount)
    return paid


def _scheme_names(document: PlanDocument) -> dict[UUID, str]:
    return {scheme.key: f"scheme {at}" for at, scheme in enumerate(document.schemes, start=1)}


def _paired(
    before: Mapping[Key, Thing], after: Mapping[Key, Thing]
) -> Iterator[tuple[Key, Thing | None, Thing | None]]:
    """Each key of either with what it leads to in both, in the order of the second; what went stands where it stood."""
    gone: dict[Key | None, list[Key]] = defaultdict(list)
    ahead: Key | None = None
    for key in before:
        if key in after:
            ahead = key
        else:
            gone[ahead].append(key)
    yield from ((went, before[went], None) for went in gone[None])
    for key, new in after.items():
        yield key, before.get(key), new
        yield from ((went, before[went], None) for went in gone[key])
