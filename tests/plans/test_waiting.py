"""A plan says whom it waits for and what to do, to each for themselves and until it is done."""

from typing import Any

from tests.factories.cast import Cast
from tests.factories.plans import (
    agreed,
    countered,
    done,
    drafted,
    drafting,
    in_signing,
    nodes,
    pass_checks,
    proposed,
    published,
    read_plan,
    scheme_of,
    sign,
)

COMMISSIONERS, SIGNATORIES = ("brook", "frankie", "lou"), ("ellis", "quinn", "remy")
GUARDIANS = ("gail", "ash")
NAMES = (*COMMISSIONERS, *SIGNATORIES, *GUARDIANS, "rowan", "robin", "val")
WAITING = """
query($id: ID!) {
  viewer { plansWaiting }
  plan(by: {id: $id}) { waitsForViewer }
  waiting: plans(filter: {waitsForViewer: true}) { edges { node { id waitsForViewer } } }
  others: plans(filter: {waitsForViewer: false}) { edges { node { id waitsForViewer } } }
}
"""


def waits_for(cast: Cast, plan: dict[str, Any]) -> dict[str, list[str]]:
    """Whom a plan waits for, with what: said alike by the plan, by the lists and by the number of the header."""
    found = {}
    for name in NAMES:
        answer = cast.ask(cast.viewers[name], WAITING, id=plan["id"])
        tasks = answer["plan"]["waitsForViewer"] if answer["plan"] else []
        listed = {each["id"]: each["waitsForViewer"] for each in nodes(answer["waiting"])}
        assert listed == ({plan["id"]: tasks} if tasks else {}), name
        assert answer["viewer"]["plansWaiting"] == len(listed), name
        rest = [plan["id"]] if answer["plan"] and not tasks else []
        assert [each["id"] for each in nodes(answer["others"])] == rest, name
        if tasks:
            found[name] = tasks
    return found


def test_a_plan_waits_for_whoever_brings_it_on_and_for_nobody_else(cast: Cast) -> None:
    plan = drafted(cast)
    assert waits_for(cast, plan) == {}
    plan = proposed(cast, plan)
    checking = {key: ["CHECK"] for key in GUARDIANS}
    assert waits_for(cast, plan) == checking | {key: ["CHECK", "OPENING"] for key in COMMISSIONERS}
    offer = countered(cast, plan)
    answering = {"brook": ["CHECK", "ANSWER"], "frankie": ["CHECK"], "lou": ["CHECK", "ANSWER"]}
    assert waits_for(cast, plan) == checking | answering
    done(cast, cast.brook, "rejectProposal", id=offer["id"], expectedVersion=offer["version"], reason="Too late.")
    assert waits_for(cast, plan) == checking | {key: ["CHECK", "OPENING"] for key in COMMISSIONERS}
    plan = in_signing(cast, read_plan(cast, plan["id"]), checked=False)
    assert waits_for(cast, plan) == checking | {key: ["CHECK"] for key in COMMISSIONERS}
    pass_checks(cast, plan)
    assert waits_for(cast, plan) == {key: ["SIGNATURE"] for key in SIGNATORIES}
    sign(cast, plan, "SEVERN-LA")
    assert waits_for(cast, plan) == {"ellis": ["SIGNATURE"], "remy": ["SIGNATURE"]}


def test_nothing_waits_for_an_answer_to_words_that_have_changed_since(cast: Cast) -> None:
    plan = proposed(cast)
    first = countered(cast, plan)
    countered(cast, plan, cast.lou, text="Workers meet young people at the club.")
    done(cast, cast.brook, "acceptProposal", id=first["id"], expectedVersion=first["version"])
    assert waits_for(cast, plan)["brook"] == ["CHECK", "OPENING"]


def test_an_agreed_plan_waits_for_nobody_until_a_party_wants_it_public(cast: Cast) -> None:
    plan = agreed(cast)
    assert waits_for(cast, plan) == {}
    done(cast, cast.brook, "publishPlan", id=plan["id"], expectedVersion=plan["version"])
    assert waits_for(cast, plan) == {"frankie": ["PUBLICATION"], "lou": ["PUBLICATION"]}


def test_a_signature_that_is_not_needed_is_waited_for_by_nobody(cast: Cast) -> None:
    parties = drafting(cast)["parties"]
    parties[2]["required"] = False
    paying = [each for each in scheme_of(cast)["contributions"] if each["agencyId"] != parties[2]["agencyId"]]
    plan = done(cast, cast.brook, "draftPlan", **drafting(cast, parties=parties))
    done(
        cast, cast.brook, "saveScheme", planVersionId=plan["currentVersion"]["id"],
        scheme=scheme_of(cast, contributions=paying),
    )  # fmt: skip
    plan = in_signing(cast, proposed(cast, read_plan(cast, plan["id"])))
    assert waits_for(cast, plan) == {"ellis": ["SIGNATURE"], "quinn": ["SIGNATURE"]}


def test_a_public_plan_waits_for_nobody_who_only_reads_it(cast: Cast) -> None:
    plan = published(cast)
    for viewer in (None, cast.alex):
        asked = "query($reference: String!) { publishedPlan(reference: $reference) { waitsForViewer } }"
        answer = cast.ask(viewer, asked, reference=plan["reference"])
        assert answer["publishedPlan"]["waitsForViewer"] == []
