"""The database believes only a context that this installation signed, for a minute, and for one transaction."""

import hashlib
import hmac
import time
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from portal.access.context import SETTING, Wall, derive_key, sign
from portal.db import Database
from portal.operations.embedded import DatabaseUrls
from tests.access.scene import Scene
from tests.conftest import SECRET

KEY = derive_key(SECRET)
COUNT = text("select (select count(*) from flag) + (select count(*) from disclosure) + (select count(*) from person)")
SET = text("select set_config(:setting, :context, true)")


def rows(session: Session, context: str) -> int:
    """How many personal rows show under a context."""
    session.execute(SET, {"setting": SETTING, "context": context})
    return int(session.scalar(COUNT) or 0)


def in_a_moment() -> int:
    return int(time.time()) + 60


def test_a_signed_context_shows_its_viewers_rows_and_no_context_shows_none(scene: Scene) -> None:
    with scene.wall.anonymously() as session:
        assert session.scalar(COUNT) == 0
        assert rows(session, sign(KEY, scene.author)) > 0
        assert rows(session, "") == 0


def test_a_context_without_audiences_shows_nothing(scene: Scene) -> None:
    with scene.wall.anonymously() as session:
        assert rows(session, sign(KEY, replace(scene.author, audience_ids=()))) == 0


def _forgeries(scene: Scene) -> dict[str, str]:
    genuine = sign(KEY, scene.stranger)
    payload, mac = genuine.rsplit(".", 1)
    audiences = ",".join(map(str, scene.author.audience_ids))
    wanted = f"{in_a_moment()}|{scene.author.membership_id}|{audiences}"
    return {
        "no signature": wanted,
        "empty signature": f"{wanted}.",
        "another payload's signature": f"{wanted}.{mac}",
        "another key": sign(derive_key("a secret that this installation does not have"), scene.author),
        "no key": f"{wanted}.{hmac.new(b'', wanted.encode(), hashlib.sha256).hexdigest()}",
        "a plain hash": f"{wanted}.{hashlib.sha256(wanted.encode()).hexdigest()}",
        "one more audience": f"{payload},{scene.author.audience_ids[0]}.{mac}",
        "a longer life": f"{int(payload.split('|')[0]) + 1}{payload[10:]}.{mac}",
        "a signature in capitals": f"{payload}.{mac.upper()}",
        "something after the signature": f"{payload}.{mac} ",
        "two payloads": f"{wanted}.{payload}.{mac}",
        "words": "everything",
        "only separators": "||.",
        "quotes": "' or true --",
        "past its expiry": sign(KEY, scene.author, expires_at=int(time.time()) - 1),
        "replayed an hour later": sign(KEY, scene.author, expires_at=int(time.time()) - 3540),
        "from the beginning of time": sign(KEY, scene.author, expires_at=0),
    }


def test_a_forged_changed_or_expired_context_is_refused(scene: Scene) -> None:
    for name, context in _forgeries(scene).items():
        with pytest.raises(ProgrammingError, match="viewer context is refused"), scene.wall.anonymously() as session:
            assert rows(session, context) == 0, name


def test_changing_the_installations_secret_ends_every_context(scene: Scene, owner: Database) -> None:
    context = sign(KEY, scene.author)
    change = text("update viewer_context_key set inner_pad = outer_pad, outer_pad = inner_pad")
    with Session(owner.engine) as session:
        session.execute(change)
        session.execute(SET, {"setting": SETTING, "context": context})
        with pytest.raises(ProgrammingError, match="viewer context is refused"):
            session.scalar(text("select viewer_membership()"))
        session.rollback()


def test_a_pooled_connection_never_carries_a_viewer_over(scene: Scene, urls: DatabaseUrls) -> None:
    database = Database.connect(urls.web, pool_size=1, max_overflow=0)
    one_connection = Wall(database, KEY)
    try:
        with one_connection.acting_as(scene.author) as session:
            before = session.scalar(text("select pg_backend_pid()"))
            assert session.scalar(COUNT)
        with database.transaction() as session:
            assert session.scalar(text("select pg_backend_pid()")) == before
            assert not session.scalar(text(f"select current_setting('{SETTING}', true)"))
            assert session.scalar(COUNT) == 0
        with pytest.raises(ZeroDivisionError), one_connection.acting_as(scene.author):
            raise ZeroDivisionError
        with one_connection.acting_as(scene.stranger) as session:
            assert not session.execute(text("select from flag where id = :id"), {"id": scene.flag_id}).all()
        with one_connection.anonymously() as session:
            assert session.scalar(COUNT) == 0
    finally:
        database.dispose()


def test_a_context_that_injected_sql_left_on_a_connection_is_not_believed_afterwards(
    scene: Scene, urls: DatabaseUrls
) -> None:
    database = Database.connect(urls.web, pool_size=1, max_overflow=0)
    one_connection = Wall(database, KEY)
    try:
        with one_connection.acting_as(scene.author) as session:
            session.execute(text(f"select set_config('{SETTING}', current_setting('{SETTING}'), false)"))
        with one_connection.anonymously() as session:
            assert session.scalar(COUNT) == 0
    finally:
        database.dispose()
