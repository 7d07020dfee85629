"""A plan whose bytes are frozen, made by hand: what a bundle is made of, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from frontend.plans.paper import print_plan
from portal.plans.bundle import Frozen, Press, Signed, plans_key
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
    canonical,
    content_hash,
)
from portal.plans.models import SignatureMethod
from portal.plans.states import PlanVersionState

SECRET = "a secret of one installation, for tests alone"
OTHER_SECRET = "the secret of another installation, for tests"
SINCE = date(2010, 4, 1)
SIGNED_AT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
AGENCIES = {"POL": "Severnshire Constabulary", "LA": "Severnshire County Council", "PCT": "Severnshire PCT"}
SIGNERS = {"POL": "Ch Supt Ellis Marchetti", "LA": "Quinn Haverstock"}


def key(name: str) -> UUID:
    """A key that is the same in each run."""
    return uuid5(UUID(int=5), name)


def agency(code: str) -> AgencyKey:
    """What names an agency."""
    return AgencyKey(code_list="CONCORD-DEMO", code=code, active_from=SINCE)


def document(**changes: object) -> PlanDocument:
    """A plan of three parties, one of which need not sign, with something in every place."""
    parties = tuple(
        Party(
            code_list="CONCORD-DEMO",
            code=code,
            active_from=SINCE,
            name=name,
            kind="OTHER",
            kind_name="Other",
            required=code in SIGNERS,
        )
        for code, name in sorted(AGENCIES.items())
    )
    return replace(
        PlanDocument(
            reference="P-1001",
            number=3,
            title="Diversion in Severnshire",
            starts_on=date(2027, 4, 1),
            ends_on=date(2030, 3, 31),
            parties=parties,
            clauses=(clause("G1", "Names", "“The council” is Severnshire County Council.\nNothing else is."),),
            schemes=tuple(scheme(at) for at in (1, 2)),
            template="BRADLEY_2009",
            standards=(
                Standard(code="BRADLEY-1", sentence="Officers are trained.", met=True, note=None),
                Standard(code="BRADLEY-2", sentence="Courts are told.", met=False, note="From 2028."),
            ),
            evidence=(
                Evidence(
                    key=key("evidence"),
                    scheme=key("scheme 1"),
                    sentence="One in three had been seen before.",
                    source="A survey, 2026",
                    read_on=date(2026, 11, 1),
                ),
            ),
        ),
        **changes,  # type: ignore[arg-type]
    )


def clause(number: str, heading: str, text: str) -> Clause:
    """A clause."""
    return Clause(key=key(f"clause {number}"), number=number, kind="SPECIFICATION", heading=heading, text=text)


def scheme(at: int) -> Scheme:
    """A scheme that two agencies pay for in two years."""
    return Scheme(
        key=key(f"scheme {at}"),
        title=f"Liaison team {at}",
        needs=(Need(code="ALCOHOL", name="Alcohol"), Need(code="HOUSING", name="Housing")),
        area=Area(code_list="GSS", code="E10000013", active_from=SINCE, name="Severnshire"),
        capacity_target=250,
        clauses=(
            clause(f"{at}.1", "The service", f"A team of {at + 3} works from 08:00 to 20:00."),
            clause(f"{at}.2", "Referral", "An officer refers by telephone – and gets an answer within 2 hours."),
        ),
        contributions=tuple(
            Contribution(
                key=key(f"money {at} {code} {year}"),
                agency=agency(code),
                year=year,
                amount="40000.50",
                route="ALIGNED",
                condition="Once the rooms are found." if year == 2028 else None,
            )
            for code in ("LA", "POL")
            for year in (2027, 2028)
        ),
        milestones=(Milestone(key=key(f"milestone {at}"), title="The team starts", target_on=date(2027, 9, 1)),),
        measures=(
            Measure(key=key(f"measure {at}"), name_code="REACH", name="People reached in a year", target="900.00"),
        ),
    )


def frozen(plan: PlanDocument | None = None, *, signers: tuple[str, ...] = tuple(SIGNERS), **changes: object) -> Frozen:
    """A version of a plan that these agencies signed, one a day."""
    plan = plan or document()
    content = canonical(plan)
    signed = tuple(
        Signed(
            agency=agency(code),
            person=SIGNERS.get(code, "Val Penhaligon"),
            role="SIGNATORY",
            method=SignatureMethod.PASSWORD,
            content_hash=content_hash(content),
            signed_at=SIGNED_AT + timedelta(days=day),
        )
        for day, code in enumerate(signers)
    )
    version = Frozen(
        content=content,
        state=PlanVersionState.AGREED if set(SIGNERS) <= set(signers) else PlanVersionState.SIGNING,
        signatures=signed,
        since=SIGNED_AT + timedelta(days=len(signers)),
        demo=False,
    )
    return replace(version, **changes)  # type: ignore[arg-type]


def press(secret: str = SECRET) -> Press:
    """What an installation with this secret makes bundles with."""
    return Press(plans_key(secret), print_plan)
