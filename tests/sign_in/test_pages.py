"""Signing in by hand: one answer to every wrong try, a new secret every time, and an end that is one."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal.access.viewer import Role
from portal.db import Database
from portal.identity import one_time_links
from portal.identity.models import UserSession
from tests.factories.accounts import PASSWORD, Member, make_further_membership, make_member
from tests.factories.audit import lines_since, mark
from tests.sign_in.visitor import Visitor, flags_of, without_token

NEW = "two owls on the gate"


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


def live_sessions(owner: Database, member: Member) -> int:
    with owner.transaction() as session:
        return session.execute(
            select(func.count())
            .select_from(UserSession)
            .where(UserSession.user_id == member.user_id, UserSession.ended_at.is_(None))
        ).scalar_one()


def is_inside(visitor: Visitor) -> bool:
    """Whether the sign-in page sends this visitor on, as it does with somebody who is signed in."""
    return visitor.get("/sign-in").status_code == 303


def test_somebody_with_one_membership_signs_in_and_is_where_they_wanted_to_be(
    visitor: Visitor, owner: Database
) -> None:
    me = make_member(owner)
    assert visitor.get("/flags?queue=MINE").location == "/sign-in?next=/flags?queue%3DMINE"
    page = visitor.get("/sign-in?next=/flags?queue%3DMINE")
    assert 'name="next" value="/flags?queue=MINE"' in page.text
    response = visitor.sign_in(me, next="/flags?queue=MINE")
    assert (response.status_code, response.location) == (303, "/flags?queue=MINE")
    assert is_inside(visitor)


def test_without_a_wish_the_first_page_comes(visitor: Visitor, owner: Database) -> None:
    assert visitor.sign_in(make_member(owner)).location == "/"


@pytest.mark.parametrize("wanted", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"])
def test_nobody_is_sent_to_another_site(visitor: Visitor, owner: Database, wanted: str) -> None:
    assert "elsewhere" not in visitor.client.get("/sign-in", query_string={"next": wanted}).text
    assert visitor.sign_in(make_member(owner), next=wanted).location == "/"


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(app: Flask, owner: Database) -> None:
    me, gone = make_member(owner), make_member(owner)
    with owner.transaction() as session:
        session.execute(text("update user_account set disabled_at = now() where id = :id"), {"id": gone.user_id})
    answers = set()
    for email, password in (
        (me.email, "a lantern by the sea"),
        (gone.email, PASSWORD),
        (f"{uuid4().hex}@agency.example", PASSWORD),
    ):
        other = Visitor(app)
        response = other.send("/sign-in", email=email, password=password)
        assert password not in response.text
        assert not is_inside(other)
        answers.add((response.status_code, without_token(response.text.replace(email, ""))))
    [(status, page)] = answers
    assert status == 422
    assert "The e-mail address or the password is not right." in page
    assert live_sessions(owner, me) == live_sessions(owner, gone) == 0


@pytest.mark.parametrize(("email", "password"), [("", ""), ("x", ""), ("", "x")])
def test_what_was_left_out_is_asked_for(visitor: Visitor, owner: Database, email: str, password: str) -> None:
    before = mark(owner)
    response = visitor.send("/sign-in", email=email, password=password)
    assert response.status_code == 422
    assert ("Enter your e-mail address." in response.text) == (not email)
    assert ("Enter your password." in response.text) == (not password)
    assert lines_since(owner, before) == []


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Visitor, owner: Database) -> None:
    flags = flags_of(visitor.sign_in(make_member(owner)), "concord")
    assert flags == {"httponly": True, "samesite": "Lax", "path": "/"}


def test_the_cookie_of_a_real_installation_travels_over_https_only(secure_app: Flask, owner: Database) -> None:
    visitor = Visitor(secure_app)
    flags = flags_of(visitor.sign_in(make_member(owner)), "__Host-concord")
    assert flags == {"httponly": True, "samesite": "Lax", "path": "/", "secure": True}
    assert is_inside(visitor)


def test_the_cookie_holds_nothing_about_anybody(app: Flask, visitor: Visitor, owner: Database) -> None:
    me = make_member(owner)
    visitor.sign_in(me)
    with visitor.client.session_transaction() as kept:
        assert set(kept) <= {"_user_id", "_fresh", "_id", "csrf_token"}
        said = str(dict(kept))
    for secret in (me.email, me.display_name, str(me.user_id), str(me.membership_id), app.secret_key):
        assert str(secret) not in said


def test_a_cookie_from_before_the_sign_in_is_worth_nothing_after_it(
    app: Flask, visitor: Visitor, owner: Database
) -> None:
    me = make_member(owner)
    visitor.get("/sign-in")
    planted = visitor.cookie
    assert planted is not None
    visitor.sign_in(me)
    assert visitor.cookie != planted
    attacker = Visitor(app)
    attacker.take(planted)
    assert not is_inside(attacker)


def test_signing_in_as_somebody_else_ends_the_session_this_browser_had(
    app: Flask, visitor: Visitor, owner: Database
) -> None:
    first, second = make_member(owner), make_member(owner)
    visitor.sign_in(first)
    noted = visitor.cookie
    assert noted is not None
    # A form that was open before, in another tab.
    visitor.send("/sign-in", form_at="/sign-in/membership", email=second.email, password=PASSWORD)
    assert live_sessions(owner, first) == 0
    assert live_sessions(owner, second) == 1
    copy = Visitor(app)
    copy.take(noted)
    assert not is_inside(copy)


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(
    app: Flask, visitor: Visitor, owner: Database
) -> None:
    me = make_member(owner)
    visitor.sign_in(me)
    noted = visitor.cookie
    assert noted is not None
    response = visitor.send("/sign-out", form_at="/sign-in/membership")
    assert (response.status_code, response.location) == (303, "/sign-in")
    assert not is_inside(visitor)
    copy = Visitor(app)
    copy.take(noted)
    assert not is_inside(copy)
    assert live_sessions(owner, me) == 0


def test_signing_out_is_never_a_link(visitor: Visitor, owner: Database) -> None:
    me = make_member(owner)
    visitor.sign_in(me)
    assert visitor.get("/sign-out").status_code in {404, 405}
    assert live_sessions(owner, me) == 1


def test_a_form_from_another_site_does_nothing(visitor: Visitor, owner: Database) -> None:
    me, before = make_member(owner), mark(owner)
    response = visitor.client.post("/sign-in", data={"email": me.email, "password": PASSWORD})
    assert response.status_code == 403
    assert live_sessions(owner, me) == 0
    assert lines_since(owner, before) == []
    visitor.sign_in(me)
    assert visitor.client.post("/sign-out").status_code == 403
    assert live_sessions(owner, me) == 1


def test_somebody_with_two_memberships_chooses_and_can_change(visitor: Visitor, owner: Database) -> None:
    me = make_member(owner, role=Role.PRACTITIONER)
    other = make_further_membership(owner, me.user_id, role=Role.SERVICE_ADMINISTRATOR)
    response = visitor.sign_in(me, next="/flags")
    assert response.location == "/sign-in/membership?next=/flags"
    page = visitor.get("/sign-in/membership?next=/flags").text
    assert str(me.membership_id) in page
    assert str(other) in page
    for chosen in (other, me.membership_id):
        before = mark(owner)
        response = visitor.send("/sign-in/membership", membership=str(chosen), next="/flags")
        assert (response.status_code, response.location) == (303, "/flags")
        [line] = lines_since(owner, before)
        assert (line.operation, line.membership_id) == ("chooseMembership", chosen)


@pytest.mark.parametrize("typed", ["", "x", "00000000-0000-0000-0000-000000000000", "somebody else's"])
def test_only_an_own_membership_can_be_chosen(visitor: Visitor, owner: Database, typed: str) -> None:
    me = make_member(owner)
    make_further_membership(owner, me.user_id, role=Role.CLINICIAN)
    foreign = make_member(owner).membership_id
    visitor.sign_in(me)
    before = mark(owner)
    response = visitor.send("/sign-in/membership", membership=str(foreign) if "else" in typed else typed)
    assert response.status_code == 422
    assert lines_since(owner, before) == []
    assert visitor.get("/flags").location.startswith("/sign-in/membership")


def test_somebody_without_a_membership_gets_no_further_than_the_question(visitor: Visitor, owner: Database) -> None:
    me = make_member(owner)
    with owner.transaction() as session:
        session.execute(text("update membership set active_to = '2024-01-01' where id = :id"), {"id": me.membership_id})
    assert visitor.sign_in(me).location.startswith("/sign-in/membership")
    assert "You have no role today" in visitor.get("/sign-in/membership").text
    assert visitor.get("/flags").location.startswith("/sign-in/membership")


def test_an_account_that_is_disabled_is_out_on_the_next_page(visitor: Visitor, owner: Database) -> None:
    me = make_member(owner)
    visitor.sign_in(me)
    assert is_inside(visitor)
    with owner.transaction() as session:
        session.execute(text("update user_account set disabled_at = now() where id = :id"), {"id": me.user_id})
    assert visitor.get("/flags").location.startswith("/sign-in?")


def link_for(owner: Database, member: Member) -> str:
    with owner.transaction() as session:
        return f"/set-password/{one_time_links.issue(session, user_id=member.user_id)}"


def test_a_one_time_link_sets_a_password_and_then_no_more(visitor: Visitor, owner: Database) -> None:
    me = make_member(owner)
    link = link_for(owner, me)
    response = visitor.send(link, password=NEW, again=NEW)
    assert (response.status_code, response.location) == (303, "/sign-in")
    assert "Your password is set." in visitor.get("/sign-in").text
    assert "Your password is set." not in visitor.get("/sign-in").text
    assert visitor.sign_in(me, password=NEW).location == "/"
    used, unknown = visitor.get(link), visitor.get("/set-password/unknown")
    assert used.status_code == unknown.status_code == 404
    assert without_token(used.text) == without_token(unknown.text)


@pytest.mark.parametrize(
    ("password", "again", "message"),
    [
        ("short", "short", "at least 12 characters"),
        ("x" * 129, "x" * 129, "at most 128 characters"),
        (NEW, "two owls on the fence", "Enter the same password twice."),
        (NEW, "", "Enter the same password twice."),
    ],
)
def test_a_password_that_will_not_do_leaves_the_link_open(
    visitor: Visitor, owner: Database, password: str, again: str, message: str
) -> None:
    me = make_member(owner)
    link = link_for(owner, me)
    response = visitor.send(link, password=password, again=again)
    assert response.status_code == 422
    assert message in response.text
    assert f'value="{password}"' not in response.text
    assert visitor.get(link).status_code == 200
    assert visitor.sign_in(me).location == "/"


def test_a_link_that_has_ended_says_nothing_about_the_password(visitor: Visitor, owner: Database) -> None:
    link = link_for(owner, make_member(owner))
    visitor.send(link, password=NEW, again=NEW)
    for password in (NEW, "short"):
        response = visitor.send(link, form_at="/sign-in", password=password, again=password)
        assert response.status_code == 404
        assert "This link does not work" in response.text
