"""An independent oracle of visibility agrees with what the door answers and with what PostgreSQL shows.

New worlds every run; the seed is in the output, and CONCORD_SEED repeats a run.
"""

import os
import random
import secrets
import sys
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from graphql_schema import Door
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.db import Database
from portal.identity.viewers import viewer_for_membership
from tests.oracle.compare import EVERYTHING, FIELDS, differences, settled
from tests.oracle.stories import tell_stories
from tests.oracle.visibility import ToldFlag, answer, granted, held, sees_person
from tests.oracle.world import World, settle_world

# Every story happens in the first world; the others are there to be kept apart from it.
FLAGS, ENOUGH = (26, 5), 10_000
# As much at a time as one request may ask.
LIST = f"""query($after: String) {{
  flags(first: 40, after: $after) {{
    totalCount {{ value }} pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {EVERYTHING} }} }}
  }}
}}"""
PERSON = f"preferredName {FIELDS['disclosure']} {FIELDS['withheld']}"
# What hangs under a flag or a person, with the column that names the root it is seen through.
TABLES = {
    "root": "id",
    "flag": "id",
    "person": "id",
    "disclosure": "root_id",
    "flag_concern": "flag_id",
    "place_group": "flag_id",
    "triage_decision": "flag_id",
    "feedback": "flag_id",
    "information_request": "flag_id",
    "flag_addition": "flag_id",
    "flag_transition": "flag_id",
    "share": "flag_id",
}


@dataclass
class Realm:
    """Several worlds in one database, everybody who may ask as they are today, and what was counted."""

    rng: random.Random
    worlds: list[World]
    viewers: list[tuple[str, Viewer | None]]
    cases: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def flags(self) -> list[ToldFlag]:
        return [flag for world in self.worlds for flag in world.flags]

    def ask(self, viewer: Viewer | None, document: str, **variables: Any) -> dict[str, Any]:
        return self.worlds[0].cast.ask(viewer, document, **variables)

    def hold(self, way: str, who: str, found: Any, told: Any) -> None:
        cases, wrong = differences(settled(found), settled(told))
        self.cases[way] = self.cases.get(way, 0) + cases
        self.wrong += [f"{way} {who}{each}" for each in wrong]


def test_an_independent_oracle_agrees_with_the_door_and_with_postgresql(
    owner: Database, door: Door, wall: Wall
) -> None:
    seed = int(os.environ.get("CONCORD_SEED") or secrets.randbelow(2**32))
    sys.stdout.write(f"CONCORD_SEED={seed}\n")
    rng = random.Random(seed)  # noqa: S311  worlds are repeated from it, nothing is secret
    worlds = [settle_world(owner, door, rng) for _ in FLAGS]
    for world, flags in zip(worlds, FLAGS, strict=True):
        tell_stories(world, flags=flags)
    realm = Realm(rng, worlds, _as_of_today(owner, rng, worlds))
    for name, viewer in realm.viewers:
        _hold_list(realm, name, viewer)
        _hold_get_and_node(realm, name, viewer)
        _hold_person(realm, name, viewer)
        _hold_hidden(realm, name, viewer)
        _hold_rows(realm, name, viewer, wall)
    sys.stdout.write(f"{sum(realm.cases.values())} cases: {realm.cases}\n")
    assert not realm.wrong, f"CONCORD_SEED={seed}: {len(realm.wrong)} differ, such as {realm.wrong[:5]}"
    assert sum(realm.cases.values()) >= ENOUGH, f"Too few cases to believe it, raise FLAGS: {realm.cases}"


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


def _hold_list(realm: Realm, name: str, viewer: Viewer | None) -> None:
    """Every list holds exactly what the viewer may see, once, field by field."""
    edges, more, after = [], True, None
    while more:
        page = realm.ask(viewer, LIST, after=after)["flags"]
        edges += page["edges"]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    told = {flag.id: answer(flag, viewer) for flag in realm.flags if held(flag, viewer)}
    realm.hold("list", name, {edge["node"]["id"]: edge["node"] for edge in edges}, told)
    realm.hold("count", name, [len(edges), page["totalCount"]["value"]], [len(told)] * 2)


def _hold_get_and_node(realm: Realm, name: str, viewer: Viewer | None) -> None:
    """Any few fields of one flag are answered as in the list, whatever their response names."""
    seen = [flag for flag in realm.flags if held(flag, viewer)]
    for flag in realm.rng.sample(seen, min(2, len(seen))):
        chosen = {f"n{place}": name for place, name in enumerate(realm.rng.sample(sorted(FIELDS), 5))}
        some = "{ " + " ".join(f"{alias}: {FIELDS[each]}" for alias, each in chosen.items()) + " }"
        document = f"query($id: ID!) {{ get: flag(by: {{id: $id}}) {some} node(id: $id) {{ ... on Flag {some} }} }}"
        got, told = realm.ask(viewer, document, id=flag.id), answer(flag, viewer)
        assert told is not None
        for way in ("get", "node"):
            found = {chosen[alias]: value for alias, value in got[way].items()}
            realm.hold(way, f"{name} {flag.state}", found, {each: told[each] for each in chosen.values()})


def _hold_person(realm: Realm, name: str, viewer: Viewer | None) -> None:
    """A person is seen with their flag, at the same levels and for the same reasons."""
    seen = [flag for flag in realm.flags if sees_person(flag, viewer)]
    for flag in realm.rng.sample(seen, min(1, len(seen))):
        found = realm.ask(
            viewer, f"query($id: ID!) {{ node(id: $id) {{ ... on Person {{ {PERSON} }} }} }}", id=flag.person_id
        )
        told = answer(flag, viewer)
        levels = held(flag, viewer, of_person=True)
        assert told is not None
        assert levels is not None
        subject = {each: told["subject"][each] for each in ("preferredName", "withheld")}
        disclosure = told["disclosure"] | {"granted": granted(levels)}
        realm.hold("person", name, found["node"], subject | {"disclosure": disclosure})


def _hold_hidden(realm: Realm, name: str, viewer: Viewer | None) -> None:
    """What a viewer may not see is null, whichever way it is asked for."""
    ways = {"flag": "f{0}: flag(by: {{id: $i{0}}}) {{ fact }}", "node": "f{0}: node(id: $i{0}) {{ id }}"}
    unseen = [flag for flag in realm.flags if held(flag, viewer) is None]
    some = realm.rng.sample(unseen, min(10, len(unseen)))
    hidden = [(realm.rng.choice(["flag", "node"]), flag.id) for flag in some]
    hidden += [("node", flag.person_id) for flag in some[:5] if flag.person_id]
    for way, asked in ways.items():
        ids = [each for each_way, each in hidden if each_way == way]
        if not ids:
            continue
        variables = {f"i{place}": each for place, each in enumerate(ids)}
        declared = ", ".join(f"${each}: ID!" for each in variables)
        fields = " ".join(asked.format(place) for place in range(len(ids)))
        got = realm.ask(viewer, f"query({declared}) {{ {fields} }}", **variables)
        realm.hold("hidden", name, got, dict.fromkeys(got))


def _hold_rows(realm: Realm, name: str, viewer: Viewer | None, wall: Wall) -> None:
    """PostgreSQL shows the same rows when a query forgets its filter."""
    told = _rows_told(realm, viewer)
    with wall.anonymously() if viewer is None else wall.acting_as(viewer) as session:
        found = {
            table: sorted(set(map(str, session.scalars(text(f"select {column} from {table}")))))
            for table, column in TABLES.items()
        }
        audiences = set(session.scalars(text("select audience_id from disclosure")))
    realm.hold("sql", name, found, told)
    assert audiences <= set(viewer.audience_ids if viewer else ()), name


def _rows_told(realm: Realm, viewer: Viewer | None) -> dict[str, list[str]]:
    flags = [flag for flag in realm.flags if held(flag, viewer)]
    keys = [flag.key for flag in flags]
    people = [flag.person_key for flag in flags if flag.person_key and sees_person(flag, viewer)]
    rows = {
        "root": keys + people,
        "flag": keys,
        "person": people,
        "disclosure": keys + people,
        "flag_concern": keys,
        "flag_transition": keys,
        "place_group": [flag.key for flag in flags if flag.subject_type == "PlaceGroup"],
        "triage_decision": [flag.key for flag in flags if flag.decision],
        "feedback": [flag.key for flag in flags if flag.feedback],
        "information_request": [flag.key for flag in flags if flag.questions],
        "flag_addition": [flag.key for flag in flags if flag.additions],
        "share": [flag.key for flag in flags if flag.shares],
    }
    return {table: sorted(map(str, ids)) for table, ids in rows.items()}
