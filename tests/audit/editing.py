"""What every edit of a sealed log is made with: where it is made, and how what stands around it is made to fit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.attestation import SigningKey
from portal.audit.checkpoints import text_of
from portal.audit.lines import EVENT, hash_of, lines
from portal.audit.merkle import merkle_root
from portal.audit.sealing import GENESIS, chain_hash, to_sign
from tests.audit.log import Log


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What must be named: each of these seals, each of these lines, each of these records."""

    seals: set[int] = field(default_factory=set)
    lines: set[int] = field(default_factory=set)
    records: set[UUID] = field(default_factory=set)


Edit = Callable[[Session, Log, Random], Expected]
EDITS: dict[str, Edit] = {}


def edit(made: Edit) -> Edit:
    EDITS[made.__name__] = made
    return made


def run(session: Session, statement: str, **values: Any) -> int:
    """Run a statement and give how many rows it changed."""
    done: Any = session.execute(text(statement), values)
    return int(done.rowcount)


def changed(session: Session, statement: str, **values: Any) -> None:
    """Run a statement that must change something."""
    assert run(session, statement, **values) > 0


def any_line(log: Log, rng: Random) -> tuple[int, int]:
    at = rng.choice(list(log.lines))
    return at, rng.choice(log.lines[at])


def two_lines(log: Log, rng: Random) -> tuple[tuple[int, int], tuple[int, int]]:
    first, second = rng.sample([(at, line) for at, found in log.lines.items() for line in found], 2)
    return first, second


def with_subject(session: Session, rng: Random) -> tuple[int, int, UUID]:
    """A line that names somebody, its seal, and one of its pseudonyms."""
    rows = session.execute(
        text(
            "select l.seal_number, s.audit_event_id, s.pseudonym from audit_subject s join audit_leaf l"
            " using (audit_event_id) order by 1, 2, 3"
        )
    ).all()
    found = rng.choice(rows)
    return found[0], found[1], found[2]


def names(session: Session, line: int, pseudonym: UUID) -> bool:
    asked = text("select exists (select from audit_subject where audit_event_id = :line and pseudonym = :name)")
    return bool(session.scalar(asked, {"line": line, "name": pseudonym}))


def first_seal(session: Session, root: UUID) -> int:
    found = session.scalar(
        text(
            "select min(l.seal_number) from audit_leaf l join audit_subject s using (audit_event_id)"
            " join audit_subject_key k using (pseudonym) where k.root_id = :root"
        ),
        {"root": root},
    )
    return int(found or 0)


def line_of(session: Session, line: int) -> Mapping[Any, Any]:
    return session.execute(lines().where(EVENT.c.id == line)).mappings().one()


def hash_now(session: Session, line: int) -> bytes:
    return hash_of(line_of(session, line))


def copied(session: Session, line: int, at: str) -> int:
    """A further line that says what another does, at another time."""
    return int(
        session.execute(
            text(
                "insert into audit_event (at, action, operation, outcome, user_id, membership_id, agency_id, role,"
                f" request_id) select {at}, action, operation, outcome, user_id, membership_id, agency_id, role,"
                " gen_random_uuid() from audit_event where id = :line returning id"
            ),
            {"line": line},
        ).scalar_one()
    )


def rewrite(session: Session, line: int) -> None:
    """Change a line, and its leaf so that it fits."""
    changed(session, "update audit_event set outcome = outcome || 'X' where id = :line", line=line)
    changed(
        session,
        "update audit_leaf set hash = :hash where audit_event_id = :line",
        hash=hash_now(session, line),
        line=line,
    )


def cut(session: Session, at: int, line: int) -> None:
    run(session, "delete from audit_subject where audit_event_id = :line", line=line)
    changed(session, "delete from audit_event where id = :line", line=line)
    changed(session, "delete from audit_leaf where seal_number = :at and audit_event_id = :line", at=at, line=line)


def close_up(session: Session, at: int) -> None:
    left = session.scalars(
        text("select audit_event_id from audit_leaf where seal_number = :at order by position"), {"at": at}
    ).all()
    for position, line in enumerate(left):
        changed(
            session,
            "update audit_leaf set position = :position where audit_event_id = :line",
            position=position,
            line=line,
        )


def cut_seals(session: Session, which: str) -> None:
    gone = f"(select audit_event_id from audit_leaf where seal_number {which})"
    run(session, f"delete from audit_subject where audit_event_id in {gone}")
    changed(session, f"delete from audit_event where id in {gone}")
    changed(session, f"delete from audit_leaf where seal_number {which}")
    changed(session, f"delete from audit_seal where number {which}")


def made_to_fit(session: Session, at: int, *, chained: bool, key: SigningKey | None) -> None:
    """Compute a seal again from its leaves: its root alone, or what chains it too, signed by some key or left so."""
    leaves = session.scalars(
        text("select hash from audit_leaf where seal_number = :at order by position"), {"at": at}
    ).all()
    was = dict(session.execute(text("select * from audit_seal where number = :at"), {"at": at}).mappings().one())
    becomes = was | {"merkle_root": merkle_root(leaves), "leaf_count": max(len(leaves), 1)}
    if chained:
        before = session.scalar(text("select chain_hash from audit_seal where number = :at"), {"at": at - 1})
        becomes["previous_hash"] = before or GENESIS
        becomes["chain_hash"] = chain_hash(becomes)
    if key is not None:
        becomes["signature"] = key.sign(to_sign(becomes["chain_hash"]))
    names = ", ".join(f"{name} = :{name}" for name in becomes if name != "number")
    changed(session, f"update audit_seal set {names} where number = :number", **becomes)


def checkpoints_again(session: Session, key: SigningKey | None) -> None:
    """Make the checkpoints in the database fit the seals, signed anew where there is a key."""
    made = session.execute(
        text(
            "select c.seal_number, s.chain_hash, c.at from audit_checkpoint c"
            " join audit_seal s on s.number = c.seal_number"
        )
    ).all()
    for number, chained, at in made:
        changed(
            session, "update audit_checkpoint set chain_hash = :hash where seal_number = :at", hash=chained, at=number
        )
        if key is not None:
            changed(
                session,
                "update audit_checkpoint set signature = :signature, public_key = :key where seal_number = :at",
                signature=key.sign(text_of(number, chained, at).encode()),
                key=key.public.raw,
                at=number,
            )
