"""Plans of a test with something in every place, to be looked at."""

from typing import Any

from tests.factories.cast import Cast
from tests.factories.plans import (
    AGENCIES,
    accepted,
    countered,
    done,
    drafted,
    drafting,
    first_clause,
    in_signing,
    pass_checks,
    proposed,
    published,
    read_plan,
    scheme_of,
    sign,
)

__all__ = ["half_signed", "negotiated", "published", "unbroken"]

Record = dict[str, Any]
WORD = "Taumatawhakatangihangakoauauotamateaturipukakapikimaungahoronukupokaiwhenuakitanatahu"
# A week late or so, long late, and in time, whenever the test runs.
MILESTONES = [
    {"title": "Worker in post", "targetOn": "2026-02-01"},
    {"title": "First review", "targetOn": "2028-04-01"},
    {"title": "Handed over", "targetOn": "2030-03-31"},
]


def _full(cast: Cast) -> Record:
    """A draft of two schemes with conditions, measures, milestones, evidence and an answered standard."""
    plan = drafted(cast)
    version_id = plan["currentVersion"]["id"]
    police = {"agencyId": cast.agency_id(AGENCIES[0]), "route": "IN_KIND", "condition": "As long as the unit is there."}
    second = scheme_of(
        cast,
        title="Somewhere to go on Friday and Saturday nights",
        contributions=[police | {"year": 2028, "amount": {"amount": "1234.56"}}],
        milestones=MILESTONES,
        measures=[{"nameCode": "REACH", "target": "40"}, {"nameCode": "WAITING_DAYS", "target": "14"}],
    )
    scheme = done(cast, cast.brook, "saveScheme", planVersionId=version_id, scheme=second)
    found = {"sentence": "About 55 needs were not met in September.", "source": "Need, read by the council"}
    evidence = {"evidence": {"typed": found | {"readOn": "2026-10-01"}}}
    done(cast, cast.brook, "addEvidence", planVersionId=version_id, **evidence)
    done(cast, cast.brook, "addEvidence", planVersionId=version_id, schemeId=scheme["id"], **evidence)
    standard = read_plan(cast, plan["id"])["currentVersion"]["standards"][0]
    answer = {"id": standard["id"], "expectedVersion": standard["version"], "met": True, "note": "At both desks."}
    done(cast, cast.brook, "answerStandard", **answer)
    return read_plan(cast, plan["id"])


def negotiated(cast: Cast) -> Record:
    """A plan in its second version, with a counter-proposal and comments on it."""
    plan = proposed(cast, _full(cast))
    accepted(cast, countered(cast, plan))
    plan = read_plan(cast, plan["id"])
    countered(cast, plan, by=cast.lou, text="Workers meet young people wherever they want to be met.")
    done(cast, cast.lou, "commentOnClause", clauseId=first_clause(plan)["id"], text="Who drives?")
    return read_plan(cast, plan["id"])


def half_signed(cast: Cast) -> Record:
    """A plan that police signed twice, health declined to sign, and the council still has to check."""
    plan = in_signing(cast, proposed(cast, _full(cast)), checked=False)
    pass_checks(cast, plan, AGENCIES[0], AGENCIES[2])
    plan = sign(cast, read_plan(cast, plan["id"]), AGENCIES[0])
    reason = {"planVersionId": plan["currentVersion"]["id"], "reason": "Our board meets on 3 December."}
    done(cast, cast.remy, "declineToSign", **reason)
    return read_plan(cast, plan["id"])


def unbroken(cast: Cast) -> Record:
    """A plan whose words have no spaces, with as much money as there can be, in many years."""
    period = {"from": "2020-01-01", "to": "2039-12-31"}
    plan = done(cast, cast.brook, "draftPlan", **drafting(cast, title=WORD, period=period))
    version_id = plan["currentVersion"]["id"]
    most = [
        {"agencyId": cast.agency_id(code), "year": year, "amount": {"amount": "999999999.99"}, "route": "ALIGNED"}
        for code in AGENCIES
        for year in range(2020, 2026)
    ]
    milestones = [{"title": f"{WORD} {month}", "targetOn": f"2021-{month:02d}-01"} for month in range(1, 13)]
    scheme = scheme_of(cast, title=WORD, contributions=most, milestones=milestones, capacityTarget=9999)
    saved = done(cast, cast.brook, "saveScheme", planVersionId=version_id, scheme=scheme)
    clause = {"kind": "GENERAL", "heading": WORD, "text": f"{WORD}\n{WORD}{WORD}"}
    done(cast, cast.brook, "addClause", planVersionId=version_id, schemeId=saved["id"], **clause)
    evidence = {"evidence": {"typed": {"sentence": WORD, "source": WORD, "readOn": "2026-10-01"}}}
    done(cast, cast.brook, "addEvidence", planVersionId=version_id, **evidence)
    plan = proposed(cast, read_plan(cast, plan["id"]))
    accepted(cast, countered(cast, plan, text=f"{WORD}{WORD}", reason=WORD))
    return read_plan(cast, plan["id"])
