"""A one-time link sets a password once, and everything that rested on the old one ends."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from portal.access.context import Wall
from portal.db import Database
from portal.identity import one_time_links
from portal.identity.front_desk import FrontDesk
from portal.identity.models import OneTimeLink
from portal.identity.secret_values import digest
from tests.factories.accounts import PASSWORD, Member, make_member
from tests.factories.audit import lines_since, mark

NEW = "two owls on the gate"


@pytest.fixture
def desk(wall: Wall) -> FrontDesk:
    return FrontDesk(wall)


def link_for(owner: Database, member: Member) -> str:
    with owner.transaction() as session:
        return one_time_links.issue(session, user_id=member.user_id)


def signs_in(desk: FrontDesk, member: Member, password: str) -> bool:
    return desk.sign_in(email=member.email, password=password, request_id=uuid4()) is not None


def test_a_link_sets_a_password_once(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner)
    link = link_for(owner, me)
    assert desk.link_is_open(link)
    assert desk.set_password(link, NEW, request_id=uuid4())
    assert signs_in(desk, me, NEW)
    assert not signs_in(desk, me, PASSWORD)
    assert not desk.link_is_open(link)
    assert not desk.set_password(link, PASSWORD, request_id=uuid4())
    assert signs_in(desk, me, NEW)


def test_a_link_gives_a_first_password_too(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner)
    with owner.transaction() as session:
        session.execute(text("delete from credential where user_id = :id"), {"id": me.user_id})
    assert not signs_in(desk, me, PASSWORD)
    assert desk.set_password(link_for(owner, me), NEW, request_id=uuid4())
    assert signs_in(desk, me, NEW)


def test_a_new_password_ends_every_session_and_every_other_link(desk: FrontDesk, owner: Database) -> None:
    me, other = make_member(owner), make_member(owner)
    mine = desk.sign_in(email=me.email, password=PASSWORD, request_id=uuid4())
    theirs = desk.sign_in(email=other.email, password=PASSWORD, request_id=uuid4())
    assert mine
    assert theirs
    spare, link = link_for(owner, me), link_for(owner, me)
    assert desk.set_password(link, NEW, request_id=uuid4())
    assert desk.who(mine) is None
    assert desk.who(theirs) is not None
    assert not desk.link_is_open(spare)


@pytest.mark.parametrize("ended", ["late", "disabled account", "unknown"])
def test_a_link_that_has_ended_changes_nothing(desk: FrontDesk, owner: Database, ended: str) -> None:
    me = make_member(owner)
    link = "unknown" if ended == "unknown" else link_for(owner, me)
    with owner.transaction() as session:
        if ended == "late":
            session.execute(update_expiry, {"hash": digest(link)})
        elif ended == "disabled account":
            session.execute(text("update user_account set disabled_at = now() where id = :id"), {"id": me.user_id})
    before = mark(owner)
    assert not desk.link_is_open(link)
    assert not desk.set_password(link, NEW, request_id=uuid4())
    assert lines_since(owner, before) == []
    with owner.transaction() as session:
        session.execute(text("update user_account set disabled_at = null where id = :id"), {"id": me.user_id})
    assert signs_in(desk, me, PASSWORD)


update_expiry = text("update one_time_link set expires_at = now() where secret_hash = :hash")


def test_a_weak_password_leaves_the_link_open(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner)
    link = link_for(owner, me)
    with pytest.raises(ValueError, match="at least"):
        desk.set_password(link, "short", request_id=uuid4())
    assert desk.link_is_open(link)
    assert signs_in(desk, me, PASSWORD)


def test_a_link_is_kept_as_a_hash_and_ends_after_three_days(owner: Database) -> None:
    me = make_member(owner)
    link = link_for(owner, me)
    with owner.transaction() as session:
        stored = session.scalars(select(OneTimeLink).where(OneTimeLink.secret_hash == digest(link))).one()
        hours = session.scalar(
            text("select extract(epoch from expires_at - now()) / 3600 from one_time_link where id = :id"),
            {"id": stored.id},
        )
        assert link not in str(session.execute(text("select row_to_json(l)::text from one_time_link l")).all())
    assert hours is not None
    assert 0 < float(hours) <= timedelta(days=3).total_seconds() / 3600


def test_setting_a_password_is_written_down_without_it(desk: FrontDesk, owner: Database) -> None:
    me = make_member(owner)
    link, before = link_for(owner, me), mark(owner)
    assert desk.set_password(link, NEW, request_id=uuid4())
    [line] = lines_since(owner, before)
    assert (line.operation, line.user_id, line.membership_id) == ("setPassword", me.user_id, None)
    assert NEW not in str(vars(line))
    assert link not in str(vars(line))


def test_nobody_issues_a_link_while_nobody_is_known(wall: Wall, owner: Database) -> None:
    me = make_member(owner)
    with pytest.raises(ProgrammingError, match="row-level security"), wall.anonymously() as session:
        one_time_links.issue(session, user_id=me.user_id)
