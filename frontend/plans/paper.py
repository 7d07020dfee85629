"""Decides what the paper of a plan says: the words that were frozen and who signed them, in the words of its pages."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import segno

from frontend import times
from frontend.plans import sums, telling
from frontend.printing import printed

TEMPLATE = Path(__file__).parent / "paper.typ"
Record = dict[str, Any]
STANDS = {
    "PROPOSED": "Proposed",
    "SUPERSEDED": "Replaced by a later version: signatures on this one no longer count",
    "SIGNING": "Open for signing, not agreed",
    "AGREED": "Agreed: every required party signed these very bytes",
}


class Agency(Protocol):
    """What tells an agency from every other."""

    @property
    def code_list(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def active_from(self) -> date: ...


class Signature(Protocol):
    """One signature; the person is None for whoever is not told."""

    @property
    def agency(self) -> Agency: ...
    @property
    def person(self) -> str | None: ...
    @property
    def method(self) -> str: ...
    @property
    def signed_at(self) -> datetime: ...


class Version(Protocol):
    """A version whose bytes are frozen."""

    @property
    def content(self) -> bytes: ...
    @property
    def content_hash(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def signatures(self) -> Sequence[Signature]: ...
    @property
    def since(self) -> datetime | None: ...
    @property
    def demo(self) -> bool: ...


def print_plan(version: Version) -> bytes:
    """A frozen version as PDF: the same bytes for the same version, dated with the moment it came to stand so."""
    assert version.since is not None
    code = segno.make(version.content_hash, mode="byte", error="m", boost_error=False, micro=False)
    square = code.svg_inline(border=4, dark="#000000", light="#ffffff")
    return printed(TEMPLATE, paper_of(version), made=version.since, pictures={"code": square})


def paper_of(version: Version) -> Record:
    """What the paper says, value by value."""
    plan = json.loads(version.content)
    agencies = {_key(party): party["name"] for party in plan["parties"]}
    signers = {_agency_key(each.agency) for each in version.signatures}
    paid = [_paid(each, agencies) for scheme in plan["schemes"] for each in scheme["contributions"]]
    return {
        "reference": plan["reference"],
        "number": str(plan["number"]),
        "title": plan["title"],
        "stands": STANDS[version.state],
        "period": f"{times.day(plan['starts_on'])} to {times.day(plan['ends_on'])}",
        "hash": telling.bytes_in_full(version.content_hash),
        "demo": version.demo,
        "parties": [
            {"name": party["name"], "signs": "Must sign" if party["required"] else "May sign"}
            for party in plan["parties"]
        ],
        "money": _by_funder(paid),
        "clauses": _clauses(plan["clauses"]),
        "schemes": [
            _scheme(at, scheme, agencies, plan["evidence"]) for at, scheme in enumerate(plan["schemes"], start=1)
        ],
        "standards": [
            {"sentence": line["sentence"], "met": "Met" if line["met"] else "Not met", "note": line["note"] or ""}
            for line in plan["standards"]
        ],
        "evidence": _evidence(each for each in plan["evidence"] if each["scheme"] is None),
        "signatures": [
            _signature(each, agencies) for each in sorted(version.signatures, key=lambda each: _agency_key(each.agency))
        ],
        "unsigned": [
            party["name"]
            for party in plan["parties"]
            if version.state == "SIGNING" and party["required"] and _key(party) not in signers
        ],
    }


def _scheme(at: int, scheme: Record, agencies: Mapping[Any, str], evidence: Any) -> Record:
    paid = [_paid(each, agencies) for each in scheme["contributions"]]
    return {
        "number": str(at),
        "title": scheme["title"],
        "needs": ", ".join(need["name"] for need in scheme["needs"]),
        "area": scheme["area"]["name"],
        "capacity": f"{scheme['capacity_target']:,}",
        "clauses": _clauses(scheme["clauses"]),
        "money": _by_route(paid),
        "conditions": list(_conditions(paid)),
        "milestones": [{"title": each["title"], "day": times.day(each["target_on"])} for each in scheme["milestones"]],
        "measures": [
            {"name": each["name"], "target": telling.target(each["name_code"], each["target"])}
            for each in scheme["measures"]
        ],
        "evidence": _evidence(each for each in evidence if each["scheme"] == scheme["key"]),
    }


def _paid(contribution: Record, agencies: Mapping[Any, str]) -> Record:
    """A contribution in the shape in which pages add them up."""
    agency = agencies.get(_key(contribution["agency"]), contribution["agency"]["code"])
    return contribution | {"agency": {"name": agency}, "amount": {"amount": contribution["amount"]}}


def _by_route(paid: list[Record]) -> Record:
    table = sums.table(paid)
    rows = [([row.agency, telling.ROUTE[row.route]], row.by_year, row.total) for row in table.rows]
    return _table(["Agency", "Route"], rows, table)


def _by_funder(paid: list[Record]) -> Record:
    table = sums.table(paid)
    return _table(["Agency"], [([each.agency], each.by_year, each.total) for each in sums.funders(table)], table)


def _table(
    labels: list[str], rows: Iterable[tuple[list[str], Sequence[Decimal], Decimal]], table: sums.Table
) -> Record:
    rows = list(rows)
    # Every cell is a whole number of pounds, or every cell has pence: figures under one another are compared.
    exact = any(amount % 1 for _, by_year, _ in rows for amount in by_year)

    def money(amounts: Sequence[Decimal], total: Decimal) -> list[str]:
        return [f"£{amount:,.2f}" if exact else telling.pounds(amount) for amount in (*amounts, total)]

    return {
        "labels": labels,
        "years": [telling.year(year) for year in table.years],
        "rows": [{"labels": labels, "amounts": money(by_year, total)} for labels, by_year, total in rows],
        "totals": money(table.by_year, table.total),
    }


def _conditions(paid: list[Record]) -> Iterator[str]:
    for each in paid:
        if each["condition"]:
            yield f"{each['agency']['name']}, {telling.year(each['year'])}: {each['condition']}"


def _clauses(clauses: list[Record]) -> list[Record]:
    return [{name: clause[name] for name in ("number", "heading", "text")} for clause in clauses]


def _evidence(evidence: Iterable[Record]) -> list[Record]:
    return [
        {"sentence": each["sentence"], "source": f"{each['source']}, read on {times.day(each['read_on'])}"}
        for each in evidence
    ]


def _signature(signature: Signature, agencies: Mapping[Any, str]) -> Record:
    return {
        "agency": agencies[_agency_key(signature.agency)],
        "person": signature.person or "A signatory",
        "when": times.moment(signature.signed_at.isoformat()),
        "method": telling.METHOD[signature.method],
    }


def _key(agency: Record) -> tuple[str, str, str]:
    return agency["code_list"], agency["code"], agency["active_from"]


def _agency_key(agency: Agency) -> tuple[str, str, str]:
    return agency.code_list, agency.code, agency.active_from.isoformat()
