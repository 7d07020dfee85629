"""Ways of changing a line, its subjects and their keys, each at a random place, with what must be found of it."""

from random import Random

from sqlalchemy.orm import Session

from portal.audit.sealing import seal
from tests.audit.editing import (
    Expected,
    any_line,
    changed,
    close_up,
    copied,
    cut,
    edit,
    first_seal,
    hash_now,
    made_to_fit,
    names,
    run,
    two_lines,
    with_subject,
)
from tests.audit.log import FOREIGN_KEY, KEY, Log

# What a column of a line is changed to: something else of its kind.
OTHER = {
    "at": "at + make_interval(secs => :by * 0.000001)",
    "action": "case action when 'READ' then 'WRITE' else 'READ' end",
    "operation": "operation || :by",
    "outcome": "outcome || :by",
    "user_id": "(select id from user_account u where u.id is distinct from user_id order by id offset :by % 5 limit 1)",
    "membership_id": "(select id from membership m where m.id is distinct from membership_id"
    " order by id offset :by % 5 limit 1)",
    "agency_id": "(select id from agency a where a.id is distinct from agency_id order by id offset :by % 5 limit 1)",
    "role": "case role when 'OFFICER' then null else 'OFFICER' end",
    "request_id": "gen_random_uuid()",
}


@edit
def a_column_of_a_line(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    column = rng.choice(sorted(OTHER))
    value = OTHER[column].replace(":by", str(rng.randint(1, 10**6)))
    changed(session, f"update audit_event set {column} = {value} where id = {line}")
    return Expected(seals={at}, lines={line})


@edit
def the_number_of_a_line(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    changed(session, "update audit_event set id = :new where id = :line", new=10**6 + line, line=line)
    return Expected(seals={at}, lines={line, 10**6 + line})


@edit
def two_lines_swapped(session: Session, log: Log, rng: Random) -> Expected:
    (first_seal, first), (second_seal, second) = two_lines(log, rng)
    for was, becomes in ((first, 0), (second, first), (0, second)):
        changed(session, "update audit_event set id = :to where id = :was", was=was, to=becomes)
    return Expected(seals={first_seal, second_seal}, lines={first, second})


@edit
def a_line_removed(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    if rng.random() < 0.5:
        run(session, "delete from audit_subject where audit_event_id = :line", line=line)
    changed(session, "delete from audit_event where id = :line", line=line)
    return Expected(seals={at}, lines={line})


@edit
def a_line_removed_with_its_leaf(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    cut(session, at, line)
    if rng.random() < 0.5:
        close_up(session, at)
    return Expected(seals={at})


@edit
def a_line_removed_and_its_seal_made_to_fit(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    cut(session, at, line)
    close_up(session, at)
    made_to_fit(session, at, chained=rng.random() < 0.5, key=None)
    return Expected(seals={at})


@edit
def a_line_inserted(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    new = copied(session, line, "at - interval '1 microsecond'")
    # By its time it belongs where the line is that it was copied from, or just before.
    return Expected(seals={at}, lines={new})


@edit
def a_line_inserted_into_a_seal(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    new = copied(session, line, "at")
    changed(
        session,
        "insert into audit_leaf (seal_number, position, audit_event_id, hash)"
        " select :at, max(position) + 1, :new, :hash from audit_leaf where seal_number = :at",
        at=at,
        new=new,
        hash=hash_now(session, new),
    )
    if rng.random() < 0.6:
        made_to_fit(session, at, chained=rng.random() < 0.5, key=rng.choice([None, FOREIGN_KEY]))
    return Expected(seals={at})


@edit
def a_line_of_the_past_inserted_and_sealed_by_the_worker(session: Session, log: Log, rng: Random) -> Expected:
    _, line = any_line(log, rng)
    new = copied(session, line, f"at - interval '{rng.randint(11, 10**5)} minutes'")
    changed(session, "insert into audit_pending (audit_event_id) values (:new)", new=new)
    assert seal(session, KEY) == 1
    return Expected(seals={len(log.lines) + 1}, lines={new})


@edit
def a_line_of_the_future_inserted_and_sealed_by_the_worker(session: Session, log: Log, rng: Random) -> Expected:
    _, line = any_line(log, rng)
    new = copied(session, line, f"at + interval '{rng.randint(30, 10**5)} minutes'")
    changed(session, "insert into audit_pending (audit_event_id) values (:new)", new=new)
    assert seal(session, KEY) == 1
    return Expected(seals={len(log.lines) + 1}, lines={new})


@edit
def a_line_that_waits_too_long(session: Session, log: Log, rng: Random) -> Expected:
    _, line = any_line(log, rng)
    new = copied(session, line, "at")
    since = f"now() - interval '{rng.randint(61, 10**5)} seconds'"
    changed(session, f"insert into audit_pending (audit_event_id, since) values ({new}, {since})")
    return Expected(lines={new})


@edit
def what_was_shown_of_a_subject(session: Session, log: Log, rng: Random) -> Expected:  # noqa: ARG001
    at, line, pseudonym = with_subject(session, rng)
    changed(
        session,
        "update audit_subject set field_groups = field_groups # :bit"
        " where audit_event_id = :line and pseudonym = :name",
        bit=1 << rng.randint(0, 60),
        line=line,
        name=pseudonym,
    )
    return Expected(seals={at}, lines={line})


@edit
def a_subject_removed(session: Session, log: Log, rng: Random) -> Expected:  # noqa: ARG001
    at, line, pseudonym = with_subject(session, rng)
    changed(
        session,
        "delete from audit_subject where audit_event_id = :line and pseudonym = :name",
        line=line,
        name=pseudonym,
    )
    return Expected(seals={at}, lines={line})


ADDED = "insert into audit_subject (audit_event_id, pseudonym, field_groups) values (:line, gen_random_uuid(), 0)"


@edit
def a_subject_added(session: Session, log: Log, rng: Random) -> Expected:
    at, line = any_line(log, rng)
    if rng.random() < 0.3:
        line = 10**6
        changed(session, ADDED, line=line)
        return Expected(lines={line})
    changed(session, ADDED, line=line)
    return Expected(seals={at}, lines={line})


@edit
def a_line_given_to_another_record(session: Session, log: Log, rng: Random) -> Expected:
    at, line, pseudonym = with_subject(session, rng)
    changed(
        session,
        "update audit_subject set pseudonym = coalesce((select k.pseudonym from audit_subject_key k"
        " where k.root_id = any(:roots) and not exists (select from audit_subject s"
        "  where s.audit_event_id = :line and s.pseudonym = k.pseudonym) order by 1 limit 1), gen_random_uuid())"
        " where audit_event_id = :line and pseudonym = :name",
        roots=list(log.roots),
        line=line,
        name=pseudonym,
    )
    return Expected(seals={at}, lines={line})


@edit
def a_subject_named_in_the_clear(session: Session, log: Log, rng: Random) -> Expected:
    at, line, pseudonym = with_subject(session, rng)
    changed(
        session,
        "update audit_subject set root_id = :root where audit_event_id = :line and pseudonym = :name",
        root=rng.choice(log.roots),
        line=line,
        name=pseudonym,
    )
    return Expected(seals={at}, lines={line})


@edit
def a_subject_moved_to_another_line(session: Session, log: Log, rng: Random) -> Expected:
    at, line, pseudonym = with_subject(session, rng)
    other_seal, other = next(
        (there, each)
        for there, found in rng.sample(sorted(log.lines.items()), len(log.lines))
        for each in found
        if not names(session, each, pseudonym)
    )
    changed(
        session,
        "update audit_subject set audit_event_id = :other where audit_event_id = :line and pseudonym = :name",
        other=other,
        line=line,
        name=pseudonym,
    )
    return Expected(seals={at, other_seal}, lines={line, other})


@edit
def the_keys_of_two_records_swapped(session: Session, log: Log, rng: Random) -> Expected:
    first, second = rng.sample(list(log.roots), 2)
    names = "key, pseudonym" if rng.random() < 0.5 else rng.choice(["key", "pseudonym"])
    taken = ", ".join(f"o.{name.strip()}" for name in names.split(","))
    changed(
        session,
        f"update audit_subject_key k set ({names}) = (select {taken} from audit_subject_key o where o.root_id ="
        " case k.root_id when :first then cast(:second as uuid) else cast(:first as uuid) end)"
        " where k.root_id in (:first, :second)",
        first=first,
        second=second,
    )
    return Expected(records={first, second})


@edit
def the_key_of_a_record(session: Session, log: Log, rng: Random) -> Expected:
    root = rng.choice(log.roots)
    changed(session, "update audit_subject_key set key = :key where root_id = :root", key=rng.randbytes(32), root=root)
    return Expected(records={root}, seals={first_seal(session, root)})


@edit
def the_key_of_a_record_made_anew(session: Session, log: Log, rng: Random) -> Expected:
    root = rng.choice(log.roots)
    changed(
        session,
        "update audit_subject_key set key = :key, pseudonym = pseudonym_under(:key, root_id) where root_id = :root",
        key=rng.randbytes(32),
        root=root,
    )
    return Expected(records={root})


@edit
def the_key_of_a_record_removed(session: Session, log: Log, rng: Random) -> Expected:
    root = rng.choice(log.roots)
    changed(session, "delete from audit_subject_key where root_id = :root", root=root)
    return Expected(records={root})
