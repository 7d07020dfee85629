"""Decides whether the log is what was sealed: each line against its leaf, each leaf's seal, the chain, the signatures.

It reads the log once, in order, and holds one seal at a time, so that its length does not matter.
"""

import heapq
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby, islice
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from portal.access.models import Root
from portal.attestation import PublicKey, signer
from portal.audit.checkpoints import Anchor, text_of
from portal.audit.lines import EVENT, hash_of, subjects
from portal.audit.merkle import merkle_root
from portal.audit.models import AuditCheckpoint, AuditLeaf, AuditPending, AuditSeal, AuditSubject, AuditSubjectKey
from portal.audit.sealing import BATCH, GENESIS, LAG_LIMIT, chain_hash, to_sign

# What clocks of several machines and a slow transaction may differ by; more is a line that came in afterwards.
PLAY = timedelta(minutes=10)
AT_A_TIME = 1000
# Numbers that are missing are named one by one up to here.
NAMED = 100


class Fault(StrEnum):
    """What can be wrong, as a sentence for whoever checks."""

    LINE_CHANGED = "Line {line} was changed after it was sealed in seal {seal}."
    LINE_GONE = "Line {line} of seal {seal} is gone."
    LEAVES_CHANGED = "What seal {seal} was made of was changed: lines were added, removed or moved."
    SEAL_CHANGED = "Seal {seal} was changed."
    SEAL_GONE = "Seal {seal} is gone."
    OUT_OF_ORDER = "Seal {seal} does not follow the seal before it."
    NOT_SIGNED = "Seal {seal} was not signed by this installation."
    CAME_LATE = "Line {line} of seal {seal} came into the log long before or after the time it gives."
    NEVER_SEALED = "Line {line} was never sealed; by the time it gives it belongs in seal {seal}."
    WAITS = "Line {line} has waited longer than a minute to be sealed: does the worker run?"
    NO_LINE = "Line {line} is not there, or is sealed already, and waits to be sealed."
    NO_LINE_OF_SUBJECT = "Line {line} is not there, and its subjects are."
    CHECKPOINT_CHANGED = "The checkpoint of seal {seal} is not one that this installation signed."
    CHECKPOINT_DIFFERS = "Seal {seal} is not the one that its checkpoint holds."
    ANCHOR_NOT_SIGNED = "The anchor of seal {seal} was not signed by this installation."
    ANCHOR_GONE = "Seal {seal}, which the anchor holds, is gone: the end of the log was cut off."
    ANCHOR_DIFFERS = "Seal {seal} is not the one that the anchor holds: the log was written anew."
    KEY_CHANGED = "The key that leads from record {record} to its lines was changed; the first is in seal {seal}."
    KEY_GONE = "No key leads from record {record} to its lines."
    KEY_LEADS_NOWHERE = "The key of record {record} leads to no line, not even the one that tells how it began."


@dataclass(frozen=True, kw_only=True)
class Found:
    """One fault, and where."""

    fault: Fault
    seal: int | None = None
    line: int | None = None
    record: UUID | None = None

    def __str__(self) -> str:
        return self.fault.format(seal=self.seal or "none", line=self.line, record=self.record)


def faults(session: Session, *, keys: Sequence[PublicKey], anchor: Anchor | None, moment: datetime) -> Iterator[Found]:
    """Everything that is wrong with the log, in one reading, as the owner.

    `keys` are those that may have signed, the present one first.
    """
    yield from _sealed(session, keys)
    yield from _unsealed(session, moment)
    yield from _checkpoints(session, keys)
    if anchor is not None:
        yield from _anchored(session, keys, anchor)
    yield from _keys(session)


def _sealed(session: Session, keys: Sequence[PublicKey]) -> Iterator[Found]:
    expected, previous, drained_at = 1, GENESIS, None
    for number, seal, leaves in _together(session):
        for missing in islice(range(expected, number), NAMED):
            yield Found(fault=Fault.SEAL_GONE, seal=missing)
        expected = number + 1
        yield from _lines(number, leaves)
        if seal is None:
            yield Found(fault=Fault.SEAL_GONE, seal=number)
            continue
        yield from _one(seal, leaves, previous, keys)
        yield from _late(seal, leaves, drained_at)
        previous = seal["chain_hash"]
        # Fewer than a batch: nothing else waited at that moment.
        drained_at = seal["sealed_at"] if seal["leaf_count"] < BATCH else drained_at


def _together(session: Session) -> Iterator[tuple[int, Mapping[Any, Any] | None, Sequence[Mapping[Any, Any]]]]:
    """Each seal with its leaves, by number; None for the seal where only leaves are left."""
    leaf = AuditLeaf.__table__
    with_lines = (
        select(leaf, EVENT, subjects().label("subjects"))
        .outerjoin(EVENT, EVENT.c.id == leaf.c.audit_event_id)
        .order_by(leaf.c.seal_number, leaf.c.position)
    )
    seals = ((seal["number"], seal) for seal in _read(session, select(AuditSeal.__table__).order_by(AuditSeal.number)))
    # A group is read before the next is asked for, as groupby wants it.
    groups = (
        (number, list(group)) for number, group in groupby(_read(session, with_lines), key=itemgetter("seal_number"))
    )
    both: Iterator[tuple[int, Any]] = heapq.merge(seals, groups, key=itemgetter(0))
    for number, found in groupby(both, key=itemgetter(0)):
        parts = [part for _, part in found]
        leaves = next((part for part in parts if isinstance(part, list)), [])
        yield number, next((part for part in parts if not isinstance(part, list)), None), leaves


def _lines(number: int, leaves: Sequence[Mapping[Any, Any]]) -> Iterator[Found]:
    for leaf in leaves:
        if leaf["id"] is None:
            yield Found(fault=Fault.LINE_GONE, seal=number, line=leaf["audit_event_id"])
        elif hash_of(leaf) != leaf["hash"]:
            yield Found(fault=Fault.LINE_CHANGED, seal=number, line=leaf["audit_event_id"])


def _one(
    seal: Mapping[Any, Any], leaves: Sequence[Mapping[Any, Any]], previous: bytes, keys: Sequence[PublicKey]
) -> Iterator[Found]:
    number = seal["number"]
    in_place = [leaf["position"] for leaf in leaves] == list(range(seal["leaf_count"]))
    if not in_place or merkle_root([leaf["hash"] for leaf in leaves]) != seal["merkle_root"]:
        yield Found(fault=Fault.LEAVES_CHANGED, seal=number)
    if chain_hash(seal) != seal["chain_hash"]:
        yield Found(fault=Fault.SEAL_CHANGED, seal=number)
    if seal["previous_hash"] != previous:
        yield Found(fault=Fault.OUT_OF_ORDER, seal=number)
    if signer(keys, seal["signature"], to_sign(seal["chain_hash"])) is None:
        yield Found(fault=Fault.NOT_SIGNED, seal=number)


def _late(seal: Mapping[Any, Any], leaves: Sequence[Mapping[Any, Any]], drained_at: datetime | None) -> Iterator[Found]:
    """A line that came in after its time: at a moment after that, nothing had waited."""
    for leaf in leaves:
        at = leaf["at"]
        too_early = drained_at is not None and at is not None and at < drained_at - PLAY
        if too_early or (at is not None and at > seal["sealed_at"] + PLAY):
            yield Found(fault=Fault.CAME_LATE, seal=seal["number"], line=leaf["audit_event_id"])


def _unsealed(session: Session, moment: datetime) -> Iterator[Found]:
    pending, leaf, subject = AuditPending.__table__, AuditLeaf.__table__, AuditSubject.__table__
    is_sealed = exists().where(leaf.c.audit_event_id == EVENT.c.id)
    waits = select(EVENT.c.id, EVENT.c.at, pending.c.since).outerjoin(pending, pending.c.audit_event_id == EVENT.c.id)
    for line in _read(session, waits.where(~is_sealed).order_by(EVENT.c.id)):
        if line["since"] is None:
            yield Found(fault=Fault.NEVER_SEALED, line=line["id"], seal=_seal_at(session, line["at"]))
        elif moment - line["since"] > LAG_LIMIT:
            yield Found(fault=Fault.WAITS, line=line["id"])
    in_vain = ~exists().where(EVENT.c.id == pending.c.audit_event_id, ~is_sealed)
    for line in _read(session, select(pending.c.audit_event_id).where(in_vain)):
        yield Found(fault=Fault.NO_LINE, line=line["audit_event_id"])
    alone = select(subject.c.audit_event_id).distinct().where(~exists().where(EVENT.c.id == subject.c.audit_event_id))
    for line in _read(session, alone):
        yield Found(fault=Fault.NO_LINE_OF_SUBJECT, line=line["audit_event_id"])


def _seal_at(session: Session, at: datetime) -> int | None:
    return session.scalar(select(func.min(AuditSeal.number)).where(AuditSeal.sealed_at >= at))


def _checkpoints(session: Session, keys: Sequence[PublicKey]) -> Iterator[Found]:
    kept = AuditCheckpoint.__table__
    together = (
        select(kept, AuditSeal.chain_hash.label("found"))
        .outerjoin(AuditSeal, AuditSeal.number == kept.c.seal_number)
        .order_by(kept.c.seal_number)
    )
    for row in _read(session, together):
        said = text_of(row["seal_number"], row["chain_hash"], row["at"])
        by = signer(keys, row["signature"], said.encode())
        if by is None or by.raw != row["public_key"]:
            yield Found(fault=Fault.CHECKPOINT_CHANGED, seal=row["seal_number"])
        if row["found"] != row["chain_hash"]:
            yield Found(fault=Fault.CHECKPOINT_DIFFERS, seal=row["seal_number"])


def _anchored(session: Session, keys: Sequence[PublicKey], anchor: Anchor) -> Iterator[Found]:
    if signer(keys, anchor.signature, anchor.text.encode()) is None:
        yield Found(fault=Fault.ANCHOR_NOT_SIGNED, seal=anchor.seal_number)
    chained = session.scalar(select(AuditSeal.chain_hash).where(AuditSeal.number == anchor.seal_number))
    if chained is None:
        yield Found(fault=Fault.ANCHOR_GONE, seal=anchor.seal_number)
    elif chained != anchor.chain_hash:
        yield Found(fault=Fault.ANCHOR_DIFFERS, seal=anchor.seal_number)


def _keys(session: Session) -> Iterator[Found]:
    """A key that was changed leads nowhere: it is bound to its record by the pseudonym that the lines hold."""
    key, subject, leaf = AuditSubjectKey.__table__, AuditSubject.__table__, AuditLeaf.__table__
    of_name = subject.c.pseudonym == key.c.pseudonym
    first = (
        select(func.min(leaf.c.seal_number))
        .join(subject, subject.c.audit_event_id == leaf.c.audit_event_id)
        .where(of_name)
        .scalar_subquery()
    )
    for row in _read(session, select(key, exists().where(of_name).label("leads"), first.label("first"))):
        if UUID(bytes=hmac.digest(row["key"], row["root_id"].bytes, "sha256")[:16]) != row["pseudonym"]:
            yield Found(fault=Fault.KEY_CHANGED, record=row["root_id"], seal=row["first"])
        elif not row["leads"]:
            yield Found(fault=Fault.KEY_LEADS_NOWHERE, record=row["root_id"])
    for row in _read(session, select(Root.id).where(~exists().where(key.c.root_id == Root.id))):
        yield Found(fault=Fault.KEY_GONE, record=row["id"])


def _read(session: Session, statement: Select[Any]) -> Iterable[Mapping[Any, Any]]:
    """The rows of a statement, some at a time, whatever their number."""
    return session.execute(statement, execution_options={"yield_per": AT_A_TIME}).mappings()
