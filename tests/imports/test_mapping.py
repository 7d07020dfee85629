"""What a mapping file promises whoever writes one for the CSV files of another system."""

import csv
import io
from pathlib import Path

import pytest

from frontend.commands.incident_rows import IncidentsRefused, read_incidents
from frontend.commands.incidents import FlagRow, flag_rows
from frontend.commands.mapping import FileMapping, MappingRefused, read_mapping

LOG = """
system = "Command and control"
concern = "ALCOHOL"
who = "Young people at {place}"
fact = "{Type}, logged on {date} at {place}: {Remarks}"
delimiter = ";"

[columns]
reference = "Log number"
date = "Logged"
place = ["Where", "Location"]
latitude = "Lat"
longitude = "Lon"
category = "Type"

[date]
format = "%d/%m/%Y %H:%M"
precision = "MOMENT"

[category]
only = ["Drinking", "Street drinking"]
"""
HEADING = ["Log number", "Logged", "Where", "Lat", "Lon", "Type", "Remarks"]
GOOD = ["SC-0412", "30/05/2021 21:40", "Elm Street", "51.9", "-2.08", "Drinking", "Six or seven, loud"]


def mapping(tmp_path: Path, said: str = LOG) -> FileMapping:
    """A mapping file as read."""
    path = tmp_path / "log.toml"
    path.write_text(said, encoding="utf-8")
    return read_mapping(path)


def file(*rows: list[str], delimiter: str = ";") -> str:
    """A file of the other system."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([HEADING, *rows])
    return out.getvalue()


def changed(**cells: str) -> list[str]:
    """A good row with some cells changed."""
    return [cells.get(name.replace(" ", "_").lower(), cell) for name, cell in zip(HEADING, GOOD, strict=True)]


def said(content: str | bytes, by: FileMapping) -> list[str]:
    """Everything that is wrong with a file, as people read it."""
    with pytest.raises(IncidentsRefused) as refused:
        flag_rows(content, by)
    return [str(problem) for problem in refused.value.problems]


def only(rows: list[FlagRow]) -> FlagRow:
    (row,) = rows
    return row


def test_each_row_with_a_reference_becomes_a_draft_in_the_words_of_the_mapping(tmp_path: Path) -> None:
    rows = flag_rows(
        file(GOOD, changed(log_number="SC-0413"), changed(log_number="SC-9", type="Theft")), mapping(tmp_path)
    )

    assert [row["reference"] for row in rows] == ["SC-0412", "SC-0413"]
    assert rows[0] == {
        "reference": "SC-0412",
        "subject": {"placeGroup": {"description": "Young people at Elm Street", "ageBandCode": "UNKNOWN"}},
        "concernCode": "ALCOHOL",
        # Summer in London.
        "observedAt": "2021-05-30T21:40:00+01:00",
        "observedPrecision": "MOMENT",
        "place": {
            "description": "Elm Street",
            "point": {"latitude": "51.9", "longitude": "-2.08", "approximate": False},
        },
        "fact": "Drinking, logged on 30 May 2021, 21:40 at Elm Street: Six or seven, loud",
        "urgency": "ROUTINE",
    }


def test_a_row_may_come_without_a_point_and_a_file_without_such_columns(tmp_path: Path) -> None:
    assert "point" not in only(flag_rows(file(changed(lat="", lon="")), mapping(tmp_path)))["place"]
    without = mapping(tmp_path, LOG.replace('latitude = "Lat"\nlongitude = "Lon"\n', ""))
    assert "point" not in only(flag_rows(file(GOOD), without))["place"]
    assert said(file(changed(lon="")), mapping(tmp_path)) == [
        "Line 2, column “Lon”: Write the longitude as a number of degrees, such as 51.9."
    ]


def test_what_stands_in_a_cell_is_text_and_never_a_template_or_a_formula(tmp_path: Path) -> None:
    hostile = '=HYPERLINK("http://example.test";"{place}") {0.__class__} %s <script>'
    row = only(flag_rows(file(changed(remarks=hostile, where="{Remarks}")), mapping(tmp_path)))

    assert row["fact"].endswith(hostile)
    assert row["place"]["description"] == "{Remarks}"


def test_a_line_break_inside_quotation_marks_is_a_space_and_lines_are_still_counted(tmp_path: Path) -> None:
    content = file(changed(remarks="Six\nor seven"), changed(log_number="SC-2", logged="yesterday"))

    assert said(content, mapping(tmp_path)) == ["Line 4, column “Logged”: Write the date like 30/05/2021 21:40."]
    assert only(flag_rows(file(changed(remarks="Six\r\nor seven")), mapping(tmp_path)))["fact"].endswith("Six or seven")


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"log_number": ""}, "Line 3, column “Log number”: The reference is missing."),
        ({"log_number": "x" * 201}, "Line 3, column “Log number”: The reference is longer than 200 characters."),
        ({"logged": "31/02/2021 10:00"}, "Line 3, column “Logged”: Write the date like 30/05/2021 21:40."),
        ({"logged": "05/30/2021 21:40"}, "Line 3, column “Logged”: Write the date like 30/05/2021 21:40."),
        ({"logged": "30/05/2999 21:40"}, "Line 3, column “Logged”: This date lies in the future."),
        (
            {"logged": "30/05/1821 21:40"},
            "Line 3, column “Logged”: This date is longer ago than anybody young was seen.",
        ),
        ({"logged": "٣٠/٠٥/٢٠٢١ 21:40"}, "Line 3, column “Logged”: Write the date like 30/05/2021 21:40."),
        ({"where": ""}, "Line 3, column “Where”: The place is missing."),
        ({"where": "Elm\x00Street"}, "Line 3, column “Where”: The place holds a character that cannot be shown."),
        ({"remarks": "a\x00b"}, "Line 3, column “Remarks”: It holds a character that cannot be shown."),
        ({"remarks": "x" * 5001}, "Line 3, column “Remarks”: It is longer than 5000 characters."),
        ({"lat": "-2.08", "lon": "51.9"}, "Line 3, column “Lat”: Latitude and longitude have changed places."),
        ({"lat": "40.7"}, "Line 3, column “Lat”: The latitude lies outside the United Kingdom."),
        ({"type": ""}, "Line 3, column “Type”: The category is missing."),
        ({"log_number": "SC-1"}, "Line 3, column “Log number”: This reference stands in line 2, too."),
    ],
)
def test_every_broken_row_is_named_by_line_and_column_without_its_value(
    tmp_path: Path, cells: dict[str, str], sentence: str
) -> None:
    assert said(file(changed(log_number="SC-1"), changed(**cells)), mapping(tmp_path)) == [sentence]


def test_a_cell_too_large_for_any_incident_is_refused_by_its_line(tmp_path: Path) -> None:
    (problem,) = said(file(GOOD, changed(log_number="SC-2", remarks="x" * 200_000)), mapping(tmp_path))
    assert problem == "Line 3: The quotation marks do not match, or a cell is far too long."


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_a_file_of_an_older_program_is_read_in_the_encoding_the_mapping_names(tmp_path: Path, encoding: str) -> None:
    content = file(changed(where="Café Street", remarks="“Loud” – again"))
    read = mapping(tmp_path, 'encoding = "cp1252"' + LOG)

    assert only(flag_rows(content.encode(encoding), read))["place"]["description"] == "Café Street"


def test_bytes_that_are_no_text_of_that_encoding_are_named_by_their_line(tmp_path: Path) -> None:
    content = file(GOOD).encode() + b"SC-2;30/05/2021 21:40;Caf\xe9;51.9;-2.08;Drinking;\n"
    assert said(content, mapping(tmp_path))[0].startswith("Line 3: This is not UTF-8 text.")
    assert flag_rows(content, mapping(tmp_path, 'encoding = "cp1252"' + LOG))[1]["place"]["description"] == "Café"
    broken = file(GOOD).encode() + b"\x81\n"
    [problem] = said(broken, mapping(tmp_path, 'encoding = "cp1252"' + LOG))
    assert problem.startswith("Line 3: This is not CP1252 text.")


def test_the_delimiter_is_found_out_where_the_mapping_names_none(tmp_path: Path) -> None:
    read = mapping(tmp_path, LOG.replace('delimiter = ";"\n', ""))
    for delimiter in ",;\t|":
        assert only(flag_rows(file(GOOD, delimiter=delimiter), read))["reference"] == "SC-0412"


def test_ten_thousand_rows_are_read_in_a_moment(tmp_path: Path) -> None:
    content = file(*[changed(log_number=f"SC-{number}") for number in range(10_000)])
    assert len(read_incidents(content, mapping(tmp_path)).incidents) == 10_000


def test_rows_without_a_reference_make_one_draft_a_day_and_place(tmp_path: Path) -> None:
    without = LOG.replace('reference = "Log number"\n', "").replace("%d/%m/%Y %H:%M", "%d/%m/%Y")
    without = (
        without.replace('"MOMENT"', '"DAY"')
        .replace("{Type}, logged", "{times} {were} logged")
        .replace(": {Remarks}", "")
    )
    rows = [changed(logged="30/05/2021"), changed(logged="30/05/2021"), changed(logged="31/05/2021")]
    first, second = flag_rows(file(*rows), mapping(tmp_path, without))

    assert first["fact"] == "2 incidents were logged on 30 May 2021 at Elm Street"
    assert (first["observedAt"], first["observedPrecision"]) == ("2021-05-30T00:00:00+00:00", "DAY")
    assert second["fact"] == "1 incident was logged on 31 May 2021 at Elm Street"
    assert flag_rows(file(*reversed(rows)), mapping(tmp_path, without)) == [first, second]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('system = "Command and control"\n', "", "system is missing."),
        ('concern = "ALCOHOL"', "concern = 3", "concern is a text."),
        ('concern = "ALCOHOL"', 'concern = "ALCOHOL"\nscore = 3', "score means nothing here."),
        ('place = ["Where", "Location"]\n', "", "[columns] must say which column is the place."),
        ('place = ["Where", "Location"]', "place = []", "place in [columns] is a heading"),
        ('place = ["Where", "Location"]', 'place = "Where"\nname = "Name"', "name means nothing in [columns]."),
        ('longitude = "Lon"\n', "", "[columns] says latitude and longitude together, or neither."),
        ('"MOMENT"', '"HOUR"', "precision is one of 'MOMENT', 'DAY', 'MONTH'."),
        ('delimiter = ";"', 'delimiter = ";;"', "delimiter is one of"),
        ('delimiter = ";"', 'encoding = "latin"', "encoding is one of 'utf-8', 'cp1252'."),
        ('delimiter = ";"', 'urgency = "IMMEDIATE"', "urgency is one of 'ROUTINE', 'URGENT'."),
        ("{Remarks}", "{Remarks", "a template has a brace that stands alone"),
        ("{Remarks}", "{}", "a template has braces with nothing between them."),
        ('category = "Type"\n', "", "[category] needs a category in [columns]."),
        ('only = ["Drinking", "Street drinking"]', 'only = "Drinking"', "only in [category] is a list of texts."),
        ('reference = "Log number"\n', "", "without a reference column several rows make one draft"),
        ('system = "Command and control"', "system = ", "log.toml is not TOML"),
    ],
)
def test_a_mapping_that_does_not_say_enough_is_refused_and_says_what_is_missing(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in LOG
    with pytest.raises(MappingRefused) as refused:
        mapping(tmp_path, LOG.replace(old, new))
    assert sentence in str(refused.value)


def test_a_heading_that_the_mapping_names_and_the_file_lacks_is_named(tmp_path: Path) -> None:
    assert said(file(GOOD).replace("Remarks", "Notes"), mapping(tmp_path)) == [
        "Line 1: The heading has no column for remarks."
    ]
