"""Signing in proves who somebody is, lasts while it is used, and ends everywhere at once when it must."""

import re
import time
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from portal.access.context import Wall
from portal.access.viewer import Role
from portal.audit.models import AuditAction
from portal.db import Database
from portal.identity.front_desk import FrontDesk
from portal.identity.models import UserSession
from portal.identity.sessions import ABSOLUTE, IDLE, NOTED_EVERY, SignedIn
from tests.factories.accounts import PASSWORD, Member, make_further_membership, make_member
from tests.factories.audit import lines_since, mark


@pytest.fixture
def desk(wall: Wall) -> FrontDesk:
    return FrontDesk(wall)


def sign_in(desk: FrontDesk, member: Member, *, password: str = PASSWORD) -> str | None:
    return desk.sign_in(email=member.email, password=password, request_id=uuid4())


def enter(desk: FrontDesk, member: Member) -> str:
    secret = sign_in(desk, member)
    assert secret is not None
    return secret


def who(desk: FrontDesk, secret: str) -> SignedIn:
    signed_in = desk.who(secret)
    assert signed_in is not None
    return signed_in


def sessions_of(owner: Database, member: Member) -> int:
    with owner.transaction() as session:
        found = session.scalar(
            select(func.count()).select_from(UserSession).where(UserSession.user_id == member.user_id)
        )
        assert found is not None
        return found


def move_back(owner: Database, secret: str, *, started: timedelta = timedelta(0), seen: timedelta) -> None:
    """Let time have passed since a session began and was last used."""
    from portal.identity.secret_values import digest

    with owner.transaction() as session:
        found = session.scalars(select(UserSession).where(UserSession.secret_hash == digest(secret))).one()
        found.started_at -= started
        found.last_seen_at -= seen


def test_the_right_password_signs_in_and_says_who(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner, role=Role.SERGEANT)
    signed_in = who(desk, enter(desk, me))
    assert (signed_in.user_id, signed_in.display_name) == (me.user_id, me.display_name)
    assert signed_in.viewer is not None
    assert signed_in.viewer.membership_id == me.membership_id


def test_an_address_is_the_same_in_capitals_and_with_spaces_around_it(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner)
    assert desk.sign_in(email=f" {me.email.upper()} ", password=PASSWORD, request_id=uuid4())


def test_every_sign_in_has_a_secret_of_its_own_of_which_only_a_hash_is_kept(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner)
    first, second = enter(desk, me), enter(desk, me)
    assert first != second
    assert len(first) >= 43  # 256 bits in base64.
    with owner.transaction() as session:
        stored = str(session.execute(text("select row_to_json(s)::text from user_session s")).all())
    assert first not in stored
    assert second not in stored


@pytest.mark.parametrize("wrong", ["wrong password", "unknown address", "disabled account", "nothing", "nul"])
def test_a_refused_sign_in_gives_nothing_and_is_written_down_without_the_address(
    desk: FrontDesk, owner: Database, wrong: str
) -> None:
    me = make_member(owner)
    email, password = me.email, PASSWORD
    if wrong == "wrong password":
        password = "a lantern by the sea"
    elif wrong == "unknown address":
        email = "nobody@agency.example"
    elif wrong == "nothing":
        email = password = ""
    elif wrong == "nul":
        email = f"{me.email}\0"
    else:
        with owner.transaction() as session:
            session.execute(text("update user_account set disabled_at = now() where id = :id"), {"id": me.user_id})
    before = mark(owner)
    assert desk.sign_in(email=email, password=password, request_id=uuid4()) is None
    assert sessions_of(owner, me) == 0
    [line] = lines_since(owner, before)
    assert (line.action, line.operation, line.outcome) == (AuditAction.DENY, "signIn", "REFUSED")
    assert line.membership_id is None
    assert line.user_id == (me.user_id if wrong in {"wrong password", "disabled account"} else None)


def test_signing_in_choosing_and_signing_out_are_written_down(desk: FrontDesk, owner: Database) -> None:
    me, before = make_member(owner), mark(owner)
    desk.sign_out(who(desk, enter(desk, me)), request_id=uuid4())
    lines = lines_since(owner, before)
    assert [(line.operation, line.user_id, line.membership_id) for line in lines] == [
        ("signIn", me.user_id, None),
        ("chooseMembership", me.user_id, me.membership_id),
        ("signOut", me.user_id, me.membership_id),
    ]
    assert {line.action for line in lines} == {AuditAction.SIGN_IN}
    assert not re.search("@", str([(line.operation, line.outcome) for line in lines]))


def test_a_made_up_secret_is_nobody(desk: FrontDesk) -> None:
    for secret in ("", "x", "\0", "\ud800", "x" * 10_000):
        assert desk.who(secret) is None


def test_somebody_with_two_memberships_acts_in_none_until_they_choose(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner)
    other = make_further_membership(owner, me.user_id, role=Role.SERVICE_ADMINISTRATOR)
    secret = enter(desk, me)
    signed_in = who(desk, secret)
    assert signed_in.viewer is None
    assert {choice.id for choice in desk.membership_choices(signed_in)} == {me.membership_id, other}
    for chosen in (other, me.membership_id):
        assert desk.choose_membership(secret, chosen, request_id=uuid4())
        viewer = who(desk, secret).viewer
        assert viewer is not None
        assert viewer.membership_id == chosen


def test_nobody_acts_in_the_membership_of_somebody_else(desk: FrontDesk, owner: Database) -> None:
    me, other = make_member(owner), make_member(owner)
    secret, before = enter(desk, me), mark(owner)
    assert not desk.choose_membership(secret, other.membership_id, request_id=uuid4())
    assert not desk.choose_membership(secret, uuid4(), request_id=uuid4())
    viewer = who(desk, secret).viewer
    assert viewer is not None
    assert viewer.membership_id == me.membership_id
    assert lines_since(owner, before) == []


def test_a_membership_that_has_ended_is_not_offered(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner)
    ended = make_further_membership(owner, me.user_id, role=Role.DPO)
    with owner.transaction() as session:
        session.execute(text("update membership set active_to = '2024-01-01' where id = :id"), {"id": ended})
    secret = enter(desk, me)
    signed_in = who(desk, secret)
    assert [choice.id for choice in desk.membership_choices(signed_in)] == [me.membership_id]
    # One is left, so there is nothing to choose.
    assert signed_in.viewer is not None
    assert not desk.choose_membership(secret, ended, request_id=uuid4())


def test_a_session_ends_after_an_hour_without_use(desk: FrontDesk, owner: Database) -> None:
    secret = enter(desk, make_member(owner))
    move_back(owner, secret, seen=IDLE - timedelta(minutes=2))
    assert desk.who(secret)
    move_back(owner, secret, seen=IDLE)
    assert desk.who(secret) is None


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(desk: FrontDesk, owner: Database) -> None:
    secret = enter(desk, make_member(owner))
    move_back(owner, secret, started=ABSOLUTE - timedelta(minutes=1), seen=timedelta(0))
    assert desk.who(secret)
    move_back(owner, secret, started=timedelta(minutes=1), seen=timedelta(0))
    assert desk.who(secret) is None


def test_use_is_written_down_at_most_once_a_minute(desk: FrontDesk, owner: Database) -> None:
    secret = enter(desk, make_member(owner))

    def last_seen() -> datetime:
        session_id = who(desk, secret).session_id
        with owner.transaction() as session:
            return session.execute(select(UserSession.last_seen_at).where(UserSession.id == session_id)).scalar_one()

    first = last_seen()
    assert last_seen() == first
    move_back(owner, secret, seen=NOTED_EVERY)
    moved = last_seen()
    assert moved > first
    assert last_seen() == moved


@pytest.mark.parametrize(
    "ending",
    [
        "update user_account set disabled_at = now() where id = :user",
        "update membership set active_to = '2024-01-01' where id = :membership",
        "update agency set active_to = '2024-01-01' where id = :agency",
    ],
)
def test_a_session_ends_at_once_with_its_account_its_membership_or_its_agency(
    desk: FrontDesk, owner: Database, ending: str
) -> None:
    me = make_member(owner)
    secret = enter(desk, me)
    with owner.transaction() as session:
        ids = {"user": me.user_id, "membership": me.membership_id, "agency": me.agency_id}
        session.execute(text(ending), {name: value for name, value in ids.items() if f":{name}" in ending})
    assert desk.who(secret) is None


def test_an_account_ends_also_for_somebody_who_has_chosen_no_membership(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner)
    make_further_membership(owner, me.user_id, role=Role.DPO)
    secret = enter(desk, me)
    assert who(desk, secret).viewer is None
    with owner.transaction() as session:
        session.execute(text("update user_account set disabled_at = now() where id = :id"), {"id": me.user_id})
    assert desk.who(secret) is None


def test_signing_out_ends_this_session_and_no_other(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner)
    here, elsewhere = enter(desk, me), enter(desk, me)
    desk.sign_out(who(desk, here), request_id=uuid4())
    assert desk.who(here) is None
    assert not desk.choose_membership(here, me.membership_id, request_id=uuid4())
    assert desk.who(elsewhere)


def test_a_role_that_changed_holds_on_the_next_request(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner, role=Role.SERGEANT)
    secret = enter(desk, me)
    with owner.transaction() as session:
        session.execute(text("update membership set role = 'OFFICER' where id = :id"), {"id": me.membership_id})
    viewer = who(desk, secret).viewer
    assert viewer is not None
    assert viewer.role is Role.OFFICER


def test_refusing_an_unknown_address_costs_as_much_as_refusing_a_wrong_password(
    desk: FrontDesk, owner: Database
) -> None:
    known = make_member(owner).email

    def cheapest(email: str) -> float:
        spent = []
        for _ in range(5):
            begun = time.process_time()
            assert desk.sign_in(email=email, password="a lantern by the sea", request_id=uuid4()) is None
            spent.append(time.process_time() - begun)
        return min(spent)

    # Without the check of a password the answer would come in a tenth of the time.
    assert cheapest("nobody@agency.example") > cheapest(known) / 2
