"""Decides what a document says besides the words of its clauses and its money: facts to compare and to show."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from portal.plans.document.parts import AgencyKey, Clause, Contribution, Evidence, Party, PlanDocument, Scheme, Standard
from portal.plans.money import year_in_words


class Fact(NamedTuple):
    """One fact: what it is about in whatever version, its name, what is compared, and how that reads.

    `words` are what the plan itself calls it, where `shown` leaves that to the name.
    """

    about: tuple[Any, ...]
    what: str
    value: Any
    shown: str
    words: str = ""


class Order(NamedTuple):
    """One list: what it is about in whatever version, its name, and its items by what they are and what they read."""

    about: tuple[Any, ...]
    what: str
    items: tuple[tuple[Any, str], ...]


def facts(document: PlanDocument) -> Iterator[Fact]:
    """Every fact of a document, in the order it is read."""
    yield _plain("reference", "Reference", document.reference)
    yield _plain("title", "Title", document.title)
    yield _dated("starts_on", "First day", document.starts_on)
    yield _dated("ends_on", "Last day", document.ends_on)
    yield from map(_party, document.parties)
    for at, scheme in enumerate(document.schemes, start=1):
        yield from _of_a_scheme(scheme, f"scheme {at}", names_of(document))
    if document.template is not None:
        yield _plain("template", "Checklist", document.template)
    yield from map(_standard, document.standards)
    numbers = {scheme.key: at for at, scheme in enumerate(document.schemes, start=1)}
    for at, evidence in enumerate(document.evidence, start=1):
        yield _evidence(f"Evidence {at}", evidence, numbers)


def orders(document: PlanDocument) -> Iterator[Order]:
    """Each list whose order says something, by what it is about in whatever version."""
    schemes = tuple((scheme.key, scheme.title) for scheme in document.schemes)
    yield Order(("schemes",), "Order of the schemes", schemes)
    yield _clauses(None, "the plan", document.clauses)
    for at, scheme in enumerate(document.schemes, start=1):
        yield _clauses(scheme, f"scheme {at}", scheme.clauses)
        milestones = tuple((each.key, each.title) for each in scheme.milestones)
        yield Order(("milestones", scheme.key), f"Order of the milestones of scheme {at}", milestones)
        measures = tuple((each.key, each.name) for each in scheme.measures)
        yield Order(("measures", scheme.key), f"Order of the measures of scheme {at}", measures)
    standards = tuple((each.code, each.sentence) for each in document.standards)
    yield Order(("standards",), "Order of the standards", standards)
    yield Order(("evidence",), "Order of the evidence", tuple((each.key, each.sentence) for each in document.evidence))


def _clauses(scheme: Scheme | None, name: str, clauses: tuple[Clause, ...]) -> Order:
    titles = tuple((each.key, each.heading) for each in clauses)
    return Order(("clauses", scheme and scheme.key), f"Order of the clauses of {name}", titles)


def names_of(document: PlanDocument) -> dict[AgencyKey, str]:
    """What its parties are called, by what contributions name them by."""
    return {party.agency: party.name for party in document.parties}


def _party(party: Party) -> Fact:
    needed = "its signature is required" if party.required else "its signature is not required"
    value = (party.name, party.kind, party.kind_name, party.required)
    shown = f"{party.name} ({party.kind_name}); {needed}"
    return Fact(("party", party.agency), f"Party: {party.name}", value, shown)


def _standard(standard: Standard) -> Fact:
    met = "met" if standard.met else "not met"
    shown = f"{met}; {standard.note}" if standard.note else met
    value = (standard.sentence, standard.met, standard.note)
    return Fact(("standard", standard.code), standard.sentence, value, shown, words=standard.sentence)


def _evidence(what: str, evidence: Evidence, numbers: dict[UUID, int]) -> Fact:
    whose = "" if evidence.scheme is None else f", for scheme {numbers.get(evidence.scheme, '')}".rstrip()
    shown = f"{evidence.sentence} ({evidence.source}, read on {_day(evidence.read_on)}{whose})"
    value = (evidence.scheme, evidence.sentence, evidence.source, evidence.read_on)
    return Fact(("evidence", evidence.key), what, value, shown)


def _of_a_scheme(scheme: Scheme, name: str, parties: dict[AgencyKey, str]) -> Iterator[Fact]:
    def fact(part: str, what: str, value: Any, shown: str) -> Fact:
        return Fact(("scheme", scheme.key, part), f"{what} of {name}", value, shown)

    yield fact("title", "Title", scheme.title, scheme.title)
    yield fact("needs", "Needs", scheme.needs, ", ".join(need.name for need in scheme.needs))
    yield fact("area", "Area", scheme.area, scheme.area.name)
    yield fact("capacity", "Places", scheme.capacity_target, str(scheme.capacity_target))
    for share in scheme.contributions:
        if share.condition is not None:
            yield _condition(scheme, name, share, parties)
    for milestone in scheme.milestones:
        shown = f"{milestone.title}: {_day(milestone.target_on)}"
        yield Fact(("milestone", milestone.key), f"Milestone of {name}", (milestone.title, milestone.target_on), shown)
    for measure in scheme.measures:
        value, shown = (measure.name_code, measure.name, measure.target), f"{measure.name}: {measure.target}"
        yield Fact(("measure", measure.key), f"Measure of {name}", value, shown)


def _condition(scheme: Scheme, name: str, share: Contribution, parties: dict[AgencyKey, str]) -> Fact:
    agency = parties.get(share.agency, share.agency.code)
    return Fact(
        ("condition", scheme.key, share.agency, share.year, share.route),
        f"Condition of {agency} for {name} in {year_in_words(share.year)}",
        share.condition,
        share.condition or "",
    )


def _plain(name: str, what: str, value: str) -> Fact:
    return Fact((name,), what, value, value)


def _dated(name: str, what: str, day: date) -> Fact:
    return Fact((name,), what, day, _day(day))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
