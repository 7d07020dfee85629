"""Promises of the wall as functions: each tries one thing that must not work, and says so when it did.

They are asked of the wall as it is, where none may report, and of walls with one policy weakened, where one must.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text

from portal.tables import metadata
from tests.access.account_promises import account_promises
from tests.access.attempts import Promise, succeeds
from tests.access.audit_promises import audit_promises
from tests.access.moment_promises import moment_promises
from tests.access.partnership_promises import partnership_promises
from tests.access.plan_promises import plan_promises
from tests.access.scene import TABLES, Scene

ROOT_COLUMN = {"root": "id", "flag": "id", "person": "id", "disclosure": "root_id"}
AUTHOR_COLUMN = {
    "root": "created_by_membership_id",
    "disclosure": "granted_by_membership_id",
    "triage_decision": "decided_by_membership_id",
    "feedback": "given_by_membership_id",
    "flag_transition": "by_membership_id",
    "flag_export": "exported_by_membership_id",
    "information_request": "asked_by_membership_id",
    "flag_addition": "added_by_membership_id",
}
BLIND_CHANGES = {
    "flag": "update flag set expires_at = now()",
    "share": "update share set answer_note = 'x'",
    "notification": "update notification set read_at = now()",
    "information_request": (
        "update information_request set answer = 'x', answered_at = now(),"
        " answered_by_membership_id = viewer_membership()"
    ),
}


def broken(scene: Scene) -> list[str]:
    """The names of the promises that a wall does not keep."""
    return [name for name, leaks in promises().items() if leaks(scene)]


def promises() -> dict[str, Promise]:
    """Every promise by its sentence."""
    return dict(_all())


def _all() -> Iterator[tuple[str, Promise]]:
    for table in TABLES:
        yield f"a stranger sees no row of {table}", partial(_sees, table)
        if table != "root":
            yield f"a stranger adds no row of {table} under a hidden root", partial(_adds, table, unseen=True)
    for table in AUTHOR_COLUMN:
        yield f"nobody adds a row of {table} in the name of another", partial(_adds, table, unseen=False)
    for table, change in BLIND_CHANGES.items():
        yield f"a stranger changes no row of {table} blindly", partial(_changes, change)
    for table in ("flag_concern", "place_group"):
        yield f"nobody takes a row of {table} from a raised flag", partial(_takes, table)
    yield "nobody answers a question in the name of another", _answers_for_another
    yield "nobody reads what another agency is done with", _reads_settled
    yield from account_promises()
    yield from partnership_promises()
    yield from audit_promises()
    yield from moment_promises()
    yield from plan_promises()
    yield "nobody reads the intents of another", _reads_intents
    yield "nobody writes an intent in the name of another", _writes_intent
    yield "nobody reads what waits for a colleague", _reads_a_notice_of_another
    yield "nobody reads how another hears", _reads_choices
    yield "nobody chooses how another hears", _chooses
    yield "nobody reads how another looks at their inbox", _reads_views
    yield "nobody keeps a view of the inbox in the name of another", _keeps_view
    yield "nobody writes a line of audit in the name of another", _writes_audit


def _sees(table: str, scene: Scene) -> bool:
    column = ROOT_COLUMN.get(table, "flag_id")
    with scene.wall.acting_as(scene.stranger) as session:
        found = session.scalars(text(f"select {column} from {table}")).all()
        return bool(set(found) - _own_roots(scene))


def _own_roots(scene: Scene) -> set[UUID]:
    with scene.owner.transaction() as session:
        own = {"id": scene.other.settled.partnership_id}
        return set(session.scalars(text("select id from root where partnership_id = :id"), own))


def _template(table: str, scene: Scene) -> dict[str, Any]:
    """A row that is there, as the owner sees it."""
    rows = metadata.tables[table]
    column = rows.c[ROOT_COLUMN.get(table, "flag_id")]
    with scene.owner.transaction() as session:
        person = session.scalar(text("select person_id from flag where id = :id"), {"id": scene.flag_id})
        under = {scene.flag_id, scene.group_flag_id, person}
        return dict(session.execute(select(rows).where(column.in_(under))).mappings().first() or {})


def _adds(table: str, scene: Scene, *, unseen: bool) -> bool:
    """Try a row of one's own under a hidden root, or a row under a visible root that says another wrote it."""
    row, by = _template(table, scene), scene.stranger if unseen else scene.recipient
    with scene.owner.transaction() as session:
        person: UUID = session.execute(
            text("select person_id from flag where id = :id"), {"id": scene.flag_id}
        ).scalar_one()
    fresh: dict[str, Any] = {
        "root": {"id": uuid4()},
        "flag": {"id": person, "reference": f"F-{uuid4()}", "source_system": None},
        "person": {"id": scene.flag_id},
        "flag_concern": {"flag_id": scene.flag_id, "concern_code": "LEARNING_NEED"},
        "place_group": {"id": uuid4(), "flag_id": scene.flag_id},
        # One that the clock gave back, because a flag has one open question at a time.
        "information_request": {"id": uuid4(), "flag_id": scene.flag_id, "lapsed": True},
        "disclosure": {"id": 9_000_000, "root_id": scene.flag_id, "audience_id": by.audience_ids[0]},
    }.get(table, {"id": uuid4(), "flag_id": scene.flag_id})
    if author := AUTHOR_COLUMN.get(table):
        fresh[author] = by.membership_id if unseen else scene.cast.morgan.membership_id
    return succeeds(scene, by, lambda session: session.execute(insert(metadata.tables[table]).values(row | fresh)))


def _changes(change: str, scene: Scene) -> bool:
    # The stranger has flags of their own; whoever sees nothing at all shows a change by its count.
    return succeeds(scene, scene.cast.robin, lambda session: session.execute(text(change)).rowcount > 0)


def _takes(table: str, scene: Scene) -> bool:
    def take(session: Any) -> bool:
        with scene.owner.transaction() as there:
            drafts = there.scalar(text(f"select count(*) from {table} where flag_id = :id"), {"id": scene.draft_id})
        return bool(session.execute(text(f"delete from {table}")).rowcount > drafts)

    return succeeds(scene, scene.author, take) or succeeds(
        scene, scene.stranger, lambda session: session.execute(text(f"delete from {table}")).rowcount > 0
    )


def _answers_for_another(scene: Scene) -> bool:
    answer = text(
        "update information_request set answer = 'x', answered_at = now(), answered_by_membership_id = :other"
        " where flag_id = :flag"
    )
    other = {"other": scene.author.membership_id, "flag": scene.flag_id}
    return succeeds(scene, scene.recipient, lambda session: session.execute(answer, other).rowcount > 0)


def _reads_settled(scene: Scene) -> bool:
    others = text("select from settled_incident where agency_id <> :own")
    own = {"own": scene.stranger.agency_id}
    return succeeds(scene, scene.stranger, lambda session: bool(session.execute(others, own).all()))


def _reads_intents(scene: Scene) -> bool:
    others = text("select from idempotency_record where membership_id <> :own")
    own = {"own": scene.stranger.membership_id}
    return succeeds(scene, scene.stranger, lambda session: bool(session.execute(others, own).all()))


def _writes_intent(scene: Scene) -> bool:
    intent = text("insert into idempotency_record values (:other, gen_random_uuid(), '', '', '', now())")
    other = {"other": scene.author.membership_id}
    return succeeds(scene, scene.stranger, lambda session: session.execute(intent, other))


VIEW_OF_ANOTHER = text(
    "insert into saved_view (id, membership_id, name, states, urgencies, concern_codes, raised_by_agency_ids, ward_ids,"
    " order_field, order_direction, version, created_at, updated_at) values (gen_random_uuid(), :other,"
    " gen_random_uuid()::text, '{}', '{}', '{}', '{}', '{}', 'RAISED_AT', 'ASC', 1, now(), now())"
)


def _reads_views(scene: Scene) -> bool:
    with scene.owner.transaction() as session:
        session.execute(VIEW_OF_ANOTHER, {"other": scene.author.membership_id})
    found = text("select from saved_view where membership_id <> :own")
    own = {"own": scene.stranger.membership_id}
    return succeeds(scene, scene.stranger, lambda session: bool(session.execute(found, own).all()))


def _keeps_view(scene: Scene) -> bool:
    other = {"other": scene.author.membership_id}
    return succeeds(scene, scene.stranger, lambda session: session.execute(VIEW_OF_ANOTHER, other))


def _reads_a_notice_of_another(scene: Scene) -> bool:
    others = text("select from notification where membership_id <> :own")
    own = {"own": scene.cast.morgan.membership_id}
    return succeeds(scene, scene.cast.morgan, lambda session: bool(session.execute(others, own).all()))


def _reads_choices(scene: Scene) -> bool:
    others = text("select from notification_preference where user_id <> :own")
    own = {"own": scene.stranger.user_id}
    return succeeds(scene, scene.stranger, lambda session: bool(session.execute(others, own).all()))


def _chooses(scene: Scene) -> bool:
    choice = text("insert into notification_preference values (:other, 'OVERDUE', 'NEVER')")
    other = {"other": scene.author.user_id}
    return succeeds(scene, scene.stranger, lambda session: session.execute(choice, other))


def _writes_audit(scene: Scene) -> bool:
    line = text(
        "insert into audit_event (at, action, operation, outcome, membership_id, request_id)"
        " values (now(), 'READ', '', '', :other, gen_random_uuid())"
    )
    other = {"other": scene.author.membership_id}
    return succeeds(scene, scene.stranger, lambda session: session.execute(line, other))
