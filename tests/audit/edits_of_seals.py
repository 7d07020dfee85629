"""Ways of changing leaves, seals, checkpoints and the end of the log, with what must be found of each."""

from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.audit.sealing import seal
from tests.audit.editing import (
    Expected,
    any_line,
    changed,
    checkpoints_again,
    close_up,
    copied,
    cut_seals,
    edit,
    hash_now,
    made_to_fit,
    rewrite,
    run,
    two_lines,
)
from tests.audit.log import CHECKPOINT_AFTER, FOREIGN_KEY, KEY, Log


@edit
def the_hash_of_a_leaf(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    changed(
        session, "update audit_leaf set hash = :hash where audit_event_id = :line", hash=rng.randbytes(32), line=line
    )
    return Expected(seals={at}, lines={line})


@edit
def two_leaves_swapped(session: Session, log: Log, rng: Random) -> Expected:
    (first_seal, first), (second_seal, second) = two_lines(log, rng)
    places = {
        line: session.execute(
            text("select seal_number, position from audit_leaf where audit_event_id = :line"), {"line": line}
        ).one()
        for line in (first, second)
    }
    for line, (at, position) in ((first, (0, 0)), (second, places[first]), (first, places[second])):
        changed(
            session,
            "update audit_leaf set seal_number = :at, position = :position where audit_event_id = :line",
            at=at,
            position=position,
            line=line,
        )
    return Expected(seals={first_seal, second_seal})


@edit
def what_two_leaves_stand_for_swapped(session: Session, log: Log, rng: Random) -> Expected:
    (first_seal, first), (second_seal, second) = two_lines(log, rng)
    for was, becomes in ((first, 0), (second, first), (0, second)):
        changed(session, "update audit_leaf set audit_event_id = :to where audit_event_id = :was", was=was, to=becomes)
    return Expected(seals={first_seal, second_seal}, lines={first, second})


@edit
def the_place_of_a_leaf(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    changed(
        session,
        "update audit_leaf set position = position + :by where audit_event_id = :line",
        by=rng.randint(100, 10**4),
        line=line,
    )
    return Expected(seals={at})


@edit
def a_leaf_removed(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    changed(session, "delete from audit_leaf where audit_event_id = :line", line=line)
    if rng.random() < 0.5:
        close_up(session, at)
    return Expected(seals={at}, lines={line})


@edit
def a_line_changed_with_its_leaf(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    rewrite(session, line)
    if rng.random() < 0.7:
        made_to_fit(session, at, chained=rng.random() < 0.5, key=rng.choice([None, FOREIGN_KEY]))
    return Expected(seals={at})


@edit
def the_log_written_anew_by_somebody_without_the_key(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    rewrite(session, line)
    for number in range(at, len(log.lines) + 1):
        made_to_fit(session, number, chained=True, key=rng.choice([None, FOREIGN_KEY]))
    checkpoints_again(session, rng.choice([None, FOREIGN_KEY]))
    return Expected(seals=set(range(at, len(log.lines) + 1)))


@edit
def the_log_written_anew_with_the_key_is_found_by_the_anchor(session: Session, log: Log, rng: Random) -> Expected:
    at = rng.randint(1, CHECKPOINT_AFTER)
    rewrite(session, rng.choice(log.lines[at]))
    for number in range(at, len(log.lines) + 1):
        made_to_fit(session, number, chained=True, key=KEY)
    checkpoints_again(session, KEY)
    return Expected(seals={CHECKPOINT_AFTER})


# What a column of a seal is changed to.
OF_A_SEAL = {
    "sealed_at": "sealed_at + make_interval(secs => :by * 0.000001)",
    "merkle_root": "sha256(merkle_root || convert_to(':by', 'UTF8'))",
    "leaf_count": "leaf_count + :by",
    "previous_hash": "sha256(previous_hash || convert_to(':by', 'UTF8'))",
    "chain_hash": "sha256(chain_hash || convert_to(':by', 'UTF8'))",
    "signature": "sha512(signature || convert_to(':by', 'UTF8'))",
}


@edit
def a_column_of_a_seal(session: Session, log: Log, rng: Random) -> Expected:
    at = rng.choice(list(log.lines))
    column = rng.choice(sorted(OF_A_SEAL))
    value = OF_A_SEAL[column].replace(":by", str(rng.randint(1, 10**6)))
    changed(session, f"update audit_seal set {column} = {value} where number = {at}")
    return Expected(seals={at})


@edit
def a_seal_removed(session: Session, log: Log, rng: Random) -> Expected:
    at = rng.choice(list(log.lines))
    changed(session, "delete from audit_seal where number = :at", at=at)
    return Expected(seals={at})


@edit
def a_seal_removed_with_all_its_lines(session: Session, log: Log, rng: Random) -> Expected:
    at = rng.randint(1, len(log.lines) - 1)
    cut_seals(session, f"= {at}")
    return Expected(seals={at})


@edit
def two_seals_swapped(session: Session, log: Log, rng: Random) -> Expected:
    first, second = rng.sample(list(log.lines), 2)
    tables = ["audit_seal", "audit_leaf"] if rng.random() < 0.5 else ["audit_seal"]
    for table in tables:
        number = "number" if table == "audit_seal" else "seal_number"
        for was, becomes in ((first, 10**6), (second, first), (10**6, second)):
            changed(session, f"update {table} set {number} = :to where {number} = :was", was=was, to=becomes)
    return Expected(seals={first, second})


@edit
def a_seal_added(session: Session, log: Log, rng: Random) -> Expected:
    _, line = any_line(log, rng)
    new = copied(session, line, "at")
    number = len(log.lines) + rng.choice([1, 1, 3])
    values = {"hash": hash_now(session, new), "number": number, "line": new}
    changed(
        session,
        "insert into audit_seal (number, sealed_at, merkle_root, leaf_count, previous_hash, chain_hash, signature)"
        " values (:number, clock_timestamp(), :hash, 1, :hash, :hash, :hash)",
        **{name: value for name, value in values.items() if name != "line"},
    )
    changed(session, "insert into audit_leaf values (:number, 0, :line, :hash)", **values)
    if number == len(log.lines) + 1:
        made_to_fit(session, number, chained=True, key=FOREIGN_KEY)
    return Expected(seals={number})


@edit
def the_end_cut_off(session: Session, log: Log, rng: Random) -> Expected:  # noqa: ARG001
    at = rng.randint(1, CHECKPOINT_AFTER)
    cut_seals(session, f">= {at}")
    run(session, "delete from audit_checkpoint where seal_number >= :at", at=at)
    return Expected(seals={CHECKPOINT_AFTER})


@edit
def the_end_cut_off_and_grown_anew(session: Session, log: Log, rng: Random) -> Expected:  # noqa: ARG001
    at = rng.randint(1, CHECKPOINT_AFTER)
    cut_seals(session, f">= {at}")
    run(session, "delete from audit_checkpoint where seal_number >= :at", at=at)
    session.execute(
        text(
            "insert into audit_event (id, at, action, operation, outcome, request_id)"
            " values (1000000, now(), 'SIGN_IN', 'signIn', 'DONE', gen_random_uuid())"
        )
    )
    # The worker goes on sealing, in good faith.
    for _ in range(at, CHECKPOINT_AFTER + 3):
        new = copied(session, 1000000, "clock_timestamp()")
        changed(session, "insert into audit_pending (audit_event_id) values (:new)", new=new)
        assert seal(session, KEY) == 1
    changed(session, "delete from audit_event where id = 1000000")
    return Expected(seals={CHECKPOINT_AFTER})


@edit
def the_lines_of_the_end_cut_off(session: Session, log: Log, rng: Random) -> Expected:
    at = rng.randint(1, len(log.lines))
    gone = [line for number, found in log.lines.items() if number >= at for line in found]
    run(session, "delete from audit_subject where audit_event_id = any(:gone)", gone=gone)
    changed(session, "delete from audit_event where id = any(:gone)", gone=gone)
    seals = set(range(at, len(log.lines) + 1))
    if rng.random() < 0.5:
        changed(session, "delete from audit_leaf where audit_event_id = any(:gone)", gone=gone)
        return Expected(seals=seals)
    return Expected(seals=seals, lines=set(gone))


@edit
def a_checkpoint(session: Session, log: Log, rng: Random) -> Expected:  # noqa: ARG001
    column, value = rng.choice(
        [
            ("chain_hash", "sha256(chain_hash)"),
            ("at", "at + interval '1 second'"),
            ("signature", "sha512(signature)"),
            ("public_key", "sha256(public_key)"),
        ]
    )
    changed(session, f"update audit_checkpoint set {column} = {value}")
    return Expected(seals={CHECKPOINT_AFTER})
