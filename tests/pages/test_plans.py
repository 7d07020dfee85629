"""What the pages of plans say to whom: a plan as it stands, its money, what changed, and its past."""

import re
from decimal import Decimal
from typing import Any

import pytest

from frontend.plans import telling
from portal.db import Database
from tests.factories.cast import Cast
from tests.factories.plans import (
    AGENCIES,
    accepted,
    countered,
    done,
    drafted,
    drafting,
    first_clause,
    proposed,
    read_plan,
    scheme_of,
)
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader
from tests.pages.words_on import words_on

READING = ("", "/money", "/history", "/redline", "/versions/1")
# Police, council and mental health service are the parties of the plans of these tests; PCT and court are not.
PARTIES = ("brook", "ellis", "gail", "noor", "rowan", "frankie", "quinn", "morgan", "lou", "remy", "ines")
OTHERS = ("robin", "val", "indra", "alex")


def tables(page: str, *, caption: str) -> list[list[list[str]]]:
    """The tables whose caption holds some words: each its rows, each row the words of its cells."""
    found = []
    for table in page.split("<table")[1:]:
        body = table.split("</table>", maxsplit=1)[0]
        if caption in words_on(body.split("</caption>", maxsplit=1)[0].split(">", maxsplit=2)[-1]):
            rows = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")[1:-1]]
            found.append([[words_on(cell) for cell in cells] for cells in rows])
    return found


def pounds(text: str) -> Decimal:
    """An amount as a page writes it."""
    return Decimal(text.replace("£", "").replace(",", "").replace("−", "-"))


def adds_up(table: list[list[str]]) -> Decimal:
    """Check that every total of a table of money is the sum of its cells, and give the one of them all."""
    *rows, together = [[pounds(cell) for cell in row[1:]] for row in table]
    assert all(sum(row[:-1]) == row[-1] for row in rows)
    assert [sum(column) for column in zip(*rows, strict=True)] == together
    return together[-1]


def moved_on(cast: Cast) -> dict[str, Any]:
    """A plan in its second version, because police accepted other words of the council."""
    plan = proposed(cast)
    accepted(cast, countered(cast, plan))
    return read_plan(cast, plan["id"])


def test_everybody_of_a_party_reads_a_plan_and_to_all_others_it_is_missing(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    for name in PARTIES:
        page = read_as(cast.viewers[name]).get(f"/plans/{plan['id']}")
        assert page.status_code == 200, name
        assert plan["title"] in words_on(page.text)
    for name in OTHERS:
        reader = read_as(cast.viewers[name])
        for path in READING:
            hidden = reader.get(f"/plans/{plan['id']}{path}")
            missing = reader.get(f"/plans/{plan['id'][:-3]}AAA{path}")
            assert hidden.status_code == missing.status_code == 404, (name, path)
            assert words_on(hidden.text) == words_on(missing.text)


def test_reading_changes_nothing(cast: Cast, read_as: ReadAs, owner: Database) -> None:
    plan, reader = moved_on(cast), read_as(cast.frankie)
    with unchanged(owner):
        for path in READING:
            assert reader.get(f"/plans/{plan['id']}{path}").status_code == 200
        assert reader.get("/plans").status_code == 200


@pytest.mark.parametrize("name", ["brook", "ellis", "robin", "val"])
def test_commissioners_and_signatories_begin_at_the_plans(cast: Cast, read_as: ReadAs, name: str) -> None:
    assert read_as(cast.viewers[name]).get("/").location == "/plans"


def test_the_list_holds_the_plans_of_ones_own_agency_and_no_word_of_any_other(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    page = words_on(read_as(cast.lou).get("/plans").text)
    assert f"{plan['title']} Proposed Plan {plan['reference']} 2027 to 2030 Version 1 £240,001.50 in all" in page
    other = words_on(read_as(cast.robin).get("/plans").text)
    assert "Your agency takes part in no plan" in other
    assert plan["title"] not in other
    assert plan["reference"] not in other


def test_the_list_is_narrowed_by_state_and_by_what_waits_for_a_signature(cast: Cast, read_as: ReadAs) -> None:
    plan, reader = proposed(cast), read_as(cast.quinn)
    narrowed = words_on(reader.get("/plans?state=PROPOSED").text)
    assert f"{plan['title']} Proposed" in narrowed
    assert "Any state instead" in narrowed
    for address in ("/plans?state=SIGNING", "/plans?waiting=signature"):
        page = words_on(reader.get(address).text)
        assert "Your agency takes part in no plan of this kind." in page
        assert plan["title"] not in page
    # What no page offers counts as nothing.
    assert words_on(reader.get("/plans?state=LOST&waiting=godot").text) == words_on(reader.get("/plans").text)


def test_only_a_commissioner_is_offered_to_begin_a_plan(cast: Cast, read_as: ReadAs) -> None:
    assert 'href="/plans/new"' in read_as(cast.brook).get("/plans").text
    for name in ("ellis", "gail", "rowan"):
        assert 'href="/plans/new"' not in read_as(cast.viewers[name]).get("/plans").text


def test_an_action_the_viewer_lacks_is_not_there(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    address = f"/plans/{plan['id']}"
    commissioner = read_as(cast.brook).get(address).text
    assert f'href="{address}/open-signing"' in commissioner
    assert f'href="{address}/edit"' not in commissioner
    officer = read_as(cast.rowan).get(address).text
    for page in ("open-signing", "revise", "sign", "checks/list", "leave"):
        assert f'href="{address}/{page}"' not in officer, page


def test_a_draft_is_read_as_it_is_being_written_with_what_the_rules_refuse(cast: Cast, read_as: ReadAs) -> None:
    plan = done(cast, cast.brook, "draftPlan", **drafting(cast))
    unfunded = scheme_of(cast, contributions=[])
    done(cast, cast.brook, "saveScheme", planVersionId=plan["currentVersion"]["id"], scheme=unfunded)
    page = words_on(read_as(cast.brook).get(f"/plans/{plan['id']}").text)
    assert "Version 1, being written" in page
    assert f"What the rules refuse {telling.PROBLEM['UNFUNDED_SCHEME']}" in page
    assert "Rule:" in page
    assert "Nobody pays for it yet." in page


def test_a_plan_says_what_is_missing_before_it_can_be_signed(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    countered(cast, plan)
    page = words_on(read_as(cast.brook).get(f"/plans/{plan['id']}").text)
    missing = page.split("Still missing before this can be signed")[1].split("The plan as a whole")[0]
    assert "A counter-proposal of Severnshire County Council is open." in missing
    assert "1 open counter-proposal" in page
    assert "v1" in page
    assert "0 of 3 required parties signed exactly this text." in page


def test_every_table_of_money_adds_up_to_what_the_schema_says(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    shares = [(AGENCIES[0], 2027, "0.10"), (AGENCIES[1], 2027, "0.20"), (AGENCIES[2], 2029, "99999.99")]
    odd = [
        {"agencyId": cast.agency_id(code), "year": year, "amount": {"amount": amount}, "route": "IN_KIND"}
        for code, year, amount in shares
    ]
    version = plan["currentVersion"]
    done(cast, cast.brook, "saveScheme", planVersionId=version["id"], scheme=scheme_of(cast, contributions=odd))
    plan = read_plan(cast, plan["id"])
    total = Decimal(plan["currentVersion"]["totals"]["total"]["amount"])

    reader = read_as(cast.lou)
    page, money = reader.get(f"/plans/{plan['id']}").text, reader.get(f"/plans/{plan['id']}/money").text
    schemes = [adds_up(table) for table in tables(page, caption="Who pays for scheme")]
    assert len(schemes) == 2
    assert sum(schemes) == total
    assert [adds_up(table) for table in tables(page, caption="Money of all schemes")] == [total]
    assert [adds_up(table) for table in tables(money, caption="Money of all schemes")] == [total]
    [by_scheme] = tables(money, caption="What each scheme costs")
    assert [pounds(row[1]) for row in by_scheme] == [*schemes, total]
    assert f"{telling.pounds(total)} in all, 2027/28 to 2029/30" in words_on(money)


def test_money_adds_up_however_many_contributions_there_are(cast: Cast, read_as: ReadAs) -> None:
    plan = drafted(cast)
    version_id = plan["currentVersion"]["id"]
    many = [
        {"agencyId": cast.agency_id(code), "year": year, "amount": {"amount": "1000.01"}, "route": route}
        for code in AGENCIES
        for year in (2027, 2028, 2029)
        for route in telling.ROUTE
    ]
    for title in ("First", "Second"):
        scheme = scheme_of(cast, title=title, contributions=many)
        done(cast, cast.brook, "saveScheme", planVersionId=version_id, scheme=scheme)
    total = Decimal(read_plan(cast, plan["id"])["currentVersion"]["totals"]["total"]["amount"])
    page = read_as(cast.brook).get(f"/plans/{plan['id']}/money").text
    assert [adds_up(table) for table in tables(page, caption="Money of all schemes")] == [total]


def test_a_milestone_is_rated_in_words_and_by_a_shape_of_its_own(cast: Cast, read_as: ReadAs) -> None:
    milestones = [
        {"title": "Worker in post", "targetOn": "2026-01-01"},
        {"title": "Doors open", "targetOn": "2029-01-01"},
    ]
    plan = done(cast, cast.brook, "draftPlan", **drafting(cast))
    scheme = scheme_of(cast, milestones=milestones)
    done(cast, cast.brook, "saveScheme", planVersionId=plan["currentVersion"]["id"], scheme=scheme)
    page = read_as(cast.ines).get(f"/plans/{plan['id']}").text
    [(late, on_time)] = tables(page, caption="Milestones, by the day")
    assert late[0] == f"1. Worker in post {scheme['title']}"
    assert re.fullmatch(r"[0-9]+ days late", late[3])
    assert on_time[1:] == ["1 January 2029", "Expected 1 January 2029", "On time"]
    assert '<rect class="cc-rate cc-rate--red"' in page
    assert '<circle class="cc-rate cc-rate--green"' in page
    assert '<title id="timeline-title">2 milestones from 1 April 2027 to 31 March 2030</title>' in page


def test_a_redline_marks_words_for_eyes_and_ears_and_says_who_and_why(cast: Cast, read_as: ReadAs) -> None:
    plan = moved_on(cast)
    page = read_as(cast.lou).get(f"/plans/{plan['id']}/redline").text
    assert "From version 1 to version 2" in page
    text = words_on(page)
    assert "Clauses: 1 changed. No money changed." in text
    assert "by Frankie Dunmore, Severnshire County Council" in text
    assert "Why: Most of them are seen after dark." in text
    assert "[added:" in text
    assert "[removed:" in text
    assert "proposed by Frankie Dunmore" in text
    assert "accepted by Brook Tanner" in text
    # Side by side in either order, and each with itself.
    assert words_on(read_as(cast.lou).get(f"/plans/{plan['id']}/redline?from=2&to=1").text) == text
    assert "Nothing changed" in read_as(cast.lou).get(f"/plans/{plan['id']}/redline?from=2&to=2").text
    for asked in ("from=1&to=3", "from=0&to=1", "from=x", f"to={'9' * 30}"):
        assert read_as(cast.lou).get(f"/plans/{plan['id']}/redline?{asked}").status_code == 404


def test_changed_money_is_shown_before_and_after_with_its_difference(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    scheme = plan["currentVersion"]["schemes"]["edges"][0]["node"]
    wanted = [
        {"agencyId": paid["agency"]["id"], "year": paid["year"], "amount": {"amount": "30000.00"}, "route": "ALIGNED"}
        for paid in (edge["node"] for edge in scheme["contributions"]["edges"])
    ]
    offer = {"schemeId": scheme["id"], "baseHash": scheme["moneyHash"], "contributions": wanted}
    accepted(cast, done(cast, cast.frankie, "counterPropose", **offer, reason="The same for everybody."))
    page = read_as(cast.lou).get(f"/plans/{plan['id']}/redline").text
    [table] = tables(page, caption="Money that changed")
    *rows, together = table
    assert len(rows) == 9
    for row in (*rows, together):
        before, after = (pounds(re.sub(r"\[(removed|added): (.*) \]", r"\2", cell)) for cell in row[1:3])
        assert pounds(row[3].replace("+", "")) == after - before
    assert together[2] == "£270,000"
    assert "The same for everybody." in words_on(page)


def test_a_plan_with_one_version_has_nothing_to_compare(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    assert "There is only one version" in read_as(cast.brook).get(f"/plans/{plan['id']}/redline").text


def test_every_version_stays_readable_and_says_where_it_stands(cast: Cast, read_as: ReadAs) -> None:
    before = proposed(cast)
    accepted(cast, countered(cast, before))
    reader = read_as(cast.lou)
    first = words_on(reader.get(f"/plans/{before['id']}/versions/1").text)
    second = words_on(reader.get(f"/plans/{before['id']}/versions/2").text)
    assert "A later version replaced this one." in first
    assert telling.bytes_in_full(before["currentVersion"]["contentHash"]) in first
    words = first_clause(before)["text"].split("\n")[0]
    assert words in first
    assert words not in second
    for number in ("3", "0", "9" * 12):
        assert reader.get(f"/plans/{before['id']}/versions/{number}").status_code == 404


def test_the_history_tells_what_happened_by_whom_newest_first(cast: Cast, read_as: ReadAs) -> None:
    plan = moved_on(cast)
    page = words_on(read_as(cast.ines).get(f"/plans/{plan['id']}/history").text)
    told = page.split("What happened, newest first")[1]
    places = [told.index(telling.EVENT[kind]) for kind in ("ACCEPTED", "COUNTERED", "PROPOSED", "DRAFTED")]
    assert places == sorted(places)
    assert "Frankie Dunmore, Severnshire County Council" in told
    assert "Version 2 Proposed" in page
    assert "Version 1 Replaced" in page


def test_a_title_that_is_typed_as_markup_is_shown_as_it_was_typed(cast: Cast, read_as: ReadAs) -> None:
    title = "<script>alert(1)</script> & “plan”"
    plan = done(cast, cast.brook, "draftPlan", **drafting(cast, title=title))
    for address in ("/plans", f"/plans/{plan['id']}", f"/plans/{plan['id']}/money", f"/plans/{plan['id']}/history"):
        page = read_as(cast.brook).get(address).text
        assert "<script>alert" not in page
        assert title in words_on(page)


def test_nothing_is_public_before_its_parties_say_so(cast: Cast, read_as: ReadAs) -> None:
    plan, outsider = proposed(cast), read_as(cast.robin)
    assert plan["reference"] not in outsider.get("/published-plans").text
    hidden = outsider.get(f"/published-plans/{plan['reference']}")
    missing = outsider.get("/published-plans/P-none")
    assert hidden.status_code == missing.status_code == 404
    assert words_on(hidden.text) == words_on(missing.text)


def test_no_odd_address_breaks_a_page(cast: Cast, read_as: ReadAs, stranger: Reader) -> None:
    plan, lou = proposed(cast), read_as(cast.lou)
    oddities = ("after=x", "after=%00", "from=%00", "to=-1&from=1.5", "state=%27", "waiting=%F0%9F%A6%89", "=&&=")
    for oddity in oddities:
        for path in ("/plans", "/published-plans", *(f"/plans/{plan['id']}{each}" for each in READING)):
            assert lou.get(f"{path}?{oddity}").status_code in {200, 404}, (path, oddity)
        assert stranger.get(f"/published-plans?{oddity}").status_code in {200, 404}, oddity
    for name in ("x", "%00", "%F0%9F%A6%89", "x" * 500, "%27"):
        assert lou.get(f"/plans/{name}").status_code == 404, name
        assert stranger.get(f"/published-plans/{name}").status_code == 404, name
