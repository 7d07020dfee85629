"""Decides what a mapping file says: which column of a CSV file is what, and in which words a row becomes a draft."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POLICE_UK = Path(__file__).parent / "mappings" / "police_uk.toml"

ROLES = ("reference", "date", "place", "latitude", "longitude", "category")
NEEDED = ("date", "place")
# What a template may say beside the headings of the file.
WORDS = frozenset({"place", "date", "times", "were"})
NAMED = re.compile(r"\{([^{}]*)\}")
PRECISIONS = ("MOMENT", "DAY", "MONTH")
URGENCIES = ("ROUTINE", "URGENT")
ENCODINGS = ("utf-8", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
# Each table of the file, with its keys; the first has no name.
KEYS: Mapping[str, frozenset[str]] = {
    "": frozenset({"system", "concern", "who", "fact", "age_band", "urgency", "encoding", "delimiter"}),
    "columns": frozenset(ROLES),
    "date": frozenset({"format", "precision"}),
    "category": frozenset({"only"}),
    "place": frozenset({"written", "drop_beginning", "none"}),
    "point": frozenset({"approximate"}),
}


class MappingRefused(Exception):
    """A mapping file does not say what it must; the message says what is wrong with it, in one line each."""


@dataclass(frozen=True, kw_only=True)
class FileMapping:
    """How the rows of a file become drafts; without a reference, rows of one day or month and place are one draft."""

    system: str
    concern: str
    who: str
    fact: str
    columns: Mapping[str, tuple[str, ...]]
    date_format: str
    precision: str
    age_band: str = "UNKNOWN"
    urgency: str = "ROUTINE"
    encoding: str = "utf-8"
    delimiter: str | None = None
    only: frozenset[str] | None = None
    place_written: str = "{place}"
    drop_beginning: str = ""
    no_place: frozenset[str] = frozenset({""})
    approximate: bool = False

    @property
    def gathers(self) -> bool:
        """Whether rows have no reference of their own, so that those of one time and place are one draft."""
        return "reference" not in self.columns

    def headings_said(self) -> list[str]:
        """The headings of the file that the templates name, in small letters."""
        said = [name for template in (self.who, self.fact) for name in NAMED.findall(template)]
        return [same_heading(name) for name in dict.fromkeys(said) if name not in WORDS]


def read_mapping(path: Path = POLICE_UK) -> FileMapping:
    """Take a TOML file and give the mapping it says. Raises MappingRefused, naming everything that is wrong."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise MappingRefused(f"{path.name} is not TOML: {broken}.") from None
    problems = [*_unknown(said), *_wrong(said)]
    if problems:
        raise MappingRefused("\n".join(f"{path.name}: {problem}" for problem in problems))
    place, category = said.get("place", {}), said.get("category", {})
    mapping = FileMapping(
        system=said["system"],
        concern=said["concern"],
        who=said["who"],
        fact=said["fact"],
        columns={role: _headings(said["columns"][role]) for role in ROLES if role in said["columns"]},
        date_format=said["date"]["format"],
        precision=said["date"]["precision"],
        age_band=said.get("age_band", "UNKNOWN"),
        urgency=said.get("urgency", "ROUTINE"),
        encoding=said.get("encoding", "utf-8"),
        delimiter=said.get("delimiter"),
        only=frozenset(map(same_category, category["only"])) if category else None,
        place_written=place.get("written", "{place}"),
        drop_beginning=place.get("drop_beginning", ""),
        no_place=frozenset(same_heading(name) for name in place.get("none", [""])),
        approximate=said.get("point", {}).get("approximate", False),
    )
    if mapping.gathers and mapping.headings_said():
        raise MappingRefused(
            f"{path.name}: without a reference column several rows make one draft, so who and fact can say only"
            f" {', '.join(f'{{{word}}}' for word in sorted(WORDS))}."
        )
    return mapping


def same_heading(heading: str) -> str:
    """One spelling for headings that differ in case, spaces or underscores."""
    return " ".join(heading.replace("_", " ").split()).casefold()


def same_category(category: str) -> str:
    """One spelling for categories that differ in case, spaces, hyphens or underscores."""
    return re.sub(r"[ _-]+", "-", category.strip().casefold())


def fill(template: str, words: Mapping[str, str]) -> str:
    """A template with each name in braces replaced; nothing else of it is looked at."""
    return NAMED.sub(lambda name: words[name[1] if name[1] in WORDS else same_heading(name[1])], template)


def _headings(said: Any) -> tuple[str, ...]:
    return tuple(same_heading(each) for each in ([said] if isinstance(said, str) else said))


def _unknown(said: Mapping[str, Any]) -> Iterator[str]:
    for name, value in said.items():
        if name not in KEYS[""] | KEYS.keys():
            yield f"{name} means nothing here."
        elif name in KEYS and not isinstance(value, dict):
            yield f"{name} is a table: write [{name}]."
        elif name in KEYS:
            yield from (f"{key} means nothing in [{name}]." for key in value if key not in KEYS[name])


def _wrong(said: Mapping[str, Any]) -> Iterator[str]:
    tables = {name: said[name] if isinstance(said.get(name), dict) else {} for name in KEYS if name}
    for name in ("system", "concern", "who", "fact"):
        yield from _text(said, name, needed=True)
    for name in ("age_band", "urgency", "encoding", "delimiter"):
        yield from _text(said, name)
    yield from _one_of(said, "urgency", URGENCIES)
    yield from _one_of(said, "encoding", ENCODINGS)
    yield from _one_of(said, "delimiter", DELIMITERS)
    yield from _wrong_columns(tables["columns"])
    yield from _text(tables["date"], "format", needed=True, table="date")
    yield from _text(tables["date"], "precision", needed=True, table="date")
    yield from _one_of(tables["date"], "precision", PRECISIONS)
    yield from _text(tables["place"], "written", table="place")
    yield from _text(tables["place"], "drop_beginning", table="place")
    for table, key in (("category", "only"), ("place", "none")):
        if (key in tables[table] or (said.get(table) and table == "category")) and not _texts(tables[table].get(key)):
            yield f"{key} in [{table}] is a list of texts."
    if tables["category"] and "category" not in tables["columns"]:
        yield "[category] needs a category in [columns]."
    if not isinstance(tables["point"].get("approximate", False), bool):
        yield "approximate in [point] is true or false."
    for template in (said.get("who"), said.get("fact"), tables["place"].get("written")):
        yield from _wrong_template(template)


def _wrong_columns(columns: Mapping[str, Any]) -> Iterator[str]:
    for role in NEEDED:
        if role not in columns:
            yield f"[columns] must say which column is the {role}."
    for role, said in columns.items():
        if not (isinstance(said, str) and said.strip()) and not (_texts(said) and said):
            yield f"{role} in [columns] is a heading, or a list of headings it may have."
    if ("latitude" in columns) != ("longitude" in columns):
        yield "[columns] says latitude and longitude together, or neither."


def _wrong_template(template: Any) -> Iterator[str]:
    if not isinstance(template, str):
        return
    if set(NAMED.sub("", template)) & {"{", "}"}:
        yield "a template has a brace that stands alone: write {heading}."
    if any(not name.strip() for name in NAMED.findall(template)):
        yield "a template has braces with nothing between them."


def _text(said: Mapping[str, Any], name: str, *, needed: bool = False, table: str = "") -> Iterator[str]:
    where = f" in [{table}]" if table else ""
    if name not in said:
        if needed:
            yield f"{name}{where} is missing."
    elif not isinstance(said[name], str) or not said[name]:
        yield f"{name}{where} is a text."


def _one_of(said: Mapping[str, Any], name: str, allowed: Sequence[str]) -> Iterator[str]:
    if isinstance(said.get(name), str) and said[name] and said[name] not in allowed:
        yield f"{name} is one of {', '.join(map(repr, allowed))}."


def _texts(said: Any) -> bool:
    return isinstance(said, list) and all(isinstance(each, str) for each in said)
