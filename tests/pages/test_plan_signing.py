"""A version is checked, opened, read whole, signed with a password typed just now, declined, left and made public."""

import re
from typing import Any

import pytest

from portal.access.viewer import Role
from portal.identity.viewers import viewer_for_membership
from tests.factories.accounts import make_further_membership
from tests.factories.cast import Cast
from tests.factories.plans import (
    Record,
    accepted,
    agreed,
    countered,
    drafted,
    first_scheme,
    in_signing,
    proposed,
    read_plan,
    sign,
)
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.reader import PASSWORD, Reader, give_password, held_by_form
from tests.pages.words_on import without_keys, words_on

CHECKS = "query($id: ID!) { plan(by: {id: $id}) { parties { isViewers checks { code name role passedAt } } } }"


def own_checks(cast: Cast, plan: Record, name: str) -> list[Record]:
    """The checks of somebody's own agency."""
    parties = cast.ask(cast.viewers[name], CHECKS, id=plan["id"])["plan"]["parties"]
    found: list[Record] = next(party["checks"] for party in parties if party["isViewers"])
    return found


def password_typed(cast: Cast, reader: Reader, name: str, plan: Record) -> None:
    """Enter the password again, for the version that the page shows."""
    give_password(cast.owner, cast.viewers[name])
    answer = reader.send(f"/sign-in/again/{plan['id']}", password=PASSWORD)
    assert answer.location == f"/plans/{plan['id']}/sign", words_on(answer.text)


def signed(cast: Cast, reader: Reader, name: str, plan: Record) -> Any:
    """Sign as the page asks."""
    password_typed(cast, reader, name, plan)
    return reader.send(f"/plans/{plan['id']}/sign")


def test_each_role_passes_the_checks_its_own_agency_gave_it(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    brook, wren, where = read_as(cast.brook), read_as(cast.wren), f"/plans/{plan['id']}/checks"
    held = brook.form(where, to=f"{where}/FINANCE/pass")
    assert brook.post(f"{where}/FINANCE/pass", held).location == where
    with unchanged(cast.owner):
        assert brook.post(f"{where}/FINANCE/pass", held).status_code == 303
        guard = brook.post(
            f"{where}/GUARDIAN/pass", brook.form("/agreement", to="/sign-out"), version_id=held["version_id"]
        )
    assert guard.status_code == 403
    assert wren.send(where, to=f"{where}/GUARDIAN/pass").location == where
    passed = {each["code"] for each in own_checks(cast, plan, "brook") if each["passedAt"]}
    assert passed == {"FINANCE", "GUARDIAN"}
    assert "Brook Tanner, Severnshire Constabulary" in words_on(read_as(cast.lou).get(where).text)


def test_an_agency_sets_its_own_list_row_by_row(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    frankie, where = read_as(cast.frankie), f"/plans/{plan['id']}/checks/list"
    held = frankie.form(where)
    assert held["check-rows"] == "3"
    with unchanged(cast.owner):
        more = frankie.post(where, held, more="checks")
        assert 'name="check-name-3"' in more.text
        nobody = frankie.post(where, held, **{"check-rows": "4", "check-name-3": "The mayor nods", "check-role-3": ""})
    assert "Choose who passes it." in words_on(nobody.text)
    answer = frankie.post(
        where,
        held,
        **{"check-rows": "4", "check-name-3": "The mayor nods", "check-role-3": "COMMISSIONER", "check-gone-1": "yes"},
    )
    assert answer.location == f"/plans/{plan['id']}/checks", words_on(answer.text)
    assert [each["name"] for each in own_checks(cast, plan, "frankie")][-1] == "The mayor nods"
    assert len(own_checks(cast, plan, "frankie")) == 3
    assert len(own_checks(cast, plan, "brook")) == 3
    assert read_as(cast.noor).get(where).status_code == 200
    assert read_as(cast.ellis).get(where).location == f"/plans/{plan['id']}"


def test_a_version_is_opened_for_signing_once_nothing_is_open(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    offer = countered(cast, plan)
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/open-signing"
    page = words_on(brook.get(where).text)
    assert "1 counter-proposal waits for an answer" in page
    with unchanged(cast.owner):
        assert brook.send(where).status_code == 422
    accepted(cast, offer)
    assert brook.send(where).location == f"/plans/{plan['id']}"
    assert read_plan(cast, plan["id"])["state"] == "SIGNING"


def test_a_signatory_reads_all_that_is_signed_before_the_password_is_asked(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    ellis, where = read_as(cast.ellis), f"/plans/{plan['id']}/sign"
    page = ellis.get(where)
    said = words_on(page.text)
    digest = plan["currentVersion"]["contentHash"]
    assert " ".join(re.findall("....", digest)) in said
    for party in plan["parties"]:
        assert party["agency"]["name"] in said
    assert "They never wear a uniform." in said
    assert "The parties decide together." in said
    assert "£240,001.50" in said
    assert "First young person seen" in said
    assert "It replaces no formal agreement that the law asks for" in said
    assert "binding" not in said
    assert f'href="/sign-in/again/{plan["id"]}"' in page.text
    assert "Sign version 1 for" not in said
    held = ellis.form("/agreement", to="/sign-out")
    version = plan["currentVersion"]
    with unchanged(cast.owner):
        early = ellis.post(
            where, held, version_id=version["id"], expected_version=str(version["version"]), content_hash=digest
        )
    assert early.status_code == 403
    assert "Enter your password again, then sign." in words_on(early.text)


def test_signing_shows_the_signature_and_the_last_one_agrees_the_plan(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    for name in ("ellis", "quinn", "remy"):
        reader = read_as(cast.viewers[name])
        answer = signed(cast, reader, name, plan)
        assert answer.location == f"/plans/{plan['id']}/signed", words_on(answer.text)
        said = words_on(reader.follow(answer).text)
        assert plan["currentVersion"]["contentHash"][:4] in said
        assert "Password entered again" in said
        if name == "ellis":
            assert f"Still to sign: {plan['parties'][1]['agency']['name']} and" in said
    assert "This plan is agreed" in said
    assert read_plan(cast, plan["id"])["state"] == "AGREED"
    assert "1 April 2027" in said


def test_signing_twice_signs_once_and_a_used_password_signs_nothing_more(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    ellis, where = read_as(cast.ellis), f"/plans/{plan['id']}/sign"
    password_typed(cast, ellis, "ellis", plan)
    held = ellis.form(where)
    assert ellis.post(where, held).status_code == 303
    with unchanged(cast.owner):
        again = ellis.post(where, held)
        assert again.status_code == 303
        assert ellis.get(where).location == f"/plans/{plan['id']}"


def test_a_text_that_moved_on_is_not_signed(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    ellis, where = read_as(cast.ellis), f"/plans/{plan['id']}/sign"
    password_typed(cast, ellis, "ellis", plan)
    held = ellis.form(where)
    in_signing(cast, {**(after := _next_version(cast, plan))}, checked=True)
    with unchanged(cast.owner):
        answer = ellis.post(where, held)
    assert answer.status_code in {409, 422}
    assert "Nothing was signed." in words_on(answer.text)
    # The password was typed for other bytes.
    assert "Sign version 2 for" not in words_on(ellis.get(where).text)
    assert after["currentVersion"]["number"] == 2


def test_a_page_left_open_in_another_tab_shows_what_stands_now_and_signs_that(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    ellis, where = read_as(cast.ellis), f"/plans/{plan['id']}/sign"
    password_typed(cast, ellis, "ellis", plan)
    left_open = ellis.form(where)
    in_signing(cast, _next_version(cast, plan))
    password_typed(cast, ellis, "ellis", plan)
    with unchanged(cast.owner):
        answer = ellis.post(where, left_open)
    assert "Nothing was signed." in words_on(answer.text)
    assert ellis.post(where, held_by_form(answer.text, at=where, to=where)).location == f"/plans/{plan['id']}/signed"
    [signature] = [each for each in read_plan(cast, plan["id"])["events"]["edges"] if each["node"]["kind"] == "SIGNED"]
    assert signature["node"]["planVersion"] == {"number": 2}


def test_a_page_that_was_opened_for_one_agency_signs_for_no_other(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    health = make_further_membership(cast.owner, cast.ellis.user_id, agency_id=cast.remy.agency_id, role=Role.SIGNATORY)
    ellis, where = read_as(cast.ellis), f"/plans/{plan['id']}/sign"
    password_typed(cast, ellis, "ellis", plan)
    for_police = ellis.form(where)
    ellis.send("/sign-in/membership", membership=str(health))
    password_typed(cast, ellis, "ellis", plan)
    with unchanged(cast.owner):
        answer = ellis.post(where, for_police)
    assert answer.status_code == 409
    said = words_on(answer.text)
    assert f"you act for {cast.remy.agency_name} by now" in said
    assert "Nothing was signed." in said
    assert ellis.post(where, held_by_form(answer.text, at=where, to=where)).location == f"/plans/{plan['id']}/signed"


def _next_version(cast: Cast, plan: Record) -> Record:
    accepted(cast, countered(cast, plan))
    return read_plan(cast, plan["id"])


@pytest.mark.parametrize(("name", "code"), [("brook", "SEVERN-POLICE"), ("quinn", "SEVERN-MHS")])
def test_who_wrote_it_or_signed_it_for_another_agency_is_told_that_somebody_else_signs(
    cast: Cast, read_as: ReadAs, name: str, code: str
) -> None:
    agency = cast.settled.agencies[code]
    hat = make_further_membership(cast.owner, cast.viewers[name].user_id, agency_id=agency, role=Role.SIGNATORY)
    plan = sign(cast, in_signing(cast), "SEVERN-LA")
    with cast.truth() as session:
        viewer = viewer_for_membership(session, hat)
    assert viewer is not None
    said = words_on(read_as(viewer).get(f"/plans/{plan['id']}/sign").text)
    assert f"so somebody else signs it for {viewer.agency_name}." in said
    assert "Enter your password to sign" not in said


def test_open_checks_keep_a_signatory_from_signing(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast, checked=False)
    said = words_on(read_as(cast.ellis).get(f"/plans/{plan['id']}/sign").text)
    assert "3 checks of your agency are still open" in said
    assert "Enter your password to sign" not in said


def test_declining_gives_a_reason_the_others_read(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    remy, where = read_as(cast.remy), f"/plans/{plan['id']}/decline"
    with unchanged(cast.owner):
        silent = remy.send(where)
    assert "Say why your agency does not sign." in words_on(silent.text)
    assert remy.send(where, reason="The second year is not in our budget.").location == f"/plans/{plan['id']}"
    assert "The second year is not in our budget." in words_on(read_as(cast.brook).get(f"/plans/{plan['id']}").text)
    assert "The second year is not in our budget." in words_on(
        read_as(cast.ellis).get(f"/plans/{plan['id']}/sign").text
    )


def test_leaving_needs_a_last_day_and_a_reason_and_begins_another_version(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    sign(cast, plan, "SEVERN-LA")
    remy, where = read_as(cast.remy), f"/plans/{plan['id']}/leave"
    assert "signatures over it no longer count" in words_on(remy.get(where).text)
    with unchanged(cast.owner):
        missing = remy.send(where, reason="Our board decided so.", last_day="soon")
        past = remy.send(where, reason="Our board decided so.", last_day="2020-01-01")
    assert "Enter the last day as a date." in words_on(missing.text)
    assert "Our board decided so." in missing.text
    assert '<a href="#last_day">' in past.text
    assert remy.send(where, reason="Our board decided so.", last_day="2027-03-31").location == f"/plans/{plan['id']}"
    now = read_plan(cast, plan["id"])
    assert (now["currentVersion"]["number"], now["currentVersion"]["state"]) == (2, "DRAFT")
    assert "Our board decided so." in words_on(read_as(cast.brook).get(f"/plans/{plan['id']}").text)


def test_a_plan_is_public_once_every_party_has_said_so(cast: Cast, read_as: ReadAs, stranger: Reader) -> None:
    plan = agreed(cast)
    where, public = f"/plans/{plan['id']}/publish", f"/published-plans/{plan['reference']}"
    for name in ("brook", "frankie"):
        assert read_as(cast.viewers[name]).send(where).location == f"/plans/{plan['id']}"
    assert stranger.get(public).status_code == 404
    lou = read_as(cast.lou)
    assert "said yes on" in words_on(lou.get(where).text)
    assert lou.send(where).status_code == 303
    assert stranger.get(public).status_code == 200


def test_a_milestone_is_reported_by_day_alone(cast: Cast, read_as: ReadAs) -> None:
    plan = agreed(cast)
    key = first_scheme(plan)["milestones"][0]["key"]
    brook, where = read_as(cast.brook), f"/plans/{plan['id']}/milestones/{key}"
    with unchanged(cast.owner):
        assert "Say whether it was reached." in words_on(brook.send(where, day="2027-08-01").text)
        assert "Enter the day as a date." in words_on(brook.send(where, stands="expected", day="x").text)
    assert brook.send(where, stands="expected", day="2027-08-01").location == f"/plans/{plan['id']}#milestones"
    assert "61 days late" in words_on(read_as(cast.lou).get(f"/plans/{plan['id']}").text)
    assert read_as(cast.ellis).get(where).location == f"/plans/{plan['id']}"


SIGNING_PAGES = ("checks", "checks/list", "open-signing", "sign", "signed", "decline", "leave", "publish")


@pytest.mark.parametrize("page", SIGNING_PAGES)
def test_agencies_that_take_no_part_find_nothing_and_sign_nothing(cast: Cast, read_as: ReadAs, page: str) -> None:
    plan = in_signing(cast)
    version = plan["currentVersion"]
    for name in ("robin", "val", "alex"):
        reader = read_as(cast.viewers[name])
        hidden, nowhere = reader.get(f"/plans/{plan['id']}/{page}"), reader.get("/no/such/page")
        assert hidden.status_code == 404
        assert without_keys(hidden.text) == without_keys(nowhere.text)
        held = reader.form("/agreement", to="/sign-out")
        with unchanged(cast.owner):
            answer = reader.post(
                f"/plans/{plan['id']}/{page}",
                held,
                version_id=version["id"],
                expected_version=str(version["version"]),
                content_hash=version["contentHash"],
                reason="x",
                last_day="2027-01-01",
            )
        assert answer.status_code in {404, 405}


def test_a_commissioner_signs_nothing_and_a_signatory_writes_nothing(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    version = plan["currentVersion"]
    typed = {
        "version_id": version["id"],
        "expected_version": str(version["version"]),
        "content_hash": version["contentHash"],
    }
    for name, page in {"brook": "sign", "frankie": "decline", "ellis": "revise", "gail": "sign"}.items():
        reader = read_as(cast.viewers[name])
        assert reader.get(f"/plans/{plan['id']}/{page}").location == f"/plans/{plan['id']}"
        held = reader.form("/agreement", to="/sign-out")
        with unchanged(cast.owner):
            answer = reader.post(f"/plans/{plan['id']}/{page}", held, **typed, reason="Not mine.")
        assert answer.status_code in {403, 409}, (name, page)


@pytest.mark.parametrize("odd", ["x", "%00", "🦉"])
def test_hostile_ids_are_pages_that_do_not_exist(cast: Cast, read_as: ReadAs, odd: str) -> None:
    plan = drafted(cast)
    reader = read_as(cast.brook)
    held = reader.form("/agreement", to="/sign-out")
    with unchanged(cast.owner):
        for page in SIGNING_PAGES:
            assert reader.get(f"/plans/{odd}/{page}").status_code == 404
        assert reader.get(f"/plans/{plan['id']}/milestones/{odd}").status_code == 404
        answer = reader.post(f"/plans/{plan['id']}/checks/{odd}/pass", held, version_id=odd)
        assert answer.status_code in {404, 409, 422}
