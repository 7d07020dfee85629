"""What anybody reads of a plan its parties made public, and how its signing is told to those parties meanwhile."""

from tests.factories.cast import Cast
from tests.factories.plans import (
    accepted,
    agreed,
    countered,
    done,
    in_signing,
    pass_checks,
    proposed,
    published,
    read_plan,
    say,
    sign,
)
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader
from tests.pages.words_on import words_on

STAFF = ("Brook Tanner", "Frankie Dunmore", "Lou Bracken", "Ellis Marchetti", "Quinn Haverstock", "Remy Aldous")


def test_a_version_open_for_signing_waits_for_each_signatory_until_they_have_signed(
    cast: Cast, read_as: ReadAs
) -> None:
    plan = in_signing(cast)
    sign(cast, plan, "SEVERN-POLICE")
    waiting = words_on(read_as(cast.quinn).get("/plans").text)
    assert f"1 plan waits for you {plan['title']} It waits for your signature." in waiting
    assert plan["title"] in words_on(read_as(cast.quinn).get("/plans?waiting=signature").text)
    signed = words_on(read_as(cast.ellis).get("/plans?waiting=signature").text)
    assert plan["title"] not in signed
    assert "waits for you" not in words_on(read_as(cast.ellis).get("/plans").text)


def test_a_check_waits_for_the_role_that_passes_it_and_for_nobody_else(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast, checked=False)
    pass_checks(cast, plan, "SEVERN-POLICE")
    assert "It waits for a check of your agency." in words_on(read_as(cast.harper).get("/plans").text)
    for name in ("wren", "quinn", "morgan"):
        assert "a check of your agency" not in words_on(read_as(cast.viewers[name]).get("/plans").text)
    page = words_on(read_as(cast.morgan).get(f"/plans/{plan['id']}").text)
    assert "Severnshire County Council has yet to pass 3 of its checks." in page
    assert "Severnshire Constabulary has yet to pass" not in page


def test_a_counter_proposal_waits_for_the_other_parties_and_not_for_who_made_it(cast: Cast, read_as: ReadAs) -> None:
    plan = proposed(cast)
    assert "somebody to open it for signing" in words_on(read_as(cast.brook).get("/plans").text)
    countered(cast, plan)
    asked = words_on(read_as(cast.brook).get("/plans").text)
    assert "your answer to a counter-proposal" in asked
    assert "somebody to open it for signing" not in asked
    for name in ("frankie", "ellis", "rowan"):
        assert "your answer to a counter-proposal" not in words_on(read_as(cast.viewers[name]).get("/plans").text)


def test_signatures_stand_hash_under_hash_and_say_who_still_has_to_sign(cast: Cast, read_as: ReadAs) -> None:
    plan = sign(cast, in_signing(cast), "SEVERN-POLICE")
    page = words_on(read_as(cast.lou).get(f"/plans/{plan['id']}").text)
    beginning = plan["currentVersion"]["contentHash"][:4]
    assert "1 of 3 required parties signed exactly this text." in page
    assert f"v1 {beginning}" in page
    assert f"Severnshire Constabulary Signed this text {beginning}" in page
    assert "Ch Supt Ellis Marchetti," in page
    assert page.count("Has not signed") == 2
    assert "Still missing before it is agreed" in page


def test_a_signature_over_older_words_is_struck_out(cast: Cast, read_as: ReadAs) -> None:
    plan = sign(cast, in_signing(cast), "SEVERN-POLICE")
    accepted(cast, countered(cast, plan))
    page = words_on(read_as(cast.lou).get(f"/plans/{plan['id']}").text)
    assert "0 of 3 required parties signed exactly this text." in page
    assert "Signed older text. No longer counts." in page
    old = words_on(read_as(cast.lou).get(f"/plans/{plan['id']}/versions/1").text)
    assert "No longer counts." in old


def test_why_an_agency_declines_is_read_by_the_others(cast: Cast, read_as: ReadAs) -> None:
    plan = in_signing(cast)
    version_id = plan["currentVersion"]["id"]
    answer = say(cast, cast.remy, "declineToSign", planVersionId=version_id, reason="Our board meets in May.")
    assert answer["__typename"] == "PlanPartySaved", answer
    page = words_on(read_as(cast.brook).get(f"/plans/{plan['id']}").text)
    assert "Declined to sign: Our board meets in May. Remy Aldous," in page


def test_an_agreed_plan_says_so_and_lacks_nothing(cast: Cast, read_as: ReadAs) -> None:
    plan = agreed(cast)
    page = words_on(read_as(cast.brook).get(f"/plans/{plan['id']}").text)
    assert f"{plan['title']} Agreed Plan {plan['reference']}" in page
    assert "3 of 3 required parties signed exactly this text." in page
    assert "Still missing" not in page
    assert "Make it public" in page
    assert "It waits for" not in words_on(read_as(cast.frankie).get("/plans").text)


def test_one_party_alone_makes_nothing_public(cast: Cast, read_as: ReadAs, stranger: Reader) -> None:
    plan = agreed(cast)
    done(cast, cast.brook, "publishPlan", id=plan["id"], expectedVersion=plan["version"])
    assert "It waits for your word on making it public." in words_on(read_as(cast.frankie).get("/plans").text)
    assert stranger.get(f"/published-plans/{plan['reference']}").status_code == 404
    assert plan["reference"] not in stranger.get("/published-plans").text


def test_anybody_reads_the_agreed_text_of_a_public_plan_and_no_name_of_staff(
    cast: Cast, read_as: ReadAs, stranger: Reader
) -> None:
    plan = proposed(cast)
    accepted(cast, countered(cast, plan, reason="Said among the parties."))
    plan = read_plan(cast, plan["id"])
    comment = {"planVersionId": plan["currentVersion"]["id"], "text": "Heard among the parties."}
    done(cast, cast.lou, "commentOnClause", **comment)
    plan = published(cast, sign(cast, in_signing(cast, plan)))

    assert f"{plan['title']} Agreed Plan {plan['reference']}" in words_on(stranger.get("/published-plans").text)
    address = f"/published-plans/{plan['reference']}"
    for reader in (stranger, read_as(cast.robin), read_as(cast.rowan)):
        page = words_on(reader.get(address).text)
        assert "Workers meet young people where they are, in the evening too." in page
        assert "£240,001.50" in page
        assert "Severnshire Constabulary Signatory," in page
        assert not [said for said in (*STAFF, "among the parties") if said in page]
    # The rest of a plan is its parties' own.
    for path in ("", "/history", "/money", "/versions/1"):
        assert stranger.get(f"/plans/{plan['id']}{path}").status_code == 303
    outsider = read_as(cast.robin)
    assert outsider.get(f"/plans/{plan['id']}").location == address
    for path in ("/history", "/money", "/redline", "/versions/1", "/versions/2"):
        assert outsider.get(f"/plans/{plan['id']}{path}").status_code == 404, path


def test_the_public_is_told_what_was_promised_and_not_how_it_goes(cast: Cast, stranger: Reader) -> None:
    plan = published(cast)
    page = words_on(stranger.get(f"/published-plans/{plan['reference']}").text)
    assert "1. First young person seen" in page
    assert "1 June 2027" in page
    assert "On time" not in page
    assert "How it stands" not in page
