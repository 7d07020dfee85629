"""How imported drafts are looked through: place by place and on a map, and only by the team that imported them."""

from typing import Any

import pytest

from graphql_schema import Door
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import group_report, imported, raised

PLACES = """
query($filter: ImportedFilter, $first: Int, $after: String, $last: Int, $before: String) {
  importedPlaces(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount(atMost: 5) { value more }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { node {
      description
      drafts(filter: $filter, first: 2) { totalCount(atMost: 2) { value more } edges { node { id observedAt } } }
    } }
  }
}
"""
SQUARES = """
query($filter: ImportedFilter, $across: Int) {
  importedSquares(filter: $filter, across: $across) {
    latitude longitude south west north east drafts places nearest { id placeDescription }
  }
}
"""


@pytest.fixture
def team(owner: Database, door: Door) -> Cast:
    """A cast of one test."""
    return settle_cast(owner, door)


def there(description: str, north: str | None = None, east: str | None = None) -> dict[str, Any]:
    """A place, on the map or not."""
    point = None if north is None else {"latitude": north, "longitude": east, "approximate": True}
    return {"description": description, "point": point}


def places(cast: Cast, name: str = "rowan", **given: Any) -> dict[str, Any]:
    """A page of places."""
    return dict(cast.ask(cast.viewers[name], PLACES, **{"first": 10} | given)["importedPlaces"])


def named(page: dict[str, Any]) -> list[tuple[str, int]]:
    """Each place of a page, with how many drafts it shows."""
    return [(edge["node"]["description"], len(edge["node"]["drafts"]["edges"])) for edge in page["edges"]]


def squares(cast: Cast, name: str = "rowan", **given: Any) -> list[dict[str, Any]]:
    """The squares of a map."""
    return list(cast.ask(cast.viewers[name], SQUARES, **given)["importedSquares"])


def test_drafts_stand_together_by_place_in_the_order_of_the_places(team: Cast) -> None:
    for place, month in (("B Street", 1), ("A Street", 2), ("B Street", 3), ("B Street", 2), ("C Street", 1)):
        imported(team, place=there(place), observedAt=f"2021-0{month}-01T00:00:00Z")
    page = places(team)
    assert named(page) == [("A Street", 1), ("B Street", 2), ("C Street", 1)]
    assert page["totalCount"] == {"value": 3, "more": False}
    in_b = page["edges"][1]["node"]["drafts"]
    assert in_b["totalCount"] == {"value": 2, "more": True}
    assert [edge["node"]["observedAt"] for edge in in_b["edges"]] == ["2021-03-01T00:00:00Z", "2021-02-01T00:00:00Z"]


def test_pages_of_places_lead_on_and_back_without_a_gap(team: Cast) -> None:
    every = [f"{letter} Street" for letter in "ABCDEFG"]
    for place in (*every, *every):
        imported(team, place=there(place))
    assert places(team)["totalCount"] == {"value": 5, "more": True}
    first = places(team, first=3)
    second = places(team, first=3, after=first["pageInfo"]["endCursor"])
    third = places(team, first=3, after=second["pageInfo"]["endCursor"])
    assert [name for page in (first, second, third) for name, _ in named(page)] == every
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second, third)] == [True, True, False]
    back = places(team, first=None, last=3, before=third["pageInfo"]["startCursor"])
    assert named(back) == named(second)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"observedFrom": "2021-05-01T00:00:00+01:00", "observedBefore": "2021-06-01T00:00:00+01:00"}, ["B Street"]),
        ({"text": "b stREET"}, ["B Street"]),
        ({"text": "six or seven"}, ["C Street"]),
        ({"text": "%"}, ["100% Street"]),
        ({"text": "_"}, []),
        ({"within": {"south": "51.9", "west": "-2.1", "north": "51.91", "east": "-2.0"}}, ["A Street", "B Street"]),
        ({"within": {"south": "52", "west": "-2.1", "north": "51", "east": "-2.0"}}, []),
        ({"text": "street", "observedFrom": "2020-01-01T00:00:00Z", "observedBefore": "2020-02-01T00:00:00Z"}, []),
        ({"text": "b street", "observedFrom": "2022-01-01T00:00:00Z"}, []),
    ],
)
def test_a_filter_narrows_places_and_map_alike(team: Cast, wanted: dict[str, Any], found: list[str]) -> None:
    imported(team, place=there("A Street", "51.9", "-2.05"), observedAt="2021-04-01T00:00:00Z")
    imported(team, place=there("B Street", "51.91", "-2.05"), observedAt="2021-05-01T00:00:00Z")
    imported(team, place=there("C Street"), fact="Six or seven were there.", observedAt="2021-06-01T00:00:00Z")
    imported(team, place=there("100% Street", "52.5", "-1"), observedAt="2021-07-01T00:00:00Z")
    page = places(team, filter=wanted)
    assert [name for name, _ in named(page)] == sorted(found)
    assert sum(square["drafts"] for square in squares(team, filter=wanted)) == len({*found} - {"C Street"})


def test_drafts_are_found_by_the_place_of_another_and_never_by_that_of_a_hidden_one(team: Cast) -> None:
    imported(team, place=there("A Street", "51.9", "-2.1"))
    second = imported(team, place=there("A Street"))
    theirs = imported(team, by=team.ari, place=there("A Street"))
    imported(team, place=there("B Street"))
    assert named(places(team, filter={"samePlaceAs": second["id"]})) == [("A Street", 2)]
    for hidden in (theirs["id"], "nothing"):
        assert named(places(team, filter={"samePlaceAs": hidden})) == []
        assert squares(team, filter={"samePlaceAs": hidden}) == []


def test_a_map_counts_what_lies_together_from_the_north_west(team: Cast) -> None:
    for place, north, east in (
        ("A Street", "51.900000", "-2.100000"), ("A Street", "51.900100", "-2.100100"),
        ("B Street", "51.900200", "-2.100000"),
        ("C Street", "51.990000", "-2.000000"), ("D Street", None, None),
    ):  # fmt: skip
        imported(team, place=there(place, north, east))
    north_east, south_west = squares(team, across=2)
    assert (north_east["drafts"], north_east["places"], north_east["nearest"]["placeDescription"]) == (1, 1, "C Street")
    assert (south_west["drafts"], south_west["places"]) == (3, 2)
    assert south_west["nearest"]["placeDescription"] == "A Street"
    assert [south_west[edge] for edge in ("south", "west", "north", "east")] == [
        "51.900000", "-2.100100", "51.900200", "-2.100000"
    ]  # fmt: skip
    assert (south_west["latitude"], south_west["longitude"]) == ("51.900100", "-2.100033")
    assert len(squares(team, across=1)) == 1
    assert len(squares(team, across=99)) == 2


def test_only_the_team_that_imported_finds_anything(team: Cast) -> None:
    imported(team, place=there("A Street", "51.9", "-2.1"))
    imported(team, by=team.ari, place=there("Z Street", "51.9", "-2.1"))
    elsewhere = settle_cast(team.owner, team.door)
    for name in team.viewers:
        seen = {
            "rowan": ["A Street"],
            "dana": ["A Street"],
            "mel": ["A Street"],
            "ari": ["Z Street"],
            "lee": ["Z Street"],
        }
        page = places(team, name)
        assert [place for place, _ in named(page)] == seen.get(name, []), name
        assert page["totalCount"]["value"] == len(seen.get(name, []))
        assert [square["nearest"]["placeDescription"] for square in squares(team, name)] == seen.get(name, [])
        assert named(places(elsewhere, name)) == []
    assert team.ask(None, PLACES)["importedPlaces"]["edges"] == []
    assert team.ask(None, SQUARES)["importedSquares"] == []


def test_what_was_raised_is_no_longer_to_be_looked_through(team: Cast) -> None:
    draft = imported(team, place=there("A Street", "51.9", "-2.1"))
    raised(team, **group_report(draftId=draft["id"], draftVersion=draft["version"]))
    raised(team, **group_report(place=there("B Street", "51.9", "-2.1")))
    assert named(places(team)) == []
    assert squares(team) == []


def test_the_number_of_statements_does_not_grow_with_the_places(team: Cast) -> None:
    from sqlalchemy import event

    def statements() -> int:
        counted: list[str] = []
        engine = team.door.wall.database.engine
        note = lambda *args: counted.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        places(team)
        squares(team)
        event.remove(engine, "before_cursor_execute", note)
        return len(counted)

    imported(team, place=there("A Street", "51.9", "-2.1"))
    few = statements()
    for number in range(12):
        imported(team, place=there(f"{number} Street", f"51.9{number}", "-2.1"))
    assert statements() == few
