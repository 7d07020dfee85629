"""Decides what an anchor is: a seal by number and hash, signed, to be kept where whoever has this machine cannot reach.

A cut tail leaves a whole log behind. Only somebody who knows that there was more can miss it, so a checkpoint goes out
each week. It is a signed note (C2SP signed-note) of four lines and holds nothing of what any line says:

    concord audit checkpoint
    seal 4711
    chain 5f0c...
    made 2026-11-22T06:00:00.000000Z
"""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal.attestation import NotANote, PublicKey, SigningKey, read_note, write_note
from portal.audit.lines import moment as written
from portal.audit.models import AuditCheckpoint, AuditSeal
from portal.audit.sealing import PURPOSE, alone

EVERY = timedelta(days=7)
_TEXT = "concord audit checkpoint\nseal {number}\nchain {chain}\nmade {made}\n"
_NOTE = re.compile(
    r"concord audit checkpoint\nseal (?P<number>[1-9][0-9]{0,17})\nchain (?P<chain>[0-9a-f]{64})\nmade [0-9TZ:.-]+\n"
)
_WHOLE = re.compile(r"^concord audit checkpoint\n.*?^— [^\n]+$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """What a kept checkpoint says, and who signed it."""

    seal_number: int
    chain_hash: bytes
    text: str
    key_name: str
    key_id: str
    signature: bytes


def is_due(session: Session, *, moment: datetime) -> bool:
    """Whether seals were made since the last checkpoint, and that one is a week old; the first is due at once."""
    last = session.execute(
        select(func.max(AuditCheckpoint.seal_number).label("number"), func.max(AuditCheckpoint.at).label("at"))
    ).one()
    newest = session.scalar(select(func.max(AuditSeal.number)))
    return newest is not None and (last.number is None or (newest > last.number and moment - last.at >= EVERY))


def checkpoint(session: Session, key: SigningKey, *, moment: datetime) -> int | None:
    """Sign the newest seal as a checkpoint when one is due, and give its number; None when none is, or none may now."""
    if not alone(session) or not is_due(session, moment=moment):
        return None
    newest = session.execute(
        select(AuditSeal.number, AuditSeal.chain_hash).order_by(AuditSeal.number.desc()).limit(1)
    ).one()
    signature = key.sign(text_of(newest.number, newest.chain_hash, moment).encode())
    session.execute(
        insert(AuditCheckpoint).values(
            seal_number=newest.number,
            chain_hash=newest.chain_hash,
            at=moment,
            public_key=key.public.raw,
            signature=signature,
        )
    )
    number: int = newest.number
    return number


def text_of(number: int, chained: bytes, made: datetime) -> str:
    """What is signed of a checkpoint."""
    return _TEXT.format(number=number, chain=chained.hex(), made=written(made))


def kept(session: Session, *, seal_number: int | None = None) -> tuple[str, PublicKey] | None:
    """A checkpoint as it is kept outside, with what verifies it: the newest when none is named; None without any."""
    wanted = select(AuditCheckpoint).order_by(AuditCheckpoint.seal_number.desc()).limit(1)
    if seal_number is not None:
        wanted = wanted.where(AuditCheckpoint.seal_number == seal_number)
    found = session.scalar(wanted)
    if found is None:
        return None
    said = text_of(found.seal_number, found.chain_hash, found.at)
    key = PublicKey(f"concord-{PURPOSE}", found.public_key)
    return write_note(said, key, found.signature), key


def read_anchor(content: bytes) -> Anchor:
    """What a file says that somebody kept: a checkpoint, or the whole mail that it came in. Raises NotANote."""
    whole = _WHOLE.search(_text(content).replace("\r\n", "\n"))
    if whole is None:
        raise NotANote
    text, (name, key_id, signature) = read_note(whole.group() + "\n")
    said = _NOTE.fullmatch(text)
    if said is None:
        raise NotANote
    return Anchor(
        seal_number=int(said["number"]),
        chain_hash=bytes.fromhex(said["chain"]),
        text=text,
        key_name=name,
        key_id=key_id,
        signature=signature,
    )


def _text(content: bytes) -> str:
    message = email.message_from_bytes(content, policy=email.policy.default)
    if isinstance(message, EmailMessage) and message["Subject"] is not None:
        body = message.get_body(("plain",))
        return str(body.get_content()) if body is not None else ""
    return content.decode("utf-8", errors="replace")
