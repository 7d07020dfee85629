"""A plan is read by every member of its parties, whole; by anybody once it is published; and by nobody else at all."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

from graphql_schema import Door
from portal.access.viewer import Viewer
from portal.db import Database
from portal.identity.viewers import viewer_for_membership
from tests.factories.accounts import make_member
from tests.factories.audit import lines_since, mark
from tests.factories.cast import Cast, settle_cast
from tests.factories.plans import (
    Record,
    accepted,
    agreed,
    countered,
    done,
    drafted,
    edit,
    in_signing,
    nodes,
    proposed,
    published,
    read_plan,
    sign,
)
from tests.selection.test_statements import counted

IDS = """
  id currentVersion {
    id
    clauses { id }
    schemes { edges { node { id clauses { id } milestones { id } measures { id }
                             contributions { edges { node { id } } } } } }
    evidence { edges { node { id } } }
    standards { id }
    signatures { edges { node { id } } }
  }
"""
TALK = "proposals { edges { node { id } } } comments { edges { node { id } } }"
NODE = "query($id: ID!) { node(id: $id) { __typename id } nodes(ids: [$id]) { __typename id } }"
PLANS = """
query($filter: PlanFilter, $order: PlanOrder, $first: Int, $after: String) {
  plans(filter: $filter, order: $order, first: $first, after: $after) {
    totalCount { value more } pageInfo { hasNextPage endCursor } edges { node { id title } }
  }
}
"""
# What is never published: how parties talk, check, refuse, and who of their staff did what.
AMONG_PARTIES = """
  parties { joinedOn } missing { message } events { edges { node { kind } } }
  currentVersion {
    basedOn { id } draftedBy { displayName } proposedBy { displayName } acceptedBy { displayName }
    proposals { edges { node { text } } } comments { edges { node { text } } } problems { message }
    publications { at }
    parties { declinedBecause declinedAt declinedBy { displayName } }
    clauses { lastChangedBy { displayName } }
    schemes { edges { node { clauses { lastChangedBy { displayName } }
                             milestones { expectedOn reachedOn slippageDays rating } } } }
    signatures { edges { node { by { displayName } } } }
  }
"""


@pytest.fixture(scope="module")
def team(owner: Database, door: Door) -> Cast:
    """Everybody of one partnership; each test makes plans of its own."""
    return settle_cast(owner, door)


def ids_in(value: Any) -> Iterator[str]:
    """Every id in an answer."""
    if isinstance(value, dict):
        yield from (each for name, each in value.items() if name == "id")
        for inner in value.values():
            yield from ids_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from ids_in(inner)


def values_in(value: Any) -> Iterator[Any]:
    """Every plain value in an answer that says anything."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from values_in(inner)
    elif value is not None:
        yield value


def talked_about(cast: Cast) -> Record:
    """A plan on the table with a counter-proposal, a comment, evidence and an answered standard."""
    plan = drafted(cast)
    version = plan["currentVersion"]
    done(
        cast, cast.frankie, "addEvidence", planVersionId=version["id"],
        evidence={"typed": {"sentence": "One in three waits.", "source": "Council survey, 2026"}},
    )  # fmt: skip
    plan = proposed(cast, read_plan(cast, plan["id"]))
    countered(cast, plan)
    clause = nodes(plan["currentVersion"]["schemes"])[0]["clauses"][0]
    done(cast, cast.lou, "commentOnClause", clauseId=clause["id"], text="Who drives them?")
    return plan


def ids_of(cast: Cast, plan: Record, *, talk: bool = True) -> list[str]:
    """The ids of everything of a plan, as a party reads them."""
    inside = IDS.replace("signatures {", f"{TALK} signatures {{") if talk else IDS
    document = f"query($id: ID!) {{ plan(by: {{id: $id}}) {{ {inside} }} }}"
    return list(dict.fromkeys(ids_in(cast.ask(cast.brook, document, id=plan["id"]))))


def fetched(cast: Cast, by: Viewer | None, record_id: str) -> Any:
    """A record by its id, asked for in both ways, which must agree."""
    found = cast.ask(by, NODE, id=record_id)
    assert found["nodes"] == [found["node"]]
    return found["node"]


def test_every_member_of_every_party_reads_the_whole_plan(team: Cast) -> None:
    plan = talked_about(team)
    whole = read_plan(team, plan["id"])

    for name in ("rowan", "mel", "gail", "noor", "ellis", "frankie", "jo", "toby", "hollis", "lou", "ines", "sam"):
        assert read_plan(team, plan["id"], team.viewers[name]) == whole, name
    assert nodes(whole["currentVersion"]["proposals"])[0]["by"] == {"displayName": "Frankie Dunmore"}
    for each in ids_of(team, plan):
        assert fetched(team, team.rowan, each)["id"] == each


def test_nobody_else_finds_a_plan_by_any_way(team: Cast, owner: Database) -> None:
    plan = talked_about(team)
    stranger = make_member(owner, agency_id=settle_cast(owner, team.door).settled.agencies["SEVERN-POLICE"])
    with owner.transaction() as session:
        elsewhere = viewer_for_membership(session, stranger.membership_id)
    asked = """
    query($id: ID!, $reference: String!, $version: ID!, $number: Int!) {
      a: plan(by: {id: $id}) { id }
      b: plan(by: {reference: $reference}) { id }
      c: publishedPlan(reference: $reference) { id }
      d: planVersion(by: {id: $version}) { id }
      e: planVersion(by: {of: {planId: $id, number: $number}}) { id }
      f: planRedline(from: $version, to: $version) { other { what } }
      g: plans { totalCount { value } edges { node { id } } }
      h: publishedPlans(first: 100) { edges { node { reference } } }
    }
    """
    version = plan["currentVersion"]
    given = {"id": plan["id"], "reference": plan["reference"], "version": version["id"], "number": version["number"]}

    for by in (team.robin, team.alex, elsewhere, None):
        found = team.ask(by, asked, **given)
        assert [found[name] for name in "abcdef"] == [None] * 6
        assert found["g"]["totalCount"]["value"] == 0
        assert plan["reference"] not in [each["reference"] for each in nodes(found["h"])]
        for each in ids_of(team, plan):
            assert fetched(team, by, each) is None


def test_a_published_plan_is_read_by_anybody_and_nothing_that_parties_said_to_each_other(team: Cast) -> None:
    plan = talked_about(team)
    proposal = nodes(read_plan(team, plan["id"])["currentVersion"]["proposals"])[0]
    accepted(team, proposal)
    plan = published(team, sign(team, in_signing(team, read_plan(team, plan["id"]))))
    public = """
    query($reference: String!) { publishedPlan(reference: $reference) {
      title state published period { from to }
      versions { edges { node { number state } } }
      versionInForce {
        title contentHash parties { agency { name } required } totals { total { amount currency } }
        schemes { edges { node {
          title clauses { number text } contributions { edges { node { agency { name } amount { amount } } } }
        } } }
        signatures { edges { node { agency { name } role method void } } }
      }
    } }
    """

    for by in (None, team.robin, team.alex):
        found = team.ask(by, public, reference=plan["reference"])["publishedPlan"]
        assert found["published"] is True
        assert [(each["number"], each["state"]) for each in nodes(found["versions"])] == [(2, "AGREED")]
        version = found["versionInForce"]
        assert version["contentHash"] == plan["currentVersion"]["contentHash"]
        assert version["totals"]["total"] == {"amount": "240001.50", "currency": "GBP"}
        assert "in the evening too" in nodes(version["schemes"])[0]["clauses"][0]["text"]
        assert [each["role"] for each in nodes(version["signatures"])] == ["SIGNATORY"] * 3
        hidden = team.ask(by, f"query($id: ID!) {{ plan(by: {{id: $id}}) {{ {AMONG_PARTIES} }} }}", id=plan["id"])
        assert list(values_in(hidden)) == []
        own = ids_of(team, plan, talk=False)
        assert all(fetched(team, by, each) for each in own)
        talk = set(ids_of(team, plan)) - set(own)
        assert not any(fetched(team, by, each) for each in talk)
        listed = nodes(team.ask(by, "{ publishedPlans { edges { node { reference } } } }")["publishedPlans"])
        assert plan["reference"] in [each["reference"] for each in listed]


def test_an_agreed_plan_is_not_public_before_every_party_wants_that(team: Cast) -> None:
    plan = agreed(team)
    document = "query($reference: String!) { publishedPlan(reference: $reference) { id } }"

    for by in (None, team.robin, team.brook):
        assert team.ask(by, document, reference=plan["reference"]) == {"publishedPlan": None}


def test_a_plan_nobody_may_know_of_is_looked_for_in_vain_in_the_audit_and_a_read_one_leaves_no_line(
    team: Cast, owner: Database
) -> None:
    plan = proposed(team)
    before = mark(owner)
    read_plan(team, plan["id"])
    assert lines_since(owner, before) == []

    team.ask(team.robin, "query($id: ID!) { plan(by: {id: $id}) { id } }", id=plan["id"])
    [line] = lines_since(owner, before)
    assert (line.action, line.outcome) == ("DENY", "NotFound")


def test_plans_are_listed_by_their_parties_with_filters_and_in_order(team: Cast) -> None:
    first = drafted(team, title="First", period={"from": "2031-04-01", "to": "2032-03-31"})
    second = in_signing(team)
    third = proposed(team, drafted(team, title="Third"))

    def found(by: Viewer, **given: Any) -> list[str]:
        page = team.ask(by, PLANS, **{"first": 100} | given)["plans"]
        mine = {each["id"] for each in (first, second, third)}
        return [each["id"] for each in nodes(page) if each["id"] in mine]

    council, court = team.agency_id("SEVERN-LA"), team.agency_id("SEVERN-COURT")
    partnership = team.ask(team.brook, "{ partnerships { edges { node { id } } } }")["partnerships"]["edges"][0]["node"]
    assert found(team.rowan) == [third["id"], second["id"], first["id"]]
    assert found(team.rowan, filter={"states": ["DRAFT", "SIGNING"]}) == [second["id"], first["id"]]
    assert found(team.rowan, filter={"partyId": council}) == [third["id"], second["id"], first["id"]]
    assert found(team.rowan, filter={"partyId": court}) == []
    assert found(team.rowan, filter={"partnershipId": partnership["id"]}) == [third["id"], second["id"], first["id"]]
    assert found(team.rowan, filter={"published": True}) == []
    assert found(team.rowan, filter={"awaitingSignatureOf": council}) == [second["id"]]
    assert found(team.rowan, order={"field": "STARTS_ON", "direction": "DESC"})[0] == first["id"]
    assert found(team.rowan, order={"field": "UPDATED_AT", "direction": "ASC"}) == [
        first["id"], second["id"], third["id"],
    ]  # fmt: skip
    sign(team, second, "SEVERN-LA")
    assert found(team.rowan, filter={"awaitingSignatureOf": council}) == []
    assert found(team.rowan, filter={"awaitingSignatureOf": team.agency_id("SEVERN-POLICE")}) == [second["id"]]


def test_a_plan_that_is_being_written_is_the_last_changed(team: Cast) -> None:
    older, newer = drafted(team), drafted(team)

    def first() -> str:
        found: str = nodes(team.ask(team.rowan, PLANS, first=1)["plans"])[0]["id"]
        return found

    assert first() == newer["id"]
    clause = older["currentVersion"]["clauses"][0]
    done(team, team.frankie, "editClause", **edit(clause), text="The council's words.")
    assert first() == older["id"]
    # Nobody who is choosing its parties or its period meanwhile is in the way of that.
    assert read_plan(team, older["id"])["version"] == older["version"]


def test_pages_of_plans_are_the_whole_list(team: Cast) -> None:
    for number in range(3):
        drafted(team, title=f"Plan {number}")
    order = {"field": "STARTS_ON", "direction": "ASC"}
    whole = [each["id"] for each in nodes(team.ask(team.rowan, PLANS, first=100, order=order)["plans"])]

    paged, after = [], None
    while True:
        page = team.ask(team.rowan, PLANS, first=2, after=after, order=order)["plans"]
        paged += [each["id"] for each in nodes(page)]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert paged == whole
    assert len(whole) >= 3


def test_what_a_plan_still_lacks_is_said_from_the_first_draft_to_the_last_signature(team: Cast) -> None:
    def missing(plan: Record) -> list[tuple[str, str]]:
        document = "query($id: ID!) { plan(by: {id: $id}) { missing { code agency { name } message } } }"
        found = team.ask(team.rowan, document, id=plan["id"])["plan"]["missing"]
        return [(each["code"], (each["agency"] or {}).get("name", "")) for each in found]

    police, council, health = "Severnshire Constabulary", "Severnshire County Council", "Severnshire Health and Care"
    plan = drafted(team)
    assert missing(plan) == [("PROPOSAL", "")]
    plan = proposed(team, plan)
    checks = [("CHECK", name) for name in (police, council, health) for _ in range(3)]
    assert missing(plan) == [("OPENING", ""), *checks]
    proposal = countered(team, plan)
    assert missing(plan)[0] == ("DECISION", council)
    accepted(team, proposal)
    plan = in_signing(team, read_plan(team, plan["id"]))
    assert missing(plan) == [("SIGNATURE", name) for name in (police, council, health)]
    sign(team, plan, "SEVERN-LA")
    assert missing(plan) == [("SIGNATURE", name) for name in (police, health)]
    sign(team, plan, "SEVERN-POLICE", "SEVERN-MHS")
    assert missing(plan) == []


def test_a_counter_proposal_is_stale_once_its_place_says_something_else(team: Cast) -> None:
    plan = proposed(team)
    first, second = countered(team, plan), countered(team, plan, by=team.lou, text="Only in the morning.")
    scheme = nodes(plan["currentVersion"]["schemes"])[0]
    other = done(
        team, team.lou, "counterPropose", schemeId=scheme["id"], baseHash=scheme["moneyHash"], text=None,
        contributions=[
            {"agencyId": team.agency_id("SEVERN-LA"), "year": year, "amount": {"amount": "80000"}, "route": "ALIGNED"}
            for year in (2027, 2028, 2029)
        ],
    )  # fmt: skip
    accepted(team, first)

    now = {each["id"]: each for each in nodes(read_plan(team, plan["id"])["currentVersion"]["proposals"])}
    assert now[second["id"]]["stale"] is True
    assert now[other["id"]]["stale"] is False
    assert first["id"] not in now
    accepted(team, other)
    assert nodes(read_plan(team, plan["id"])["currentVersion"]["proposals"])[0]["id"] == second["id"]


def everything(door: Door, type_name: str, depth: int, seen: tuple[str, ...] = ()) -> str:
    """Every field of a type that needs no argument, and of what is in it, each type once on the way."""
    found = []
    published = door.schema._schema.type_map[type_name]
    assert isinstance(published, GraphQLObjectType)
    for name, field in published.fields.items():
        inner = get_named_type(field.type)
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        if is_leaf_type(inner):
            found.append(name)
        elif depth and inner.name not in seen and inner.name not in {"PlanBundle", "PlanPaper"}:
            here = ("(first: 3)",) if inner.name.endswith("Connection") else ("",)
            found.append(f"{name}{here[0]} {{ {everything(door, inner.name, depth - 1, (*seen, type_name))} }}")
    return " ".join(found)


def test_a_tool_reads_the_whole_plan_in_one_statement(team: Cast, door: Door) -> None:
    plan = talked_about(team)
    asked = everything(door, "PlanVersion", 5, ("Plan", "Partnership"))
    document = f"query($id: ID!) {{ plan(by: {{id: $id}}) {{ id title currentVersion {{ {asked} }} }} }}"
    team.ask(team.rowan, document, id=plan["id"])

    with counted(door.wall.database) as sent:
        found = team.ask(team.rowan, document, id=plan["id"])["plan"]["currentVersion"]
    assert len(sent) == 3, "Two settings and the question."
    assert nodes(found["evidence"])[0]["sentence"] == "One in three waits."
    assert found["schemes"]["edges"][0]["node"]["clauses"][0]["number"] == "1.1"
    assert found["clauses"][0]["number"] == "G1"


def test_clauses_and_schemes_are_numbered_as_in_the_document_that_is_signed(team: Cast) -> None:
    plan = drafted(team)
    version = plan["currentVersion"]
    scheme = nodes(version["schemes"])[0]
    for number in range(3):
        for under in ({}, {"schemeId": scheme["id"]}):
            done(
                team, team.frankie, "addClause", planVersionId=version["id"], kind="GENERAL",
                heading=f"Clause {number}", text="Words.", **under,
            )  # fmt: skip
    plan = proposed(team, read_plan(team, plan["id"]))
    version = read_plan(team, plan["id"])["currentVersion"]

    told = [*version["clauses"], *nodes(version["schemes"])[0]["clauses"]]
    assert [each["number"] for each in told] == ["G1", "G2", "G3", "G4", "1.1", "1.2", "1.3", "1.4"]


def test_nothing_is_begun_by_whoever_only_reads(team: Cast) -> None:
    plan = talked_about(team)
    whole = f"""
    query($id: ID!) {{ viewer {{ viewerCanDraftPlan }} plan(by: {{id: $id}}) {{
      {" ".join(name for name in team.door.types["Plan"].fields if name.startswith("viewerCan"))}
      currentVersion {{
        {" ".join(name for name in team.door.types["PlanVersion"].fields if name.startswith("viewerCan"))}
        proposals {{ edges {{ node {{ viewerCanAccept viewerCanReject viewerCanWithdraw }} }} }}
      }}
    }} }}
    """
    found = team.ask(team.rowan, whole, id=plan["id"])
    # Whoever belongs to a party may comment.
    assert found["plan"]["currentVersion"].pop("viewerCanComment") is True
    assert not any(values_in(found))
