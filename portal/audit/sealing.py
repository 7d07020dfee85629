"""Decides how lines are sealed: those that wait become one Merkle tree, whose root is chained to every seal before it.

Which line stands in which seal is written down leaf by leaf, so a transaction that stays open delays its own lines.
A seal is signed: whoever has only the database can change lines and recompute every hash, and still cannot sign.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from portal.attestation import SigningKey
from portal.audit.lines import EVENT, hash_of, lines, moment
from portal.audit.merkle import merkle_root
from portal.audit.models import AuditLeaf, AuditPending, AuditSeal
from portal.db import now

# What one transaction reads, hashes and writes within a second or so; a backlog is sealed by as many as it takes. It
# may become smaller and not larger: verification takes a seal of fewer lines as one after which nothing waited.
BATCH = 1000
# A line that has waited for longer is a fault. The worker seals each second; a restart takes some.
LAG_LIMIT = timedelta(seconds=60)
# What stands before the first seal.
GENESIS = bytes(32)
PURPOSE = "audit"
# Any fixed number would do; whoever holds it is the one that adds to the chain.
_ONE_AT_A_TIME = 0x5EA1


def sealing_key(secret: str) -> SigningKey:
    """The key of this installation that signs seals and checkpoints."""
    return SigningKey(secret, purpose=PURPOSE)


def alone(session: Session) -> bool:
    """Whether this transaction is now the one that may add to the chain; false while another one is."""
    return bool(session.scalar(select(text("pg_try_advisory_xact_lock(:number)")), {"number": _ONE_AT_A_TIME}))


def seal(session: Session, key: SigningKey) -> int:
    """Seal what waits, at most one batch, and give how many lines that was; none while another worker does it.

    A line that waits and is gone stays waiting, where readiness and verification find it.
    """
    if not alone(session):
        return 0
    waiting = session.scalars(select(AuditPending.audit_event_id).order_by(AuditPending.audit_event_id).limit(BATCH))
    numbers = list(waiting)
    if not numbers:
        return 0
    found = session.execute(lines().where(EVENT.c.id.in_(numbers)).order_by(EVENT.c.id)).mappings().all()
    if found:
        _add(session, key, [(line["id"], hash_of(line)) for line in found])
    return len(found)


def _add(session: Session, key: SigningKey, leaves: Sequence[tuple[int, bytes]]) -> None:
    last = session.execute(
        select(AuditSeal.number, AuditSeal.chain_hash).order_by(AuditSeal.number.desc()).limit(1)
    ).one_or_none()
    made: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "sealed_at": now(),
        "merkle_root": merkle_root([hashed for _, hashed in leaves]),
        "leaf_count": len(leaves),
        "previous_hash": last.chain_hash if last else GENESIS,
    }
    made["chain_hash"] = chain_hash(made)
    made["signature"] = key.sign(to_sign(made["chain_hash"]))
    session.execute(insert(AuditSeal).values(made))
    session.execute(
        insert(AuditLeaf),
        [
            {"seal_number": made["number"], "position": position, "audit_event_id": line, "hash": hashed}
            for position, (line, hashed) in enumerate(leaves)
        ],
    )
    session.execute(delete(AuditPending).where(AuditPending.audit_event_id.in_([line for line, _ in leaves])))


def chain_hash(seal: Mapping[str, Any]) -> bytes:
    """What binds a seal to everything before it: the hash of all it says and of the seal before, in canonical JSON."""
    sealed_at: datetime = seal["sealed_at"]
    content = {
        "number": str(seal["number"]),
        "sealed_at": moment(sealed_at),
        "merkle_root": seal["merkle_root"].hex(),
        "leaf_count": str(seal["leaf_count"]),
        "previous_hash": seal["previous_hash"].hex(),
    }
    return hashlib.sha256(rfc8785.dumps(content)).digest()


def to_sign(chained: bytes) -> bytes:
    """What is signed of a seal: its chain hash, after words that keep it from being taken for anything else."""
    return b"concord audit seal\n" + chained
