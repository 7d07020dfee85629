"""A frozen version is negotiated place by place: what is taken makes the next version, and what moved on is shown."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.plans.models import PlanProposal, PlanVersion
from tests.factories.cast import Cast, key
from tests.factories.plans import (
    accepted,
    countered,
    done,
    drafted,
    edit,
    first_clause,
    first_scheme,
    in_signing,
    nodes,
    proposed,
    read_plan,
    say,
    scheme_of,
    sign,
)
from tests.factories.snapshot import unchanged

WORDS = "Workers meet young people where they are, in the evening too."


def money(cast: Cast, plan: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A counter-proposal of money: the council gives 5,000 more in the first year."""
    scheme = first_scheme(plan)
    wanted = scheme_of(cast)["contributions"]
    wanted[1] = wanted[1] | {"amount": {"amount": "40000.50"}, "condition": "Once rooms are found."}
    return {"schemeId": scheme["id"], "baseHash": scheme["moneyHash"], "contributions": wanted} | changes


SIGNATURES = """
query($id: ID!) { plan(by: {id: $id}) { versions { edges { node { signatures { edges { node { void } } } } } } } }
"""


def signatures(cast: Cast, plan_id: str) -> list[dict[str, Any]]:
    """Every signature over any version of a plan."""
    versions = nodes(cast.ask(cast.brook, SIGNATURES, id=plan_id)["plan"]["versions"])
    return [each for version in versions for each in nodes(version["signatures"])]


def standing(plan: dict[str, Any]) -> list[tuple[int, str]]:
    """Each version of a plan with where it stands."""
    return [(each["number"], each["state"]) for each in nodes(plan["versions"])]


def test_accepting_other_words_makes_the_next_version_which_is_on_the_table_at_once(cast: Cast) -> None:
    plan = proposed(cast)
    version = accepted(cast, countered(cast, plan))
    after = read_plan(cast, plan["id"])
    assert after["state"] == "NEGOTIATION"
    assert standing(after) == [(2, "PROPOSED"), (1, "SUPERSEDED")]
    assert after["currentVersion"]["id"] == version["id"]
    assert first_clause(after)["text"] == WORDS
    assert first_clause(after)["key"] == first_clause(plan)["key"]
    assert after["currentVersion"]["contentHash"] != plan["currentVersion"]["contentHash"]
    with cast.truth() as session:
        found = session.scalars(select(PlanVersion).where(PlanVersion.number == 2)).all()
        [row] = [each for each in found if each.content_hash == version["contentHash"]]
        # Whose words it puts forward, and who took them: neither signs it.
        assert row.proposed_by_membership_id == cast.frankie.membership_id
        assert row.accepted_by_membership_id == cast.brook.membership_id
        assert row.content is not None
        assert WORDS.encode() in row.content


def test_accepting_other_money_changes_the_money_and_no_word(cast: Cast) -> None:
    plan = proposed(cast)
    proposal = done(cast, cast.frankie, "counterPropose", **money(cast, plan))
    accepted(cast, proposal, cast.lou)
    after = read_plan(cast, plan["id"])
    assert after["currentVersion"]["totals"]["total"] == {"amount": "245001.50"}
    [given] = [each for each in nodes(first_scheme(after)["contributions"]) if each["condition"]]
    assert (given["amount"], given["condition"]) == ({"amount": "40000.50"}, "Once rooms are found.")
    assert first_scheme(after)["moneyHash"] != first_scheme(plan)["moneyHash"]
    assert [each["clauseHash"] for each in first_scheme(after)["clauses"]] == [
        each["clauseHash"] for each in first_scheme(plan)["clauses"]
    ]


def test_two_counter_proposals_to_different_places_are_taken_one_after_the_other(cast: Cast) -> None:
    plan = proposed(cast)
    words = countered(cast, plan)
    other = done(cast, cast.lou, "counterPropose", **money(cast, plan))
    accepted(cast, words)
    [still_open] = nodes(read_plan(cast, plan["id"])["currentVersion"]["proposals"])
    assert (still_open["id"], still_open["stale"]) == (other["id"], False)
    accepted(cast, other)
    after = read_plan(cast, plan["id"])
    assert standing(after) == [(3, "PROPOSED"), (2, "SUPERSEDED"), (1, "SUPERSEDED")]
    assert first_clause(after)["text"] == WORDS
    assert after["currentVersion"]["totals"]["total"] == {"amount": "245001.50"}


def test_a_stale_acceptance_is_a_conflict_that_shows_what_stands(cast: Cast) -> None:
    plan = proposed(cast)
    first = countered(cast, plan)
    second = countered(cast, plan, by=cast.lou, text="Workers wait in the office.")
    accepted(cast, first)
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "acceptProposal", **edit(second))
    assert answer["reason"] == "STALE_VERSION"
    assert answer["clause"]["text"] == WORDS
    assert answer["planVersion"]["number"] == 2
    [still_open] = nodes(read_plan(cast, plan["id"])["currentVersion"]["proposals"])
    assert (still_open["text"], still_open["stale"]) == ("Workers wait in the office.", True)


def test_a_stale_acceptance_of_money_shows_the_scheme_that_stands(cast: Cast) -> None:
    plan = proposed(cast)
    first = done(cast, cast.frankie, "counterPropose", **money(cast, plan))
    second = done(
        cast, cast.lou, "counterPropose", **money(cast, plan, contributions=scheme_of(cast)["contributions"][:4])
    )
    accepted(cast, first)
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "acceptProposal", **edit(second))
    assert answer["scheme"]["moneyHash"] == first_scheme(read_plan(cast, plan["id"]))["moneyHash"]


MAY_ACCEPT = """
query($id: ID!) {
  plan(by: {id: $id}) { currentVersion { proposals { edges { node { id state viewerCanAccept viewerCanReject } } } } }
}
"""


def test_nobody_is_told_to_accept_what_answers_words_or_money_that_changed_since(cast: Cast) -> None:
    plan = proposed(cast)
    words, late = countered(cast, plan), countered(cast, plan, by=cast.lou, text="Workers wait in the office.")
    paid = done(cast, cast.frankie, "counterPropose", **money(cast, plan))
    dear = money(cast, plan, contributions=scheme_of(cast)["contributions"][:4])
    poor = done(cast, cast.lou, "counterPropose", **dear)

    def acceptable() -> set[str]:
        found = nodes(cast.ask(cast.brook, MAY_ACCEPT, id=plan["id"])["plan"]["currentVersion"]["proposals"])
        assert all(each["viewerCanReject"] for each in found if each["state"] == "OPEN")
        return {each["id"] for each in found if each["viewerCanAccept"]}

    assert acceptable() == {each["id"] for each in (words, late, paid, poor)}
    accepted(cast, words)
    assert acceptable() == {paid["id"], poor["id"]}
    accepted(cast, paid)
    assert acceptable() == set()
    back = countered(cast, read_plan(cast, plan["id"]), text=first_clause(plan)["text"])
    accepted(cast, back)
    # The place reads again as it did when the late one was made.
    assert acceptable() == {late["id"]}
    accepted(cast, late)


def test_a_counter_proposal_answers_the_words_on_the_table_whichever_version_they_were_read_in(cast: Cast) -> None:
    plan = proposed(cast)
    accepted(cast, done(cast, cast.frankie, "counterPropose", **money(cast, plan)))
    late = countered(cast, plan, by=cast.lou)
    with cast.truth() as session:
        [row] = session.scalars(
            select(PlanProposal).where(PlanProposal.words == WORDS, PlanProposal.agency_id == cast.lou.agency_id)
        )
        assert session.get_one(PlanVersion, row.plan_version_id).number == 2
    accepted(cast, late)
    clause = first_clause(plan)
    with unchanged(cast.owner):
        answer = say(
            cast, cast.frankie, "counterPropose", clauseId=clause["id"], baseHash=clause["clauseHash"], text="Late."
        )
    assert answer["reason"] == "STALE_VERSION"
    assert answer["clause"]["text"] == WORDS


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "Workers meet young people where they are.\r\nThey never wear a uniform.\n"}, "text"),
        ({"reason": "x" * 10_001}, "reason"),
        ({"clauseId": None}, "clauseId"),
    ],
)
def test_a_counter_proposal_wants_something_else_and_says_it_in_words_that_can_be_kept(
    cast: Cast, changes: dict[str, Any], path: str
) -> None:
    clause = first_clause(proposed(cast))
    given = {"clauseId": clause["id"], "baseHash": clause["clauseHash"], "text": WORDS} | changes
    with unchanged(cast.owner):
        answer = say(cast, cast.frankie, "counterPropose", **given)
    assert [each["path"] for each in answer["errors"]] == [[path]]


def test_a_counter_proposal_is_about_words_or_about_money(cast: Cast) -> None:
    plan = proposed(cast)
    clause = first_clause(plan)
    with unchanged(cast.owner):
        both = say(cast, cast.frankie, "counterPropose", **money(cast, plan), clauseId=clause["id"])
        same = say(
            cast, cast.lou, "counterPropose", **money(cast, plan, contributions=scheme_of(cast)["contributions"])
        )
    assert [each["path"] for each in both["errors"]] == [["clauseId"]]
    assert [each["code"] for each in same["errors"]] == ["NOT_ALLOWED"]


@pytest.mark.parametrize("nothing", [[], None])
def test_a_counter_proposal_of_no_money_is_not_kept_because_nobody_could_accept_it(cast: Cast, nothing: Any) -> None:
    plan = proposed(cast)
    with unchanged(cast.owner):
        answer = say(cast, cast.frankie, "counterPropose", **money(cast, plan, contributions=nothing))
    assert [(each["path"], each["code"]) for each in answer["errors"]] == [(["contributions"], "REQUIRED")]


def test_a_counter_proposal_drops_nothing_that_was_sent(cast: Cast) -> None:
    plan = proposed(cast)
    clause = {"clauseId": first_clause(plan)["id"], "baseHash": first_clause(plan)["clauseHash"], "text": WORDS}
    with unchanged(cast.owner):
        paid = say(cast, cast.frankie, "counterPropose", **clause, contributions=money(cast, plan)["contributions"])
        worded = say(cast, cast.frankie, "counterPropose", **money(cast, plan, text=WORDS))
    assert [each["path"] for answer in (paid, worded) for each in answer["errors"]] == [["contributions"], ["text"]]


def test_a_counter_proposal_that_would_make_an_unfit_version_is_not_accepted(cast: Cast) -> None:
    plan = proposed(cast)
    # Police may not pool under section 75.
    wanted = [each | {"route": "S75_POOLED"} for each in scheme_of(cast)["contributions"]]
    proposal = done(cast, cast.frankie, "counterPropose", **money(cast, plan, contributions=wanted))
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "acceptProposal", **edit(proposal))
    assert "ROUTE_NOT_ALLOWED" in {each["path"][-1] for each in answer["errors"]}
    assert all(each["rule"] for each in answer["errors"])
    assert standing(read_plan(cast, plan["id"])) == [(1, "PROPOSED")]


def test_a_counter_proposal_is_rejected_with_a_reason_that_the_others_read(cast: Cast) -> None:
    plan = proposed(cast)
    proposal = countered(cast, plan)
    with unchanged(cast.owner):
        assert say(cast, cast.lou, "rejectProposal", **edit(proposal, reason=" "))["__typename"] == "Invalid"
    after = done(cast, cast.lou, "rejectProposal", **edit(proposal, reason="Nobody works evenings. "))
    assert after["state"] == "REJECTED"
    with cast.truth() as session:
        [because] = session.scalars(
            select(PlanProposal.decided_because).where(
                PlanProposal.words == WORDS, PlanProposal.decided_by_membership_id == cast.lou.membership_id
            )
        )
    assert because == "Nobody works evenings."
    with unchanged(cast.owner):
        stale = say(cast, cast.brook, "acceptProposal", **edit(proposal))
        late = say(cast, cast.brook, "acceptProposal", **edit(after))
    assert stale["reason"] == "STALE_VERSION"
    assert [each["code"] for each in late["errors"]] == ["TRANSITION"]


def test_a_counter_proposal_is_taken_back_by_those_who_made_it_alone(cast: Cast) -> None:
    proposal = countered(cast, proposed(cast))
    with unchanged(cast.owner):
        for viewer in (cast.brook, cast.lou, cast.quinn):
            assert say(cast, viewer, "withdrawProposal", **edit(proposal))["__typename"] == "NotPermitted"
        for change in ("acceptProposal", "rejectProposal"):
            more = {"reason": "Why."} if change == "rejectProposal" else {}
            assert say(cast, cast.frankie, change, **edit(proposal, **more))["__typename"] == "NotPermitted"
    assert done(cast, cast.frankie, "withdrawProposal", **edit(proposal))["state"] == "WITHDRAWN"


def test_while_a_version_is_open_for_signing_it_is_still_negotiated_and_its_signatures_go_with_it(cast: Cast) -> None:
    plan = in_signing(cast)
    signed = sign(cast, plan, "SEVERN-MHS")
    assert [each["void"] for each in signatures(cast, signed["id"])] == [False]
    plan = read_plan(cast, plan["id"])
    accepted(cast, countered(cast, plan))
    after = read_plan(cast, plan["id"])
    assert (after["state"], standing(after)[0]) == ("NEGOTIATION", (2, "PROPOSED"))
    assert [each["void"] for each in signatures(cast, plan["id"])] == [True]


def test_a_counter_proposal_waits_while_the_next_version_is_written(cast: Cast) -> None:
    plan = proposed(cast)
    proposal = countered(cast, plan)
    done(cast, cast.lou, "draftNextPlanVersion", id=plan["id"], expectedVersion=plan["version"])
    with unchanged(cast.owner):
        answer = say(cast, cast.brook, "acceptProposal", **edit(proposal))
        clause = first_clause(read_plan(cast, plan["id"]))
        given = {"clauseId": clause["id"], "baseHash": clause["clauseHash"], "text": "Now?"}
        early = say(cast, cast.frankie, "counterPropose", **given)
    assert [each["code"] for each in (*answer["errors"], *early["errors"])] == ["TRANSITION"] * 2
    # It is still open: what is lacking is a version to take it into.
    assert "no longer open" not in str(answer)
    assert all("on the table" in each["message"] for each in (*answer["errors"], *early["errors"]))
    proposed(cast, read_plan(cast, plan["id"]))
    accepted(cast, proposal)
    assert first_clause(read_plan(cast, plan["id"]))["text"] == WORDS


def test_an_acceptance_sent_twice_makes_one_version(cast: Cast) -> None:
    plan = proposed(cast)
    given = edit(countered(cast, plan), idempotencyKey=key())
    first, second = (say(cast, cast.brook, "acceptProposal", **given) for _ in range(2))
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["planVersion"]["id"] == second["planVersion"]["id"]
    assert len(nodes(read_plan(cast, plan["id"])["versions"])) == 2


def test_any_member_of_a_party_comments_and_a_comment_is_settled(cast: Cast) -> None:
    plan = proposed(cast)
    clause = first_clause(plan)
    for viewer, about in (
        (cast.rowan, {"clauseId": clause["id"]}),
        (cast.harper, {"clauseId": clause["id"]}),
        (cast.remy, {"planVersionId": plan["currentVersion"]["id"]}),
    ):
        done(cast, viewer, "commentOnClause", **about, text="Who is on duty at night?")
    comments = nodes(read_plan(cast, plan["id"])["currentVersion"]["comments"])
    assert [each["by"]["displayName"] for each in comments] == ["PC Rowan Hale", "Harper Lindqvist", "Remy Aldous"]
    with unchanged(cast.owner):
        assert say(cast, cast.quinn, "resolveComment", **edit(comments[0]))["__typename"] == "NotPermitted"
        assert say(cast, cast.alex, "resolveComment", **edit(comments[0]))["__typename"] == "NotFound"
        assert say(cast, cast.alex, "commentOnClause", clauseId=clause["id"], text="Me.")["__typename"] == "NotFound"
        empty = say(cast, cast.brook, "commentOnClause", clauseId=clause["id"], text=" ")
        neither = say(cast, cast.brook, "commentOnClause", text="About nothing.")
    assert [empty["__typename"], neither["__typename"]] == ["Invalid"] * 2
    settled = done(cast, cast.dana, "resolveComment", **edit(comments[0]))
    assert settled["resolvedAt"] is not None
    done(cast, cast.lou, "resolveComment", **edit(comments[1]))
    again = say(cast, cast.brook, "resolveComment", **edit(settled))
    assert [each["code"] for each in again["errors"]] == ["TRANSITION"]


def test_history_says_who_did_what_in_order(cast: Cast) -> None:
    plan = proposed(cast)
    proposal = countered(cast, plan)
    done(cast, cast.rowan, "commentOnClause", clauseId=first_clause(plan)["id"], text="Good.")
    accepted(cast, proposal)
    lines = [
        (each["kind"], each["by"]["displayName"], each["planVersion"]["number"])
        for each in nodes(read_plan(cast, plan["id"])["events"])
    ]
    assert lines[:4] == [
        ("ACCEPTED", "Brook Tanner", 2),
        ("COMMENTED", "PC Rowan Hale", 1),
        ("COUNTERED", "Frankie Dunmore", 1),
        ("PROPOSED", "Brook Tanner", 1),
    ]


def test_a_draft_has_no_counter_proposals_and_a_superseded_version_no_comments(cast: Cast) -> None:
    plan = drafted(cast)
    clause = first_clause(plan)
    given = {"clauseId": clause["id"], "baseHash": clause["clauseHash"], "text": WORDS}
    with unchanged(cast.owner):
        assert say(cast, cast.frankie, "counterPropose", **given)["errors"][0]["code"] == "TRANSITION"
    plan = proposed(cast, plan)
    accepted(cast, countered(cast, plan))
    with unchanged(cast.owner):
        answer = say(cast, cast.rowan, "commentOnClause", clauseId=clause["id"], text="Late.")
    assert answer["errors"][0]["code"] == "TRANSITION"
