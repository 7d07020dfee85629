"""The same by command and by tool: what docs/importing.md shows works as it stands there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from frontend.commands.import_incidents import ImportRefused, import_incidents
from frontend.commands.incidents import flag_rows
from frontend.commands.mapping import read_mapping
from graphql_schema import Door
from portal.db import Database
from tests.factories.cast import Cast, settle_cast
from tests.factories.snapshot import unchanged

GUIDE = Path("docs/importing.md")
FILE = (
    "Log number;Logged;Where;Lat;Lon;Type;Remarks\n"
    "SC-1;30/05/2021 21:40;Elm Street;51.9;-2.08;Drinking;Six or seven\n"
    'SC-2;30/05/2021 21:50;Oak Street;51.91;-2.08;Street drinking;"Loud;\nagain"\n'
    "SC-3;30/05/2021 21:55;Oak Street;51.91;-2.08;Theft;Left out\n"
)


def shown(language: str) -> str:
    """The one block of the guide in a language."""
    (block,) = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


@pytest.fixture
def team(owner: Database, door: Door) -> Cast:
    """A cast of one test."""
    return settle_cast(owner, door)


def run(team: Cast, tmp_path: Path, content: str = FILE, *, dry_run: bool = False, by: str = "rowan") -> str:
    """Import a file with the mapping of the guide."""
    path = tmp_path / "our-log.toml"
    path.write_text(shown("toml"), encoding="utf-8")
    return import_incidents(
        lambda document, variables: team.ask(team.viewers[by], document, **variables),
        content.encode("cp1252"),
        read_mapping(path),
        dry_run=dry_run,
    )


def references(team: Cast) -> set[str]:
    """What was imported, in truth."""
    with team.truth() as session:
        found = session.scalars(
            text("select source_reference from flag where raised_by_agency_id = :agency"),
            {"agency": team.rowan.agency_id},
        )
        return set(found)


def test_the_mapping_of_the_guide_reads_a_file(team: Cast, tmp_path: Path) -> None:
    assert run(team, tmp_path) == (
        "2 incidents in 2 drafts: 2 new, 0 brought up to date, 0 known already, 0 discarded before."
        " Left out: 1 of another category, 0 without a place."
    )
    assert references(team) == {"SC-1", "SC-2"}
    assert "2 known already" in run(team, tmp_path)


def test_a_dry_run_of_a_file_says_what_would_happen_and_does_nothing(team: Cast, tmp_path: Path) -> None:
    said = run(team, tmp_path, dry_run=True)
    assert said.startswith("Nothing was imported yet. 2 incidents in 2 drafts: 2 new")
    assert references(team) == set()


def test_a_file_with_one_bad_line_is_not_imported_at_all_and_no_value_of_it_is_said(team: Cast, tmp_path: Path) -> None:
    bad = (
        FILE + "SC-4;secret;Elm Street;51.9;-2.08;Drinking;secret\nSC-1;30/05/2021 21:40;Elm Street;51.9;;Drinking;x\n"
    )
    with unchanged(team.owner), pytest.raises(ImportRefused) as refused:
        run(team, tmp_path, bad)
    assert str(refused.value).splitlines() == [
        "Nothing was imported.",
        "Line 6, column “Logged”: Write the date like 30/05/2021 21:40.",
        "Line 7, column “Lon”: Write the longitude as a number of degrees, such as 51.9.",
    ]


def test_what_the_portal_refuses_is_named_by_its_line_too(team: Cast, tmp_path: Path) -> None:
    path = tmp_path / "log.toml"
    path.write_text(shown("toml").replace('"ALCOHOL"', '"BOREDOM"'), encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        import_incidents(
            lambda document, variables: team.ask(team.rowan, document, **variables), FILE.encode(), read_mapping(path)
        )
    assert str(refused.value).splitlines()[1:] == [f"Line {line}: Choose a worry from the list." for line in (2, 3)]
    assert references(team) == set()


def test_of_many_bad_lines_the_first_are_said_and_the_rest_counted(team: Cast, tmp_path: Path) -> None:
    bad = FILE + "".join(f"X-{number};never;Elm Street;51.9;-2.08;Drinking;\n" for number in range(60))
    with pytest.raises(ImportRefused) as refused:
        run(team, tmp_path, bad)
    lines = str(refused.value).splitlines()
    assert (len(lines), lines[-1]) == (52, "And 10 more.")


def test_whoever_may_not_import_is_told_so(team: Cast, tmp_path: Path) -> None:
    with unchanged(team.owner), pytest.raises(ImportRefused, match="Your role does not import incidents"):
        run(team, tmp_path, by="morgan")


def test_ten_thousand_rows_go_in_pieces_of_two_hundred(tmp_path: Path) -> None:
    rows = [f"SC-{number};30/05/2021 21:40;Elm Street {number};51.9;-2.08;Drinking;x\n" for number in range(10_000)]
    calls: list[int] = []

    def ask(_: str, variables: dict[str, Any]) -> dict[str, Any]:
        piece = variables["input"]["rows"]
        calls.append(len(piece))
        became = [{"position": place, "outcome": "UNCHANGED", "errors": []} for place in range(len(piece))]
        return {"importFlags": {"__typename": "RowsImported", "rows": became}}

    path = tmp_path / "log.toml"
    path.write_text(shown("toml"), encoding="utf-8")
    content = (FILE.splitlines(keepends=True)[0] + "".join(rows)).encode()
    assert "10000 incidents in 10000 drafts" in import_incidents(ask, content, read_mapping(path))
    assert calls == [200] * 100
    assert len(flag_rows(content, read_mapping(path))) == 10_000


def test_the_request_of_the_guide_imports_as_it_stands_there(team: Cast) -> None:
    body = json.loads(shown("sh").split("<<'JSON'\n")[1].split("JSON")[0])
    answer = team.ask(team.rowan, body["query"], **body["variables"])["importFlags"]
    assert answer == {
        "__typename": "RowsImported",
        "rows": [{"position": 0, "outcome": "CREATED", "errors": []}],
    }
    assert references(team) == {"SC-0412"}
