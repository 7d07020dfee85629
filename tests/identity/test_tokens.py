"""A bearer token acts in one membership, for at most an hour."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from portal.errors import NotFound
from portal.identity.models import AccessToken
from portal.identity.secret_values import digest
from portal.identity.tokens import LONGEST, issue_token, viewer_for_token
from tests.factories.accounts import Member, make_member
from tests.factories.audit import lines_since, mark


def issue(owner: Database, member: Member, *, lifetime: timedelta = LONGEST) -> str:
    with owner.transaction() as session:
        return issue_token(session, membership_id=member.membership_id, lifetime=lifetime, request_id=uuid4())


def viewer_of(wall: Wall, secret: str) -> Viewer | None:
    with wall.anonymously() as session:
        return viewer_for_token(session, secret)


def change(owner: Database, statement: str, **values: object) -> None:
    with owner.transaction() as session:
        session.execute(text(statement), values)


def test_a_token_acts_as_its_membership(wall: Wall, owner: Database) -> None:
    me = make_member(owner)
    viewer = viewer_of(wall, issue(owner, me))
    assert viewer is not None
    assert viewer.membership_id == me.membership_id
    assert viewer.audience_ids


def test_only_the_hash_of_a_token_is_kept(owner: Database) -> None:
    secret = issue(owner, make_member(owner))
    with owner.transaction() as session:
        token = session.scalars(select(AccessToken).where(AccessToken.secret_hash == digest(secret))).one()
        assert secret not in str(session.execute(text("select row_to_json(t)::text from access_token t")).all())
        assert token.expires_at - token.issued_at <= timedelta(hours=1)


def test_issuing_a_token_is_written_down(owner: Database) -> None:
    me, before = make_member(owner), mark(owner)
    secret = issue(owner, me)
    [line] = lines_since(owner, before)
    assert (line.operation, line.user_id, line.membership_id) == ("issueToken", me.user_id, me.membership_id)
    assert secret not in str(vars(line))


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1), timedelta(hours=1, microseconds=1)])
def test_a_token_lives_for_an_hour_at_most(owner: Database, lifetime: timedelta) -> None:
    me, before = make_member(owner), mark(owner)
    with pytest.raises(ValueError, match="at most"):
        issue(owner, me, lifetime=lifetime)
    assert lines_since(owner, before) == []


def test_a_late_a_revoked_and_an_unknown_token_open_nothing(wall: Wall, owner: Database) -> None:
    late, revoked = (issue(owner, make_member(owner)) for _ in range(2))
    change(owner, "update access_token set expires_at = now() where secret_hash = :hash", hash=digest(late))
    change(owner, "update access_token set revoked_at = now() where secret_hash = :hash", hash=digest(revoked))
    for secret in (late, revoked, "unknown", "", "\0"):
        assert viewer_of(wall, secret) is None


def test_a_token_ends_with_its_membership_and_its_account(wall: Wall, owner: Database) -> None:
    left, disabled = make_member(owner), make_member(owner)
    secrets = [issue(owner, left), issue(owner, disabled)]
    change(owner, "update membership set active_to = '2024-01-01' where id = :id", id=left.membership_id)
    change(owner, "update user_account set disabled_at = now() where id = :id", id=disabled.user_id)
    assert [viewer_of(wall, secret) for secret in secrets] == [None, None]


def test_no_token_is_issued_for_a_membership_that_has_ended(owner: Database) -> None:
    me = make_member(owner)
    change(owner, "update membership set active_to = '2024-01-01' where id = :id", id=me.membership_id)
    with pytest.raises(NotFound):
        issue(owner, me)


def test_the_web_role_cannot_issue_a_token(wall: Wall, owner: Database) -> None:
    me = make_member(owner)
    with pytest.raises(ProgrammingError, match="permission denied"), wall.anonymously() as session:
        issue_token(session, membership_id=me.membership_id, request_id=uuid4())
    with owner.transaction() as session:
        assert session.scalars(select(AccessToken).where(AccessToken.membership_id == me.membership_id)).all() == []
