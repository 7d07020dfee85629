"""An independent oracle of visibility agrees with what the door answers and with what PostgreSQL shows.

New worlds every run; the seed is printed, and CONCORD_SEED repeats a run.
"""

import os
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from portal.identity.viewers import viewer_for_membership
from tests.oracle.compare import EVERYTHING, FIELDS, differences, settled
from tests.oracle.stories import tell_stories
from tests.oracle.visibility import ToldFlag, answer, held
from tests.oracle.world import World, settle_world

WORLDS, FLAGS = 2, 14
LIST = f"{{ flags(first: 100) {{ totalCount {{ value }} edges {{ node {{ {EVERYTHING} }} }} }} }}"


@dataclass
class Realm:
    """Several worlds in one database, everybody who may ask as they are today, and what was counted."""

    seed: int
    rng: random.Random
    worlds: list[World]
    viewers: list[tuple[str, Viewer | None]]
    cases: dict[str, int] = field(default_factory=dict)

    @property
    def flags(self) -> list[ToldFlag]:
        return [flag for world in self.worlds for flag in world.flags]

    def ask(self, viewer: Viewer | None, document: str, **variables: Any) -> dict[str, Any]:
        return self.worlds[0].cast.ask(viewer, document, **variables)

    def hold(self, what: str, cases: int, wrong: list[str]) -> None:
        self.cases[what] = self.cases.get(what, 0) + cases
        assert not wrong, f"CONCORD_SEED={self.seed} {what}: {wrong[:5]}"


@pytest.fixture(scope="module")
def realm(owner: Database, door: Door) -> Iterator[Realm]:
    seed = int(os.environ.get("CONCORD_SEED") or secrets.randbelow(2**32))
    print(f"CONCORD_SEED={seed}")
    rng = random.Random(seed)
    worlds = [settle_world(owner, door, rng) for _ in range(WORLDS)]
    for world in worlds:
        tell_stories(world, flags=FLAGS)
    made = Realm(seed, rng, worlds, _as_of_today(owner, rng, worlds))
    yield made
    total = sum(made.cases.values())
    print(f"\n{total} cases, CONCORD_SEED={seed}: {made.cases}")


def _as_of_today(owner: Database, rng: random.Random, worlds: list[World]) -> list[tuple[str, Viewer | None]]:
    """Everybody with the rights they hold now; in each world the membership of one author has ended meanwhile."""
    found: list[tuple[str, Viewer | None]] = [("nobody", None)]
    for world in worlds:
        authors = {flag.author for flag in world.flags}
        gone = rng.choice([viewer for viewer in world.people.values() if viewer.user_id in authors])
        with owner.transaction() as session:
            session.execute(
                text("update membership set active_to = current_date - 1 where id = :id"), {"id": gone.membership_id}
            )
            found += [(name, viewer_for_membership(session, each.membership_id)) for name, each in world.people.items()]
    assert sum(viewer is None for _, viewer in found) == 1 + len(worlds)
    return found


def test_every_list_holds_exactly_what_each_viewer_may_see_field_by_field(realm: Realm) -> None:
    for name, viewer in realm.viewers:
        answered = realm.ask(viewer, LIST)["flags"]
        found = {edge["node"]["id"]: settled(edge["node"]) for edge in answered["edges"]}
        told = {flag.id: settled(answer(flag, viewer)) for flag in realm.flags if held(flag, viewer)}
        cases, wrong = differences(found, told)
        realm.hold("list", cases, [f"{name}{each}" for each in wrong])
        realm.hold(
            "list", len(realm.flags) - len(told), [] if len(answered["edges"]) == len(told) else [f"{name}: twice"]
        )
        assert answered["totalCount"]["value"] == len(told), f"CONCORD_SEED={realm.seed} {name}"


def test_get_and_node_answer_any_few_fields_as_the_list_does(realm: Realm) -> None:
    for name, viewer in realm.viewers:
        seen = [flag for flag in realm.flags if held(flag, viewer)]
        for flag in realm.rng.sample(seen, min(4, len(seen))):
            # Response names are made up, so that nothing can be found by the name of a field.
            chosen = {f"n{place}": name for place, name in enumerate(realm.rng.sample(sorted(FIELDS), 5))}
            fields = " ".join(f"{alias}: {FIELDS[field]}" for alias, field in chosen.items())
            got = realm.ask(
                viewer,
                f"query($id: ID!) {{ get: flag(by: {{id: $id}}) {{ {fields} }} node(id: $id) {{ ... on Flag {{ {fields} }} }} }}",
                id=flag.id,
            )
            told = settled(answer(flag, viewer))
            assert told is not None
            for way in ("get", "node"):
                found = settled({chosen[alias]: value for alias, value in got[way].items()})
                wanted = {field: told[field] for field in chosen.values() if field != "reference"}
                cases, wrong = differences(found, wanted)
                realm.hold(way, cases, [f"{name} {flag.state}{each}" for each in wrong])


def test_what_a_viewer_may_not_see_is_null_whichever_way_it_is_asked_for(realm: Realm) -> None:
    for name, viewer in realm.viewers:
        hidden = [flag for flag in realm.flags if held(flag, viewer) is None]
        ids = [flag.id for flag in hidden] + [flag.person_id for flag in hidden if flag.person_id]
        for start in range(0, len(ids), 20):
            batch = ids[start : start + 20]
            asked = " ".join(f'f{place}: flag(by: {{id: "{each}"}}) {{ fact }}' for place, each in enumerate(batch))
            nodes = " ".join(f'n{place}: node(id: "{each}") {{ id }}' for place, each in enumerate(batch))
            got = realm.ask(viewer, f"{{ {asked} {nodes} }}")
            realm.hold("hidden", len(got), [f"{name}: {key}" for key, value in got.items() if value is not None])


def test_a_person_is_seen_with_the_flag_and_at_the_same_levels(realm: Realm) -> None:
    document = f"query($id: ID!) {{ node(id: $id) {{ ... on Person {{ preferredName {FIELDS['disclosure']} {FIELDS['withheld']} }} }} }}"
    for name, viewer in realm.viewers:
        seen = [flag for flag in realm.flags if flag.person_id and held(flag, viewer)]
        for flag in realm.rng.sample(seen, min(2, len(seen))):
            told = answer(flag, viewer)
            assert told is not None
            wanted = {
                "preferredName": told["subject"]["preferredName"],
                "withheld": told["subject"]["withheld"],
                "disclosure": told["disclosure"],
            }
            found = realm.ask(viewer, document, id=flag.person_id)["node"]
            cases, wrong = differences(settled(found), settled(wanted))
            realm.hold("person", cases, [f"{name}{each}" for each in wrong])


TABLES = {
    "root": "id",
    "flag": "id",
    "person": "id",
    "disclosure": "root_id",
    "flag_concern": "flag_id",
    "place_group": "flag_id",
    "triage_decision": "flag_id",
    "feedback": "flag_id",
    "flag_transition": "flag_id",
    "share": "flag_id",
}


def test_postgresql_shows_the_same_rows_when_a_query_forgets_its_filter(realm: Realm, wall: Wall) -> None:
    for name, viewer in realm.viewers:
        told = _rows_told(realm, viewer)
        with wall.anonymously() if viewer is None else wall.acting_as(viewer) as session:
            for table, column in TABLES.items():
                found = set(session.scalars(text(f"select {column} from {table}")))
                wrong = (
                    [] if found == told[table] else [f"{name}.{table}: {len(found)} rows, must be {len(told[table])}"]
                )
                realm.hold("sql", len(realm.flags), wrong)
            audiences = set(session.scalars(text("select audience_id from disclosure")))
            assert audiences <= set(viewer.audience_ids if viewer else ()), name


def _rows_told(realm: Realm, viewer: Viewer | None) -> dict[str, set[Any]]:
    flags = [flag for flag in realm.flags if held(flag, viewer)]
    keys = {flag.key for flag in flags}
    people = {flag.person_key for flag in flags if flag.person_key}
    return {
        "root": keys | people,
        "flag": keys,
        "person": people,
        "disclosure": keys | people,
        "flag_concern": keys,
        "flag_transition": keys,
        "place_group": {flag.key for flag in flags if flag.subject_type == "PlaceGroup"},
        "triage_decision": {flag.key for flag in flags if flag.decision},
        "feedback": {flag.key for flag in flags if flag.feedback},
        "share": {flag.key for flag in flags if flag.shares},
    }


def test_enough_was_compared_to_believe_it(realm: Realm) -> None:
    total = sum(realm.cases.values())
    assert total >= 10_000, f"Only {total} cases: raise FLAGS or WORLDS in this file. CONCORD_SEED={realm.seed}"
