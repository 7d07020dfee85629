"""A flag can say where on the map it was: exactly as given, in the country, and only to those who read the place."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.factories.cast import Cast, key
from tests.factories.flags import RAISE, group_report, imported, raised, report, shared, taken

POINT = {"latitude": "51.900693", "longitude": "-2.079367"}
READ = """
query($id: ID!) { flag(by: {id: $id}) {
  point { latitude longitude approximate } placeDescription withheld { fields }
} }
"""


def placed(**point: Any) -> dict[str, Any]:
    """The part of a report that says where."""
    return {"place": {"description": "Bus shelter, Station Parade", "point": POINT | point}}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (POINT, ("51.900693", "-2.079367")),
        ({"latitude": 51.900693, "longitude": -2.079367}, ("51.900693", "-2.079367")),
        ({"latitude": "51.9", "longitude": -2}, ("51.900000", "-2.000000")),
        ({"latitude": "51.90069349", "longitude": "-2.07936651"}, ("51.900693", "-2.079367")),
        ({"latitude": "49", "longitude": "3"}, ("49.000000", "3.000000")),
        ({"latitude": "61.000000", "longitude": "-9"}, ("61.000000", "-9.000000")),
    ],
)
def test_a_point_is_kept_to_six_places(cast: Cast, given: dict[str, Any], kept: tuple[str, str]) -> None:
    flag = raised(cast, **placed(**given))
    point = cast.ask(cast.rowan, READ, id=flag["id"])["flag"]["point"]
    assert (point["latitude"], point["longitude"], point["approximate"]) == (*kept, False)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"latitude": "48.999999"}, {"latitude"}),
        ({"latitude": "90"}, {"latitude"}),
        ({"longitude": "3.1", "latitude": "-51"}, {"latitude", "longitude"}),
        ({"longitude": "-9.000001"}, {"longitude"}),
        ({"latitude": "-2.079367", "longitude": "51.900693"}, {"latitude"}),
        ({"latitude": "99999999999999999999.5"}, {"latitude"}),
    ],
)
def test_a_point_outside_the_country_is_refused_and_a_swapped_one_is_named(
    cast: Cast, given: dict[str, str], wrong: set[str]
) -> None:
    answer = cast.ask(cast.rowan, RAISE, input=report(**placed(**given)))["raiseFlag"]
    assert answer["__typename"] == "Invalid"
    assert {each["path"][-1] for each in answer["errors"]} == wrong
    assert all(each["path"][:2] == ["place", "point"] for each in answer["errors"])
    assert ("changed places" in answer["errors"][0]["message"]) == (given.get("longitude") == "51.900693")


@pytest.mark.parametrize("given", ["NaN", "1e1", "north", "", "٥١", True, None, [51], {"n": 1}, "1" * 50])
def test_what_is_no_number_is_no_point(cast: Cast, given: Any) -> None:
    execution = cast.try_to_ask(cast.rowan, RAISE, input=report(**placed(latitude=given)))
    assert execution.errors
    assert execution.data is None


def test_a_point_is_read_by_those_who_read_the_place_in_words_and_by_nobody_else(cast: Cast) -> None:
    flag = shared(cast, taken(cast, raised(cast, **placed(approximate=True))))
    for name in ("rowan", "mel", "morgan"):
        assert cast.ask(cast.viewers[name], READ, id=flag["id"])["flag"]["point"] == POINT | {"approximate": True}
    withheld = cast.ask(cast.sam, READ, id=flag["id"])["flag"]
    assert withheld["point"] is withheld["placeDescription"] is None
    assert {"point", "placeDescription"} <= {name for each in withheld["withheld"] for name in each["fields"]}
    assert cast.ask(cast.ari, READ, id=flag["id"])["flag"] is None


def test_a_flag_without_a_point_has_none_and_nothing_is_withheld(cast: Cast) -> None:
    flag = raised(cast)
    found = cast.ask(cast.rowan, READ, id=flag["id"])["flag"]
    assert (found["point"], found["placeDescription"]) == (None, "Bus shelter, Station Parade")
    assert not [each for each in found["withheld"] if "point" in each["fields"]]


@pytest.mark.parametrize("stays", [True, False])
def test_a_promoted_draft_keeps_its_point_while_it_stays_where_it_was(cast: Cast, stays: bool) -> None:  # noqa: FBT001
    words = "On or near Elm Street"
    draft = imported(cast, place={"description": words, "point": POINT | {"approximate": True}})
    place = {"description": words if stays else "Behind the shops"}
    given = {"place": place, "draftId": draft["id"], "draftVersion": draft["version"], "idempotencyKey": key()}
    raised(cast, **group_report(**given))
    point = cast.ask(cast.rowan, READ, id=draft["id"])["flag"]["point"]
    assert point == (POINT | {"approximate": True} if stays else None)


def test_the_point_of_a_raised_flag_stays_whoever_writes_to_the_database(cast: Cast) -> None:
    flag = raised(cast, **placed())
    opened = cast.door._opened_seal().open_id(flag["id"])
    assert opened is not None
    for change in (
        "latitude = 51",
        "latitude = null, longitude = null, point_is_approximate = null",
        "imported = true",
    ):
        with cast.truth() as session, pytest.raises(DBAPIError, match="facts of a raised flag do not change"):
            session.execute(text(f"update flag set {change} where id = :id"), {"id": opened[1]})
