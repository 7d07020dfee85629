"""Decides how the agreement's grid is said in words: who reads how much of a field group, from its cells alone."""

from typing import Any

from frontend import words

Cell = dict[str, Any]
_CONDITION = {"SHARE": "if shared", "AGREED": "if agreed", "AGREED_OR_SHARE": "if agreed or shared"}
# The class of a cell repeats its word as depth of tone; a condition is dashed ochre.
_TONE = {"FULL": "g-full", "CODED": "g-min", "STATUS": "g-stat", "NONE": "g-none"}
_PROSE = {"FULL": "in full", "CODED": "as codes", "STATUS": "as a state", "NONE": ""}
AUTHOR = "AUTHOR"
# Whom every flag reaches, whether or not it is shared; managers once it is late.
ALWAYS = (AUTHOR, "SERGEANT_OWN_TEAM", "LA_TRIAGE", "LEAD_MANAGER")


def grid(cells: list[Cell]) -> dict[str, dict[str, Cell]]:
    """The cells by field group and column, groups in the grid's order; an absent cell is «none»."""
    rows: dict[str, dict[str, Cell]] = {}
    for cell in sorted(cells, key=lambda cell: list(words.FIELD_GROUP).index(cell["fieldGroup"])):
        rows.setdefault(cell["fieldGroup"], {})[cell["column"]["code"]] = cell
    return rows


def columns(cells: list[Cell]) -> dict[str, dict[str, Any]]:
    """The grid's columns by code, in their order."""
    found = {cell["column"]["code"]: cell["column"] for cell in cells}
    return {code: found[code] for code in sorted(found, key=lambda code: found[code]["position"])}


def cell_words(cell: Cell | None) -> str:
    """One cell in words: «Full», «Coded; full if shared», «Coded if agreed or shared», «None»."""
    if cell is None:
        return words.LEVEL["NONE"]
    level, condition = cell["level"], cell["condition"]
    if condition is None:
        return words.LEVEL[level]
    higher = f"{words.LEVEL[cell['conditionalLevel']]} {_CONDITION[condition]}"
    return higher if level == "NONE" else f"{words.LEVEL[level]}; {words.lower_first(higher)}"


def cell_tone(cell: Cell | None) -> str:
    """The class that repeats a cell's words as tone."""
    if cell is None:
        return _TONE["NONE"]
    return "g-cons" if cell["condition"] else _TONE[cell["level"]]


def readers(cells: list[Cell], group: str) -> dict[str, list[str]]:
    """Who else than its author reads a group: columns under FULL, CODED and, when only a share opens it, SHARE."""
    said: dict[str, list[str]] = {"FULL": [], "CODED": [], "SHARE": []}
    row = grid(cells).get(group, {})
    for code, column in columns(cells).items():
        if code not in row or code == AUTHOR:
            continue
        cell, name = row[code], words.lower_first(column["display"])
        if cell["level"] in said:
            said[cell["level"]].append(name)
        elif "SHARE" in (cell["condition"] or ""):
            said["SHARE"].append(name)
    return said


def in_brief(cells: list[Cell]) -> list[dict[str, Any]]:
    """For each column but the author's, what it reads of a flag's facts and of its opinion, in a few words."""
    rows = grid(cells)
    facts, opinions = rows.get("FLAG_FACTS", {}), rows.get("FLAG_OPINION", {})
    return [
        {"code": code, "column": column, "reads": _reads(facts.get(code), opinions.get(code))}
        for code, column in columns(cells).items()
        if code != AUTHOR
    ]


def _reads(fact: Cell | None, opinion: Cell | None) -> str:
    """«facts and opinion in full», or «facts as codes, in full if shared; no opinion»."""
    said = (_prose(fact), _prose(opinion))
    if said == (_PROSE["FULL"], _PROSE["FULL"]):
        return "facts and opinion in full"
    return "; ".join(
        f"{name} {how}" if how else f"no {name}" for name, how in zip(("facts", "opinion"), said, strict=True)
    )


def _prose(cell: Cell | None) -> str:
    if cell is None:
        return ""
    level, condition = _PROSE[cell["level"]], cell["condition"]
    if condition is None:
        return level
    return (
        f"{level}, {_PROSE[cell['conditionalLevel']]} {_CONDITION[condition]}"
        if level
        else f"only {_CONDITION[condition]}"
    )


def openable(cells: list[Cell]) -> list[str]:
    """The groups a share can open further, because some cell holds more under a share that names the group."""
    named = {cell["fieldGroup"] for cell in cells if "SHARE" in (cell["condition"] or "")}
    return [group for group in words.FIELD_GROUP if group in named]


def reached(partnership: dict[str, Any], *, but: set[str]) -> list[dict[str, Any]]:
    """The agencies of a partnership that a share can reach, because the agreement names recipients at their kind.

    Each with `readers`: who would read it there. `but` holds the ids of agencies that read the flag already.
    """
    agreement = partnership["agreementInForce"]
    readers: dict[str, list[str]] = {}
    for recipient in agreement["recipients"] if agreement else []:
        readers.setdefault(recipient["agencyKind"]["code"], []).append(f"{words.ROLE[recipient['role']]}s")
    members = [edge["node"] for edge in partnership["members"]["edges"]]
    return [
        agency | {"readers": words.sentence_list(readers[agency["kind"]["code"]])}
        for agency in members
        if agency["kind"]["code"] in readers and agency["id"] not in but
    ]
