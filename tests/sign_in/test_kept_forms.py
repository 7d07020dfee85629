"""A form sent after the sign-in ended is there again after signing in: as typed, not sent, and for nobody else."""

import base64
import re
from datetime import timedelta
from unicodedata import name as character_name

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import update
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from frontend import kept
from portal.db import Database, now
from portal.identity.models import UserSession
from portal.text import LONG
from tests.factories.accounts import PASSWORD, give_password
from tests.factories.cast import Cast
from tests.factories.flags import raised, share_of, shared, taken
from tests.factories.site import start_session
from tests.factories.snapshot import unchanged
from tests.pages.answers import RAISE, about_a_person, no_further_action
from tests.pages.reader import Reader, held_by_form
from tests.pages.words_on import words_on

TYPED = about_a_person(fact="Two cans.\n“Can’t sleep” <b>", own_words="😀 I just\n  want", strengths="Kind & quick")


def signed_in(app: Flask, cast: Cast, owner: Database, who: str) -> Reader:
    """Somebody at work, with a password for later."""
    viewer, reader = cast.viewers[who], Reader(app)
    reader.take(start_session(owner, user_id=viewer.user_id, membership_id=viewer.membership_id))
    give_password(owner, viewer.user_id)
    return reader


def end_sign_in(cast: Cast, owner: Database, who: str) -> None:
    """What an hour of not being used does."""
    with owner.transaction() as session:
        ended = update(UserSession).where(UserSession.user_id == cast.viewers[who].user_id)
        session.execute(ended.values(last_seen_at=now() - timedelta(hours=2)))


def sign_in_again(reader: Reader, cast: Cast, page: TestResponse, at: str, who: str) -> TestResponse:
    """Type one's password into the sign-in page that came in answer to a form."""
    held = held_by_form(page.text, at=at, to=at)
    return reader.post(at, held, email=cast.email(who), password=PASSWORD)


@pytest.fixture
def interrupted(app: Flask, cast: Cast, owner: Database) -> tuple[Reader, TestResponse]:
    """Rowan, whose raise form was answered with the sign-in page."""
    rowan = signed_in(app, cast, owner, "rowan")
    held = rowan.form(RAISE)
    end_sign_in(cast, owner, "rowan")
    with unchanged(owner):
        page = rowan.post(RAISE, held, **TYPED)
    return rowan, page


def as_typed(held: MultiDict[str, str], typed: dict[str, str | list[str]] = TYPED) -> None:
    for name, value in typed.items():
        if name != "step":
            assert [each.splitlines() for each in held.getlist(name)] == [
                each.splitlines() for each in (value if isinstance(value, list) else [value])
            ], name


def test_the_sign_in_page_says_that_it_is_kept_and_shows_nothing_of_it(
    interrupted: tuple[Reader, TestResponse],
) -> None:
    _, page = interrupted
    assert page.status_code == 403
    assert "What you typed is kept." in words_on(page.text)
    for typed in ("Kai", "Two cans", "Station Parade", "ALCOHOL"):
        assert typed not in page.text


def test_after_signing_in_the_form_stands_there_as_typed_and_unsent(
    interrupted: tuple[Reader, TestResponse], cast: Cast, owner: Database
) -> None:
    rowan, page = interrupted
    with unchanged(owner):
        again = sign_in_again(rowan, cast, page, RAISE, "rowan")
    assert again.status_code == 200
    assert "You are signed in again, and nothing was sent." in words_on(again.text)
    held = held_by_form(again.text, at=RAISE, to=RAISE)
    as_typed(held)
    assert rowan.post(RAISE, held, step="send").status_code == 303


def test_a_wrong_password_loses_nothing(interrupted: tuple[Reader, TestResponse], cast: Cast) -> None:
    rowan, page = interrupted
    held = held_by_form(page.text, at=RAISE, to=RAISE)
    refused = rowan.post(RAISE, held, email=cast.email("rowan"), password="not this one")
    assert "The e-mail address or the password is not right." in words_on(refused.text)
    as_typed(held_by_form(sign_in_again(rowan, cast, refused, RAISE, "rowan").text, at=RAISE, to=RAISE))


def test_somebody_else_who_signs_in_gets_nothing_of_it(
    interrupted: tuple[Reader, TestResponse], cast: Cast, owner: Database
) -> None:
    rowan, page = interrupted
    give_password(owner, cast.dana.user_id)
    with unchanged(owner):
        answer = sign_in_again(rowan, cast, page, RAISE, "dana")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Kai" not in rowan.follow(rowan.get("/")).text


def test_what_is_kept_opens_nowhere_else_not_later_and_not_altered(
    interrupted: tuple[Reader, TestResponse], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rowan, page = interrupted
    held = held_by_form(page.text, at=RAISE, to=RAISE)
    sealed = held["kept"]
    own = Fernet(base64.urlsafe_b64encode(b"k" * 32)).encrypt(b'["x", "/flags/raise", []]').decode()
    for forged in (sealed[:-8] + "AAAAAAA=", sealed[::-1], "", "😀", own):
        answer = rowan.post(RAISE, held, kept=forged, email=cast.email("rowan"), password=PASSWORD)
        assert (answer.status_code, answer.location) == (303, "/"), forged[:8]
    elsewhere = rowan.post("/flags/raise?x", held, kept=sealed)
    assert elsewhere.status_code == 200
    flag = raised(cast)
    other = f"/flags/{flag['id']}/withdraw"
    assert rowan.post(other, rowan.form(RAISE), kept=sealed).location == "/"
    monkeypatch.setattr(kept, "KEPT_SECONDS", -1)
    assert rowan.post(RAISE, rowan.form(RAISE), kept=sealed).location == "/"


def test_a_forged_form_is_not_kept_for_anybody(app: Flask, cast: Cast, owner: Database) -> None:
    rowan = signed_in(app, cast, owner, "rowan")
    held = rowan.form(RAISE)
    end_sign_in(cast, owner, "rowan")
    for mark in ("", "x", held["csrf_token"]):
        answer = rowan.post(RAISE, held, **{**TYPED, "typed_by": mark})
        assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_signing_in_by_a_form_needs_its_token(interrupted: tuple[Reader, TestResponse], cast: Cast) -> None:
    rowan, page = interrupted
    held = held_by_form(page.text, at=RAISE, to=RAISE)
    answer = rowan.post(RAISE, held, csrf_token="x", email=cast.email("rowan"), password=PASSWORD)
    assert answer.status_code == 403
    assert "That form was too old to send" in words_on(answer.text)
    assert rowan.get(RAISE).status_code == 303


def test_every_form_people_write_into_is_kept_not_only_the_first(app: Flask, cast: Cast, owner: Database) -> None:
    decide = f"/flags/{taken(cast)['id']}/triage"
    answer = f"/shares/{share_of(cast, shared(cast))['id']}/answer"
    forms = (
        ("morgan", decide, no_further_action(rationale="A youth worker\nknows them."), "rationale"),
        ("sam", answer, {"engagement": "ENGAGED", "note": "First appointment\nkept."}, "note"),
    )
    for who, where, typed, field in forms:
        reader = signed_in(app, cast, owner, who)
        held = reader.form(where)
        end_sign_in(cast, owner, who)
        with unchanged(owner):
            page = reader.post(where, held, **typed)
            again = sign_in_again(reader, cast, page, where, who)
        assert again.status_code == 200
        shown = held_by_form(again.text, at=where, to=where)
        assert shown[field].splitlines() == str(typed[field]).splitlines()


def test_whoever_has_several_roles_chooses_one_and_the_form_is_there(app: Flask, cast: Cast, owner: Database) -> None:
    kit = signed_in(app, cast, owner, "kit")
    held = kit.form(RAISE)
    end_sign_in(cast, owner, "kit")
    page = sign_in_again(kit, cast, kit.post(RAISE, held, **TYPED), RAISE, "kit")
    assert "In which role are you working now?" in words_on(page.text)
    choice = re.search(r'name="membership" type="radio" value="([^"]+)"', page.text)
    assert choice is not None
    chosen = kit.post(RAISE, held_by_form(page.text, at=RAISE, to=RAISE), membership=choice[1])
    as_typed(held_by_form(chosen.text, at=RAISE, to=RAISE))


def test_whoever_signed_in_again_in_another_window_finds_the_form_as_typed(
    app: Flask, cast: Cast, owner: Database
) -> None:
    rowan = signed_in(app, cast, owner, "rowan")
    held = rowan.form(RAISE)
    rowan.client.delete_cookie(app.config["SESSION_COOKIE_NAME"])
    rowan.send("/sign-in", email=cast.email("rowan"), password=PASSWORD)
    with unchanged(owner):
        answer = rowan.post(RAISE, held, **TYPED)
    assert answer.status_code == 403
    as_typed(held_by_form(answer.text, at=RAISE, to=RAISE))


def test_the_longest_form_there_can_be_is_kept_whole(app: Flask, cast: Cast, owner: Database) -> None:
    longest = dict.fromkeys(("fact", "opinion", "own_words", "strengths", "third_parties"), "\N{GRINNING FACE}" * LONG)
    assert character_name(longest["fact"][0]) == "GRINNING FACE"
    rowan = signed_in(app, cast, owner, "rowan")
    held = rowan.form(RAISE)
    end_sign_in(cast, owner, "rowan")
    page = rowan.post(RAISE, held, **about_a_person(**longest))
    again = sign_in_again(rowan, cast, page, RAISE, "rowan")
    assert held_by_form(again.text, at=RAISE, to=RAISE)["fact"] == longest["fact"]
