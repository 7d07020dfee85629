"""A password typed again proves one membership, one hash and five minutes; nothing else stands in for it."""

import hashlib
import time
from uuid import uuid4

import pytest

from portal.access.context import SETTING as CONTEXT
from portal.access.context import Wall, derive_key, sign
from portal.access.viewer import Role, Viewer
from portal.audit.models import AuditAction
from portal.db import Database
from portal.identity.front_desk import FrontDesk
from portal.identity.reauthentication import LIFETIME, is_proved, prove
from portal.identity.throttle import FREE_TRIES, Caller, Throttle, Throttled
from portal.identity.viewers import viewer_for_membership
from tests.conftest import SECRET
from tests.factories.accounts import PASSWORD, make_further_membership, make_member
from tests.factories.audit import lines_since, mark
from tests.factories.snapshot import unchanged

HASH = hashlib.sha256(b"a plan").hexdigest()
OTHER = hashlib.sha256(b"another plan").hexdigest()
WRONG = "a lantern by the mill"


def signatory(owner: Database) -> Viewer:
    return acting(owner, make_member(owner, role=Role.SIGNATORY).membership_id)


def acting(owner: Database, membership_id: object) -> Viewer:
    with owner.transaction() as session:
        viewer = viewer_for_membership(session, membership_id)  # type: ignore[arg-type]
    assert viewer is not None
    return viewer


def holds(wall: Wall, viewer: Viewer, proof: str, content_hash: str = HASH) -> bool:
    with wall.acting_as(viewer) as session:
        return is_proved(session, proof, content_hash=content_hash)


@pytest.fixture
def desk(wall: Wall) -> FrontDesk:
    return FrontDesk(wall, Throttle(wall.database, SECRET))


def test_the_right_password_proves_one_membership_and_one_hash(owner: Database, wall: Wall, desk: FrontDesk) -> None:
    me = signatory(owner)
    proof = desk.prove_again(me, PASSWORD, content_hash=HASH, request_id=uuid4())
    assert proof is not None
    assert PASSWORD not in proof
    assert holds(wall, me, proof)
    # Not for other bytes, not for somebody else, and not in another of one's own roles.
    assert not holds(wall, me, proof, OTHER)
    assert not holds(wall, signatory(owner), proof)
    other_hat = acting(owner, make_further_membership(owner, me.user_id, role=Role.SIGNATORY))
    assert not holds(wall, other_hat, proof)
    with wall.anonymously() as session:
        assert not is_proved(session, proof, content_hash=HASH)


def test_a_proof_ends_after_five_minutes(owner: Database, wall: Wall) -> None:
    me, now = signatory(owner), int(time.time())
    assert holds(wall, me, prove(wall, me, content_hash=HASH, expires_at=now + 5))
    assert not holds(wall, me, prove(wall, me, content_hash=HASH, expires_at=now - 1))
    assert int(prove(wall, me, content_hash=HASH).split("|")[1]) <= time.time() + LIFETIME.total_seconds()


def test_nothing_else_is_a_proof(owner: Database, wall: Wall) -> None:
    me = signatory(owner)
    proof = prove(wall, me, content_hash=HASH)
    payload, _, mac = proof.partition(".")
    later = payload.replace(payload.split("|")[1], str(int(time.time()) + 10_000))
    stranger = Wall(wall.database, derive_key("another secret that is quite as long"))
    forged = (
        "",
        "sign",
        payload,
        f"{payload}.",
        f"{payload}.{mac[:-1]}0" if mac[-1] != "0" else f"{payload}.{mac[:-1]}1",
        f"{later}.{mac}",
        f"{proof}.x",
        f" {proof}",
        proof.upper(),
        proof.replace("sign", "read"),
        prove(stranger, me, content_hash=HASH),
        # The context that every transaction carries is signed with the same key, and says something else.
        sign(derive_key(SECRET), me),
        wall.attest("sign", f"{HASH}|{me.membership_id}"),
        wall.attest("read", payload.removeprefix("sign|")),
        "x\0y",
        "\ud800",
        proof * 10,
    )
    for each in forged:
        assert not holds(wall, me, each), each[:40]


def test_a_proof_is_no_viewer(owner: Database, wall: Wall) -> None:
    me = signatory(owner)
    with wall.acting_as(me) as session:
        session.connection().exec_driver_sql(
            "select set_config(%s, %s, true)", (CONTEXT, prove(wall, me, content_hash=HASH))
        )
        with pytest.raises(Exception, match="bigint"):
            session.connection().exec_driver_sql("select viewer_membership()")
        session.rollback()


def test_a_wrong_password_proves_nothing_and_is_written_down(owner: Database, desk: FrontDesk) -> None:
    me, before = signatory(owner), mark(owner)
    with unchanged(owner):
        for wrong in (WRONG, "", "x" * 10_000, "\0"):
            assert desk.prove_again(me, wrong, content_hash=HASH, request_id=uuid4()) is None
        assert desk.prove_again(me, PASSWORD, content_hash=HASH, request_id=uuid4()) is not None
    lines = [(each.operation, each.action, each.outcome) for each in lines_since(owner, before)]
    refused, done = ("signInAgain", AuditAction.DENY, "REFUSED"), ("signInAgain", AuditAction.SIGN_IN, "DONE")
    assert lines == [refused] * 4 + [done]


def test_tries_are_counted_with_those_at_the_sign_in(owner: Database, desk: FrontDesk) -> None:
    member = make_member(owner, role=Role.SIGNATORY)
    me, caller, before = (
        acting(owner, member.membership_id),
        Caller(network=f"2001:db8::{uuid4().hex[:4]}"),
        mark(owner),
    )
    for _ in range(FREE_TRIES):
        assert desk.prove_again(me, WRONG, content_hash=HASH, request_id=uuid4(), caller=caller) is None
    with pytest.raises(Throttled):
        desk.prove_again(me, PASSWORD, content_hash=HASH, request_id=uuid4(), caller=caller)
    with pytest.raises(Throttled):
        desk.sign_in(email=member.email, password=PASSWORD, request_id=uuid4(), caller=caller)
    assert [line.outcome for line in lines_since(owner, before)].count("THROTTLED") == 2


def test_an_account_that_was_disabled_proves_nothing(owner: Database, desk: FrontDesk) -> None:
    me = signatory(owner)
    with owner.transaction() as session:
        session.connection().exec_driver_sql("update user_account set disabled_at = now() where id = %s", (me.user_id,))
    assert desk.prove_again(me, PASSWORD, content_hash=HASH, request_id=uuid4()) is None
