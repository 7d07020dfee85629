"""What follows from a plan's rows is worked out for whoever asks, by the rules of money and of milestones."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.access.viewer import Viewer
from portal.db import Database
from portal.partnerships.leading import today
from portal.plans.contributing import LIMIT as CONTRIBUTIONS
from portal.plans.contributing import MOST as MOST_PAID
from portal.plans.money import Share, cost_per_person, joint_funding_share, totals
from portal.plans.schemes import LIMIT
from tests.factories.cast import Cast, settle_cast
from tests.factories.plans import (
    Record,
    done,
    drafted,
    first_scheme,
    in_signing,
    nodes,
    proposed,
    published,
    read_plan,
    scheme_of,
    sign,
)


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """Everybody of one partnership; each test makes plans of its own."""
    return settle_cast(owner, door)


def test_totals_and_derived_figures_are_what_the_rules_of_money_say(team: Cast) -> None:
    plan = drafted(team)
    shares = [
        ("SEVERN-LA", 2027, "33333.33"), ("SEVERN-MHS", 2027, "0.01"), ("SEVERN-LA", 2028, "12000.00"),
        ("SEVERN-POLICE", 2029, "54321.09"),
    ]  # fmt: skip
    wanted = scheme_of(
        team,
        contributions=[
            {"agencyId": team.agency_id(code), "year": year, "amount": {"amount": amount}, "route": "IN_KIND"}
            for code, year, amount in shares
        ],
    )
    done(team, team.brook, "saveScheme", planVersionId=plan["currentVersion"]["id"], scheme=wanted)
    asked = """
    query($id: ID!) { plan(by: {id: $id}) { currentVersion {
      contributions(first: 100) { edges { node { agency { name } year amount { amount } } } }
      totals { total { amount } byYear { year amount { amount } } byAgency { agency { name } amount { amount } } }
      schemes { edges { node { jointFundingShare costPerPersonReached { amount } total { amount } } } }
    } } }
    """
    version = team.ask(team.rowan, asked, id=plan["id"])["plan"]["currentVersion"]

    def paid(amount: Record) -> Decimal:
        return Decimal(amount["amount"]["amount"])

    every = [
        Share(payer=each["agency"]["name"], year=each["year"], amount=paid(each))
        for each in nodes(version["contributions"])
    ]
    expected, told = totals(every), version["totals"]
    assert Decimal(told["total"]["amount"]) == expected.total
    assert tuple((each["year"], paid(each)) for each in told["byYear"]) == expected.by_year
    assert tuple((each["agency"]["name"], paid(each)) for each in told["byAgency"]) == expected.by_payer
    own = [Share(payer=code, year=year, amount=Decimal(amount)) for code, year, amount in shares]
    scheme = nodes(version["schemes"])[1]
    assert Decimal(scheme["jointFundingShare"]) == joint_funding_share(own)
    assert Decimal(scheme["costPerPersonReached"]["amount"]) == cost_per_person(own, reach=Decimal(40))
    assert Decimal(scheme["total"]["amount"]) == totals(own).total


def test_a_milestone_is_rated_by_what_was_last_reported_of_it(team: Cast) -> None:
    target = today() + timedelta(days=60)
    plan = drafted(team)
    version, scheme = plan["currentVersion"], first_scheme(plan)
    again = scheme_of(team, milestones=[{"title": "First young person seen", "targetOn": target.isoformat()}])
    done(
        team, team.brook, "saveScheme", planVersionId=version["id"], schemeId=scheme["id"],
        expectedVersion=scheme["version"], scheme=again,
    )  # fmt: skip
    plan = published(team, sign(team, in_signing(team, proposed(team, read_plan(team, plan["id"])))))
    milestone = first_scheme(plan)["milestones"][0]
    asked = """
    query($id: ID!) { node(id: $id) { ... on Milestone {
      version targetOn expectedOn reachedOn slippageDays rating viewerCanReport
    } } }
    """

    def stands(by: Viewer | None) -> Record:
        found: Record = team.ask(by, asked, id=milestone["id"])["node"]
        return found

    which = {"id": milestone["id"], "expectedVersion": stands(team.rowan)["version"]}
    assert (stands(team.rowan)["slippageDays"], stands(team.rowan)["rating"]) == (0, "GREEN")
    for late, rating in ((19, "AMBER"), (30, "AMBER"), (31, "RED"), (-1, "GREEN")):
        expected = (target + timedelta(days=late)).isoformat()
        done(team, team.frankie, "reportMilestone", **which, expectedOn=expected)
        now = stands(team.rowan)
        assert (now["expectedOn"], now["slippageDays"], now["rating"]) == (expected, late, rating)
    done(team, team.lou, "reportMilestone", **which, reachedOn=today().isoformat())
    assert (stands(team.rowan)["slippageDays"], stands(team.rowan)["rating"]) == (-60, "GREEN")
    assert (stands(team.rowan)["viewerCanReport"], stands(team.brook)["viewerCanReport"]) == (False, True)
    public = {name: value for name, value in stands(None).items() if value is not None}
    assert public.keys() == {"version", "targetOn", "viewerCanReport"}, "Only what was signed is public."


# As many schemes as a plan can have, each with as many contributions as it can have, each as large as it can be.
MOST = """
with version as (
  select v.id from plan p join plan_version v on v.plan_id = p.id where p.reference = :reference
), scheme as (
  insert into plan_scheme (id, plan_version_id, key, position, title, need_codes, area_id, capacity_target, money_hash,
                           version, created_at, updated_at)
  select gen_random_uuid(), s.plan_version_id, gen_random_uuid(), place, 'Another', s.need_codes, s.area_id, 1,
         s.money_hash, 1, now(), now()
    from plan_scheme s join version v on v.id = s.plan_version_id, generate_series(1, :schemes) place
  returning plan_version_id, key
)
insert into plan_contribution (id, plan_version_id, scheme_key, key, agency_id, year, amount, route, version,
                               created_at, updated_at)
select gen_random_uuid(), s.plan_version_id, s.key, gen_random_uuid(), :agency, year, :amount, route, 1, now(), now()
  from scheme s, generate_series(2000, 2199) year, unnest(array['ALIGNED', 'IN_KIND']) route
"""


def test_the_most_that_a_plan_can_be_paid_still_adds_up(team: Cast) -> None:
    plan = drafted(team)
    with team.owner.transaction() as session:
        most = {"schemes": LIMIT, "amount": MOST_PAID, "agency": team.robin.agency_id}
        session.execute(text(MOST), most | {"reference": plan["reference"]})
    asked = """
    query($id: ID!) { plan(by: {id: $id}) { currentVersion { totals {
      total { amount } byAgency { agency { id } amount { amount } }
    } } } }
    """
    told = team.ask(team.rowan, asked, id=plan["id"])["plan"]["currentVersion"]["totals"]
    paid = MOST_PAID * LIMIT * CONTRIBUTIONS
    assert told["byAgency"][0] == {"agency": {"id": team.agency_id("SEVERN-PCT")}, "amount": {"amount": str(paid)}}
    assert told["total"] == {"amount": str(paid + Decimal(plan["currentVersion"]["totals"]["total"]["amount"]))}
