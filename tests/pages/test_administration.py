"""An administrator's day in the browser: inviting, finding, changing and ending, and nothing of any flag."""

import re
from uuid import uuid4

import pytest

from tests.factories.administration import TEAMS, colleague, person, user_id
from tests.factories.cast import Cast
from tests.factories.flags import raised
from tests.factories.snapshot import unchanged
from tests.pages.conftest import ReadAs
from tests.pages.reader import PASSWORD, Reader, give_password
from tests.pages.words_on import words_on

LINK = re.compile(r"https?://[^/\s<]+(/(?:invitation|set-password)/[\w-]+)")
OTHERS = ("rowan", "mel", "gail", "morgan", "robin")


def shown_link(administrator: Reader, response: object) -> str:
    """The path of the link that a page shows once."""
    page = administrator.follow(response).text  # type: ignore[arg-type]
    found = LINK.search(page)
    assert found, page
    assert administrator.get("/administration/link").status_code == 404
    return found.group(1)


def test_somebody_invited_becomes_a_colleague(cast: Cast, read_as: ReadAs, stranger: Reader) -> None:
    noor, email = read_as(cast.noor), f"{uuid4().hex}@agency.example"
    assert noor.get("/").location == "/administration"
    sent = noor.send("/administration/invite", name="PC Robin Lake", email=email, role="OFFICER")
    path = shown_link(noor, sent)
    assert "PC Robin Lake" in words_on(noor.get("/administration").text)
    asked = words_on(stranger.get(path).text)
    assert "Severnshire Constabulary invites you As officer, signing in as" in asked
    assert "least 12 characters" in words_on(stranger.send(path, password="short", again="short").text)
    assert "same password twice" in words_on(stranger.send(path, password=PASSWORD, again="x").text)
    assert stranger.send(path, password=PASSWORD, again=PASSWORD).location == "/sign-in"
    assert stranger.get(path).status_code == 404
    assert stranger.send("/sign-in", email=email, password=PASSWORD).status_code == 303
    assert "PC Robin Lake, officer" in words_on(stranger.get("/agreement").text)
    assert "PC Robin Lake" in words_on(noor.get("/administration/people").text)


def test_the_page_of_an_invitation_says_the_same_whether_or_not_there_is_an_account(
    cast: Cast, read_as: ReadAs, stranger: Reader
) -> None:
    noor = read_as(cast.noor)
    said = []
    for email in (give_password(cast.owner, cast.alex), f"{uuid4().hex}@agency.example"):
        sent = noor.send("/administration/invite", name="PC Robin Lake", email=email, role="OFFICER")
        page = noor.follow(sent).text
        found = LINK.search(page)
        assert found
        asked = words_on(stranger.get(found.group(1)).text)
        said.append((words_on(page).replace(found.group(1), ""), asked.replace(email, "")))
    assert said[0] == said[1]


def test_disabling_ends_a_session_at_its_next_page_and_a_token_at_its_next_call(cast: Cast, read_as: ReadAs) -> None:
    noor, officer = read_as(cast.noor), colleague(cast)
    theirs = read_as(officer)
    assert theirs.get("/flags").status_code == 200
    page = f"/administration/people/{user_id(cast, officer)}"
    assert noor.send(page, to=f"{page}/disable").status_code == 303
    assert theirs.get("/flags").location == "/sign-in?next=/flags"
    assert "Disabled since" in words_on(noor.get(page).text)
    assert noor.send(page, to=f"{page}/enable").status_code == 303
    assert theirs.get("/flags").location == "/sign-in?next=/flags"


def test_a_password_link_signs_out_everywhere(cast: Cast, read_as: ReadAs, stranger: Reader) -> None:
    noor, officer = read_as(cast.noor), colleague(cast)
    theirs = read_as(officer)
    page = f"/administration/people/{user_id(cast, officer)}"
    path = shown_link(noor, noor.send(page, to=f"{page}/password-link"))
    assert theirs.get("/flags").status_code == 303
    assert stranger.send(path, password="two owls on the fence", again="two owls on the fence").location == "/sign-in"


def test_people_are_searched_by_a_form_and_never_in_an_address(cast: Cast, read_as: ReadAs) -> None:
    noor = read_as(cast.noor)
    found = noor.send("/administration/people", search="quill")
    assert found.status_code == 200
    assert "Sgt Mel Quill" in found.text
    assert "PC Rowan Hale" not in found.text
    assert "Morgan" not in noor.send("/administration/people", search="Morgan Teale").text.replace(
        'value="Morgan Teale"', ""
    )
    assert "Nobody found" in noor.send("/administration/people", search="%").text
    for name in OTHERS:
        reader = read_as(cast.viewers[name])
        held = reader.form("/agreement", to="/sign-out")
        assert reader.post("/administration/people", held, search="quill").status_code == 404


def test_more_people_than_a_page_shows_are_paged(cast: Cast, read_as: ReadAs) -> None:
    for number in range(27):
        colleague(cast, name=f"Zed {number:02}")
    noor = read_as(cast.noor)
    first = noor.get("/administration/people").text
    following = re.search(r'href="(/administration/people\?after=[^"]+)"', first)
    assert following
    rest = noor.get(following.group(1)).text
    names = set(re.findall(r"Zed \d\d", first + rest))
    assert len(names) == 27
    assert "Zed 26" not in first
    searched = noor.send("/administration/people", search="Zed")
    assert "Next people found" in searched.text


def test_only_an_administrator_invites_and_opens_teams(cast: Cast, read_as: ReadAs) -> None:
    invitation = {"name": "X", "email": "x@agency.example", "role": "OFFICER"}
    for name in OTHERS:
        reader = read_as(cast.viewers[name])
        held = reader.form("/agreement", to="/sign-out")
        with unchanged(cast.owner):
            assert reader.post("/administration/invite", held, **invitation).status_code in {403, 404}
            assert reader.post("/administration/teams", held, name="X").status_code in {403, 404}
    noor = read_as(cast.noor)
    assert noor.send("/administration/teams", name="Tewkesbury").status_code == 303
    assert "Tewkesbury" in words_on(noor.get("/administration/teams").text)
    assert "has a team of this name" in words_on(noor.send("/administration/teams", name="tewkesbury").text)


def test_a_role_is_given_put_into_teams_and_ended(cast: Cast, read_as: ReadAs) -> None:
    noor, officer = read_as(cast.noor), colleague(cast)
    page = f"/administration/people/{user_id(cast, officer)}"
    teams = {edge["node"]["name"]: edge["node"]["id"] for edge in cast.ask(cast.noor, TEAMS)["teams"]["edges"]}
    for wrong in ({"role": ""}, {"role": "KING"}, {"role": "SERGEANT", "from": "soon"}):
        assert noor.send(f"{page}/role", **wrong).status_code == 422
    given = noor.send(f"{page}/role", role="SERGEANT", teams=[teams["Gloucester East"]])
    assert given.status_code == 303
    assert "Sergeant, Gloucester East" in words_on(noor.get(page).text)
    role = next(
        each for each in person(cast, cast.noor, user_id(cast, officer))["memberships"] if each["role"] == "SERGEANT"
    )
    held = f"/administration/roles/{role['id']}"
    assert noor.send(held, to=f"{held}/teams", teams=[teams["Cheltenham North"]]).status_code == 303
    assert "Sergeant, Cheltenham North" in words_on(noor.get(page).text)
    assert noor.send(held, to=f"{held}/end", last_day="").status_code == 422
    assert noor.send(held, to=f"{held}/end", last_day="1999-01-01").status_code == 422
    assert noor.send(held, to=f"{held}/end", last_day="2031-02-03").status_code == 303
    assert "until 3 February 2031" in words_on(noor.get(page).text)


def test_an_administrator_is_offered_nothing_that_they_may_not_do(cast: Cast, read_as: ReadAs) -> None:
    noor = read_as(cast.noor)
    own = noor.get(f"/administration/people/{user_id(cast, cast.noor)}").text
    assert "Disable the account" not in own
    assert "Give another role" not in own
    hollis = read_as(cast.hollis)
    kit = hollis.get(f"/administration/people/{user_id(cast, cast.kit)}").text
    assert "Severnshire Health and Care" not in kit
    assert "Clinician" not in kit


@pytest.mark.parametrize("name", ["noor", "hollis"])
def test_nothing_in_administration_leads_to_a_flag(cast: Cast, read_as: ReadAs, name: str) -> None:
    flag = raised(cast)
    reader = read_as(cast.viewers[name])
    seen, ahead = set(), ["/"]
    while ahead:
        address = ahead.pop()
        if address in seen:
            continue
        seen.add(address)
        page = reader.get(address)
        if page.status_code == 303:
            ahead.append(page.location)
            continue
        assert page.status_code == 200, address
        assert flag["reference"] not in page.text, address
        ahead += [
            found for found in re.findall(r'<a [^>]*href="(/[^"#]*)', page.text) if not found.startswith("/static")
        ]
    assert len(seen) > 15
    assert not [address for address in seen if address.startswith(("/inbox", "/flags", "/drafts"))]
