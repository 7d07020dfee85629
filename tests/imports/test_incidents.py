"""What reading a file of recorded incidents promises."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontend.commands.incident_rows import LONGEST_PLACE, IncidentsRefused, Problem, read_incidents
from frontend.commands.incidents import flag_rows

DEMO = Path("frontend/commands/data/police_uk_street_crime_cheltenham_2021-05.csv")
NAUGHTY = Path("tests/data/blns.json")
HEADING = ["id", "month", "category", "lat", "lon", "street", "outcome"]
PUBLISHED = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
Row = list[str]

# A place in a row, and what makes the row bad there.
SPOILS = [
    *((1, month) for month in ("May-21", "2021-13", "2021-00", "")),
    (2, ""),
    *((3, latitude) for latitude in ("north", "-2.08", "NaN", "")),
    *((4, longitude) for longitude in ("51.9", "1e1", "٢", "")),
    *((5, street) for street in ("", "Elm\x00Street", "Elm \u202eteertS", "E" * (LONGEST_PLACE + 1))),
]

streets = st.from_regex(r"[A-Z][a-z']{2,8}( [A-Z][a-z]{2,8}){0,2}", fullmatch=True)
months = st.sampled_from(["2021-04", "2021-05", "2021-12"])
# Near Cheltenham, within a few hundred metres of each other.
latitudes = st.integers(51_9000, 51_9040).map(lambda tenthousandths: f"{tenthousandths / 10_000:.6f}")
longitudes = st.integers(-2_0900, -2_0860).map(lambda tenthousandths: f"{tenthousandths / 10_000:.6f}")
identifiers = st.integers(0, 10**9).map(str)
incidents = st.builds(
    lambda *cells: list(cells),
    identifiers, months, st.just("anti-social-behaviour"), latitudes, longitudes,
    streets.map(lambda street: f"On or near {street}"), st.just(""),
)  # fmt: skip
others = incidents.map(lambda row: [*row[:2], "violent-crime", *row[3:]])
files = st.lists(incidents, min_size=1, max_size=12)


def _file(rows: Sequence[Row], *, delimiter: str = ",", ends: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ends, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([HEADING, *rows])
    return out.getvalue()


def _problems(content: bytes | str) -> tuple[Problem, ...]:
    with pytest.raises(IncidentsRefused) as refused:
        flag_rows(content)
    return refused.value.problems


def _count(fact: str) -> int:
    return int(fact.split(" ", 1)[0])


def test_the_demonstration_file_makes_one_draft_a_street() -> None:
    read, rows = read_incidents(DEMO.read_bytes()), flag_rows(DEMO.read_bytes())

    assert (len(read.incidents), read.other_categories, read.without_place) == (171, 298, 0)
    assert (
        len(rows) == len({row["reference"] for row in rows}) == len({row["place"]["description"] for row in rows}) == 94
    )
    assert sum(_count(row["fact"]) for row in rows) == 171


def test_a_draft_says_what_is_known_and_no_more() -> None:
    row = ["1", "2021-05", "anti-social-behaviour", "51.900693", "-2.079367", "On or near St George's Place", ""]

    (draft,) = flag_rows(_file([row, row]))

    assert draft.pop("reference").startswith("asb-2021-05-")  # type: ignore[misc]
    assert draft == {
        "subject": {
            "placeGroup": {
                "description": "Anti-social behaviour recorded on or near St George's Place (2 incidents)",
                "ageBandCode": "UNKNOWN",
            }
        },
        "concernCode": "ANTI_SOCIAL_BEHAVIOUR",
        "observedAt": "2021-05-01T00:00:00+00:00",
        "observedPrecision": "MONTH",
        "place": {
            "description": "On or near St George's Place",
            "point": {"latitude": "51.900693", "longitude": "-2.079367", "approximate": True},
        },
        "fact": (
            "2 incidents of anti-social behaviour were recorded on or near St George's Place in May 2021. "
            "The day, the exact place and who was there are not recorded."
        ),
        "urgency": "ROUTINE",
    }


@given(files.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_rows_does_not_matter(orders: tuple[list[Row], list[Row]]) -> None:
    first, second = orders

    assert flag_rows(_file(first)) == flag_rows(_file(second))


@given(files, st.lists(others, max_size=6))
def test_only_anti_social_behaviour_becomes_drafts(rows: list[Row], left_out: list[Row]) -> None:
    assert flag_rows(_file([*left_out, *rows])) == flag_rows(_file(rows))


@given(files, st.data())
def test_the_identifier_column_decides_nothing(rows: list[Row], data: st.DataObject) -> None:
    renumbered = [[data.draw(identifiers), *row[1:]] for row in rows]

    assert flag_rows(_file(renumbered)) == flag_rows(_file(rows))


@given(files, st.data())
def test_a_row_that_comes_again_is_counted_and_makes_no_other_draft(rows: list[Row], data: st.DataObject) -> None:
    before = flag_rows(_file(rows))
    after = flag_rows(_file([*rows, data.draw(st.sampled_from(rows))]))

    assert [row["reference"] for row in after] == [row["reference"] for row in before]
    assert sum(_count(row["fact"]) for row in after) == sum(_count(row["fact"]) for row in before) + 1


SPELLINGS: dict[str, Callable[[list[Row]], bytes | str]] = {
    "with a byte order mark": lambda rows: b"\xef\xbb\xbf" + _file(rows).encode(),
    "with Windows line ends": lambda rows: _file(rows, ends="\r\n"),
    "with old Macintosh line ends": lambda rows: _file(rows, ends="\r"),
    "with every cell quoted": lambda rows: _file(rows, quoting=csv.QUOTE_ALL),
    "pasted from a spreadsheet": lambda rows: _file(rows, delimiter="\t", ends="\r\n"),
    "saved by a spreadsheet as Unicode text": lambda rows: _file(rows, delimiter="\t", ends="\r\n").encode("utf-16"),
    "with semicolons": lambda rows: _file(rows, delimiter=";"),
    "with blank lines": lambda rows: "\n\n" + _file(rows).replace("\n", "\n\n") + "\n , ,\n,,,,,,\n",
    "with empty columns at the end": lambda rows: _file([[*row, "", ""] for row in rows]),
    "with spaces around the cells": lambda rows: _file(
        [[f"  {cell}\N{NO-BREAK SPACE}" for cell in row] for row in rows]
    ),
    "without a last line end": lambda rows: _file(rows).rstrip("\n"),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
@settings(max_examples=25)
@given(rows=files)
def test_however_a_file_was_saved_it_says_the_same(
    spelling: Callable[[list[Row]], bytes | str], rows: list[Row]
) -> None:
    assert flag_rows(spelling(rows)) == flag_rows(_file(rows))


def test_a_name_spelled_with_another_apostrophe_or_in_capitals_is_the_same_street() -> None:
    names = ["On or near St George's Place", "On or near St George’s Place", "ON OR NEAR ST GEORGE'S PLACE"]
    rows = [["1", "2021-05", "anti-social-behaviour", "51.9", "-2.08", name, ""] for name in names]

    assert len(flag_rows(_file(rows))) == 1


def test_the_files_police_uk_publishes_are_read_too() -> None:
    force, area, asb = "A Force,A Force", "E01022139,Cheltenham 004C", "Anti-social behaviour"
    rows = [
        f",2021-05,{force},-2.079367,51.900693,On or near Elm Street,{area},{asb},,",
        f"ab12,2021-05,{force},-2.079367,51.900693,On or near Elm Street,{area},Robbery,Under investigation,",
        f",2021-05,{force},,,No Location,,,{asb},,",
        f",2021-05,{force},-2.079367,51.900693,On or near ,{area},{asb},,",
    ]

    read = read_incidents("\n".join([PUBLISHED, *rows]))

    assert [incident.place for incident in read.incidents] == ["Elm Street"]
    assert (read.other_categories, read.without_place) == (1, 2)


def test_the_high_streets_of_two_towns_are_two_drafts_and_a_long_street_is_one() -> None:
    cheltenham = [("51.9010", "-2.0760"), ("51.9050", "-2.0838"), ("51.9090", "-2.0990")]
    tewkesbury = [("51.9920", "-2.1580")]
    rows = [
        ["1", "2021-05", "anti-social-behaviour", lat, lon, "On or near High Street", ""]
        for lat, lon in (*cheltenham, *tewkesbury)
    ]

    assert sorted(_count(row["fact"]) for row in flag_rows(_file(rows))) == [1, 3]


@given(st.lists(st.one_of(incidents, st.just(None)), min_size=1, max_size=12), st.data())
def test_every_bad_row_is_named_by_its_line_and_nothing_is_imported(
    plan: list[Row | None], data: st.DataObject
) -> None:
    good = ["1", "2021-05", "anti-social-behaviour", "51.9", "-2.08", "On or near Elm Street", ""]
    spoils = st.sampled_from(SPOILS)
    rows: list[Row] = []
    for row in plan:
        place, wrong = data.draw(spoils) if row is None else (0, "1")
        rows.append([*good[:place], wrong, *good[place + 1 :]] if row is None else row)
    bad = [line for line, row in enumerate(plan, start=2) if row is None]

    if bad:
        assert sorted({problem.line for problem in _problems(_file(rows))}) == bad
    else:
        assert flag_rows(_file(rows))


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    content = (
        "\n" + ",".join(HEADING) + "\n\n"
        '1,2021-05,anti-social-behaviour,51.9,-2.08,"On or near\nElm Street",\n'
        "2,May 2021,anti-social-behaviour,51.9,-2.08,On or near Elm Street,\n"
    )

    assert [problem.line for problem in _problems(content)] == [6]


def test_all_that_is_wrong_with_a_row_is_said_at_once_by_column_without_repeating_it() -> None:
    problems = _problems(_file([["1", "secret", "anti-social-behaviour", "secret", "secret", "s" * 201, ""]]))

    assert [str(problem) for problem in problems] == [
        "Line 2, column “month”: Write the date like 2021-05.",
        "Line 2, column “street”: The place is longer than 200 characters.",
        "Line 2, column “lat”: Write the latitude as a number of degrees, such as 51.9.",
        "Line 2, column “lon”: Write the longitude as a number of degrees, such as 51.9.",
    ]


def test_a_latitude_and_a_longitude_that_changed_places_are_found_out() -> None:
    (problem,) = _problems(_file([["1", "2021-05", "anti-social-behaviour", "-2.08", "51.9", "Elm Street", ""]]))

    assert str(problem) == "Line 2, column “lat”: Latitude and longitude have changed places."


def test_a_month_that_is_still_to_come_is_refused() -> None:
    (problem,) = _problems(_file([["1", "2999-05", "anti-social-behaviour", "51.9", "-2.08", "Elm Street", ""]]))

    assert str(problem) == "Line 2, column “month”: This date lies in the future."


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        ("", 1, "The heading has no column for date, place, latitude, longitude, category."),
        ("month,category,lat,lon\n", 1, "The heading has no column for place."),
        ("\n\nmonth,category,lat,lon,street,Location\n", 3, "The heading has more than one column for place."),
        (_file([["1", "2021-05", "anti-social-behaviour", "51.9"]]), 2, "It has 4 cells and the heading has 7."),
        (_file([["1", "2021-05", "x", "51.9", "-2", "Elm", "", "more"]]), 2, "It has 8 cells and the heading has 7."),
        (_file([]) + '1,2021-05,anti-social-behaviour,51.9,-2.08,"Elm Street\n', 2, "The quotation marks do not match"),
        (_file([]).encode() + b"1,2021-05,anti-social-behaviour,51.9,-2.08,Caf\xe9 Street,\n", 2, "not UTF-8 text"),
        (b"\xff\xfea", 1, "not UTF-16 text"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes | str, line: int, sentence: str) -> None:
    (problem,) = _problems(content)

    assert problem.line == line
    assert sentence in problem.sentence


def test_a_file_without_anti_social_behaviour_makes_no_drafts() -> None:
    assert flag_rows(_file([])) == []
    assert flag_rows(_file([["1", "2021-05", "drugs", "", "", "", ""]])) == []


def test_a_hostile_street_is_kept_whole_or_refused_by_its_line() -> None:
    for street in filter(str.strip, json.loads(NAUGHTY.read_text())):
        content = _file([["1", "2021-05", "anti-social-behaviour", "51.9", "-2.08", street, ""]])
        if len(street) > LONGEST_PLACE or not "".join(street.split()).isprintable():
            assert {problem.line for problem in _problems(content)} == {2}
        else:
            (draft,) = flag_rows(content)
            assert draft["place"]["description"] == f"On or near {' '.join(street.split())}"


@given(st.one_of(st.text(), st.binary(), st.text().map(lambda text: f"{','.join(HEADING)}\n{text}")))
def test_whatever_is_fed_in_is_read_or_refused(content: bytes | str) -> None:
    with suppress(IncidentsRefused):
        assert all(row["reference"] for row in flag_rows(content))
