"""Documents of plans as they may come: generated ones with something or nothing in every place, and one to break."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st

from portal.plans.document import (
    AgencyKey,
    Area,
    Clause,
    Contribution,
    Evidence,
    Measure,
    Milestone,
    Need,
    Party,
    PlanDocument,
    Scheme,
    Standard,
    exact,
)
from portal.plans.models import ClauseKind, FundingRoute

SINCE = date(2010, 4, 1)
KEYS = st.uuids(version=4)
# Whatever PostgreSQL can hold, quotation marks, other scripts and line ends among it.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)
CODES = st.sampled_from(["ALCOHOL", "DRUGS", "MENTAL_HEALTH", "SELF_HARM"])
DAYS = st.dates(date(1990, 1, 1), date(2199, 12, 31))
AMOUNTS = st.decimals(Decimal("0.01"), Decimal("999999999999.99"), places=2)
AGENCIES = st.builds(AgencyKey, code_list=st.sampled_from(["ODS", "GSS"]), code=TEXTS, active_from=DAYS)


def several(each: st.SearchStrategy[Any], **options: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, max_size=3, **options).map(tuple)


CLAUSES = st.builds(
    Clause, key=KEYS, number=TEXTS, kind=st.sampled_from(ClauseKind).map(str), heading=TEXTS, text=TEXTS
)
CONTRIBUTIONS = st.builds(
    Contribution,
    key=KEYS,
    agency=AGENCIES,
    year=st.integers(1990, 2199),
    amount=AMOUNTS.map(exact),
    route=st.sampled_from(FundingRoute).map(str),
    condition=st.none() | TEXTS,
)
SCHEMES = st.builds(
    Scheme,
    key=KEYS,
    title=TEXTS,
    needs=several(st.builds(Need, code=CODES, name=TEXTS), unique_by=lambda need: need.code),
    area=st.builds(Area, code_list=TEXTS, code=TEXTS, active_from=DAYS, name=TEXTS),
    capacity_target=st.integers(0, 2**31 - 1),
    clauses=several(CLAUSES),
    contributions=several(CONTRIBUTIONS),
    milestones=several(st.builds(Milestone, key=KEYS, title=TEXTS, target_on=DAYS)),
    measures=several(st.builds(Measure, key=KEYS, name_code=TEXTS, name=TEXTS, target=AMOUNTS.map(exact))),
)
DOCUMENTS = st.builds(
    PlanDocument,
    reference=TEXTS,
    number=st.integers(1, 999),
    title=TEXTS,
    starts_on=DAYS,
    ends_on=DAYS,
    parties=several(
        st.builds(
            Party,
            code_list=TEXTS,
            code=TEXTS,
            active_from=DAYS,
            name=TEXTS,
            kind=TEXTS,
            kind_name=TEXTS,
            required=st.booleans(),
        )
    ),
    clauses=several(CLAUSES),
    schemes=several(SCHEMES),
    template=st.none() | TEXTS,
    standards=several(st.builds(Standard, code=TEXTS, sentence=TEXTS, met=st.booleans(), note=st.none() | TEXTS)),
    evidence=several(
        st.builds(Evidence, key=KEYS, scheme=st.none() | KEYS, sentence=TEXTS, source=TEXTS, read_on=DAYS)
    ),
)


def key(name: str) -> UUID:
    """A key that is the same in each run."""
    return uuid5(UUID(int=5), name)


def agency(code: str) -> AgencyKey:
    return AgencyKey(code_list="ODS", code=code, active_from=SINCE)


def party(code: str, kind: str, *, required: bool = True) -> Party:
    return Party(
        code_list="ODS",
        code=code,
        active_from=SINCE,
        name=f"Agency {code}",
        kind=kind,
        kind_name=f"Kind {kind}",
        required=required,
    )


def pays(code: str, amount: str = "40000.00", *, year: int = 2012, route: str = "ALIGNED") -> Contribution:
    name = f"{code} {year} {route}"
    return Contribution(key=key(name), agency=agency(code), year=year, amount=amount, route=route, condition=None)


def clause(number: str, text: str, *, heading: str = "Opening hours", kind: str = "SPECIFICATION") -> Clause:
    return Clause(key=key(f"clause {number}"), number=number, kind=kind, heading=heading, text=text)


def scheme(*contributions: Contribution, **changes: Any) -> Scheme:
    plain = Scheme(
        key=key("scheme"),
        title="Liaison at the court",
        needs=(Need(code="ALCOHOL", name="Alcohol"),),
        area=Area(code_list="GSS", code="E10000013", active_from=SINCE, name="Gloucestershire"),
        capacity_target=40,
        clauses=(clause("1.1", "Open on weekdays."),),
        contributions=contributions,
        milestones=(),
        measures=(),
    )
    return replace(plain, **changes)


def plan(*schemes: Scheme, **changes: Any) -> PlanDocument:
    """A plan of a trust, a council and the police for the year 2012/13, with nothing wrong as long as somebody pays."""
    plain = PlanDocument(
        reference="P-1001",
        number=1,
        title="Diversion in Severnshire",
        starts_on=date(2012, 4, 1),
        ends_on=date(2013, 3, 31),
        parties=(party("PCT", "PCT"), party("LA", "LOCAL_AUTHORITY"), party("POL", "NEIGHBOURHOOD_POLICE")),
        clauses=(),
        schemes=schemes,
        template=None,
        standards=(),
        evidence=(),
    )
    return replace(plain, **changes)
