"""Promises of the wall about a partnership's data: written by administrators of its lead, and never rewritten."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import text

from tests.access.attempts import Promise, succeeds
from tests.access.scene import Scene

LATER = "now() + interval '30 days'"
ROWS = {
    "partnership_clock": f"""
        insert into partnership_clock (id, partnership_id, kind, minutes, working_hours_only, valid_from)
        values (gen_random_uuid(), :partnership, 'INFORMATION', 5, false, {LATER})""",
    "partnership_working_week": f"""
        insert into partnership_working_week (partnership_id, weekday, opens, closes, valid_from)
        values (:partnership, 7, '01:00', '02:00', {LATER})""",
    "partnership_day": """
        insert into partnership_day (partnership_id, day, working, name)
        values (:partnership, current_date + 30, true, 'x')""",
    "duty_desk": f"""
        insert into duty_desk (id, partnership_id, kind, name, telephone, hours, position, valid_from)
        values (gen_random_uuid(), :partnership, 'DAY', 'x', '999', 'x', 0, {LATER})""",
    "local_concept": f"""
        insert into local_concept (id, partnership_id, vocabulary, code, display, position, offered, valid_from)
        values (gen_random_uuid(), :partnership, 'concern', 'X', 'x', 1, true, {LATER})""",
}
ENDED = ("partnership_clock", "partnership_working_week", "duty_desk")


def partnership_promises() -> Iterator[tuple[str, Promise]]:
    """Each promise by its sentence."""
    for table in ROWS:
        yield f"nobody but the lead's administrators adds a row of {table}", partial(_adds, table)
        yield f"nobody takes a row of {table} back that has begun, or that is another lead's", partial(_takes, table)
    for table in ENDED:
        yield f"nobody but the lead's administrators ends a row of {table}", partial(_ends, table)
    yield "nobody but the lead's administrators names a ward", _names_ward
    yield "nobody ends a ward of an official list", _ends_ward
    yield "nobody says that an agency serves a place", _serves
    yield "nobody but the lead's administrators counts a change of a partnership", _counts


def _adds(table: str, scene: Scene) -> bool:
    given = {"partnership": scene.cast.settled.partnership_id}
    insert = text(ROWS[table])
    return any(
        succeeds(scene, viewer, lambda session: bool(session.execute(insert, given).rowcount))
        for viewer in (scene.cast.noor, scene.author, scene.cast.dee, scene.other.viewers["hollis"])
    )


def _takes(table: str, scene: Scene) -> bool:
    """What the owner wrote for later, taken by another lead; and what has begun, taken by one's own."""
    given = {"partnership": scene.cast.settled.partnership_id}
    begun = "day <= current_date" if table == "partnership_day" else "valid_from <= now()"
    with scene.owner.transaction() as session:
        session.execute(text(ROWS[table]), given)
        if table in {"local_concept", "partnership_day"}:
            past = (
                ROWS[table].replace("'X'", "'Y'").replace(LATER, "now()").replace("current_date + 30", "current_date")
            )
            session.execute(text(past), given)
    delete = text(f"delete from {table}")
    try:
        by_another = succeeds(scene, scene.author, lambda session: bool(session.execute(delete).rowcount)) or succeeds(
            scene,
            scene.cast.hollis,
            lambda session: bool(session.execute(text(f"delete from {table} where {begun}")).rowcount),
        )
    finally:
        with scene.owner.transaction() as session:
            session.execute(text(f"delete from {table} where partnership_id = :partnership and not {begun}"), given)
            if table in {"local_concept", "partnership_day"}:
                session.execute(text(f"delete from {table} where partnership_id = :partnership"), given)
    return by_another


def _ends(table: str, scene: Scene) -> bool:
    end = text(f"update {table} set valid_to = now()")
    return any(
        succeeds(scene, viewer, lambda session: bool(session.execute(end).rowcount))
        for viewer in (scene.cast.noor, scene.author)
    )


def _counts(scene: Scene) -> bool:
    count = text("update partnership set version = version + 1")
    return any(
        succeeds(scene, viewer, lambda session: bool(session.execute(count).rowcount))
        for viewer in (scene.cast.noor, scene.author)
    )


def _names_ward(scene: Scene) -> bool:
    """A ward in the partnership's own list, by others; and one in an official list, by the lead's administrator."""
    ward = text(
        "insert into area (id, kind_code, name, code_list, code, active_from)"
        " values (gen_random_uuid(), 'WARD', 'x', :list, 'x', current_date)"
    )
    own = {"list": f"PARTNERSHIP-{scene.cast.settled.partnership_id}"}
    return any(
        succeeds(scene, viewer, lambda session: bool(session.execute(ward, own).rowcount))
        for viewer in (scene.cast.noor, scene.author)
    ) or succeeds(scene, scene.cast.hollis, lambda session: bool(session.execute(ward, {"list": "GSS"}).rowcount))


def _ends_ward(scene: Scene) -> bool:
    end = text("update area set active_to = current_date")
    return any(
        succeeds(scene, viewer, lambda session: bool(session.execute(end).rowcount))
        for viewer in (scene.cast.hollis, scene.author)
    )


def _serves(scene: Scene) -> bool:
    served = text(
        "insert into agency_area (agency_id, area_id) select :agency, a.id from area a"
        " where not exists (select from agency_area s where s.area_id = a.id and s.agency_id = :agency) limit 1"
    )
    here = {"agency": scene.cast.hollis.agency_id}
    return any(
        succeeds(scene, viewer, lambda session: bool(session.execute(served, here).rowcount))
        for viewer in (scene.cast.hollis, scene.author)
    )
