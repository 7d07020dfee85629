"""Decides how the past of a plan is read: each version whole, what changed between two of them, and what happened."""

from typing import Any

from flask import Response, abort, request

from frontend.documents import document
from frontend.page import ask, found, show
from frontend.plans import pages, telling
from frontend.plans.beside import ALONE
from frontend.plans.comparing import compared
from frontend.plans.showing import nodes, own, shown

HISTORY = document("plans/history.graphql")
VERSIONS = document("plans/versions.graphql")
VERSION = document("plans/version.graphql")
REDLINE = document("plans/redline.graphql")
Record = dict[str, Any]


@pages.get("/plans/<plan_id>/versions/<int:number>")
def version(plan_id: str, number: int) -> Response:
    """One version, whole."""
    # No version has a number that an integer of the schema cannot hold.
    if number >= 2**31:
        abort(404)
    data = ask(VERSION, plan=plan_id, number=number)
    own(data)
    return show("plans/version.html", data, telling=telling, whole=shown(found(data["version"])), beside=ALONE)


@pages.get("/plans/<plan_id>/history")
def history(plan_id: str) -> Response:
    """Its versions, and what happened to it."""
    data = ask(HISTORY, id=plan_id, after=request.args.get("after"))
    own(data)
    return show("plans/history.html", data, telling=telling)


@pages.get("/plans/<plan_id>/redline")
def redline(plan_id: str) -> Response:
    """What changed between two versions; the last step when none is chosen."""
    versions = _versions(plan_id)
    before, after = _chosen(versions)
    data = ask(REDLINE, plan=plan_id, **{"from": versions[before]["id"], "to": versions[after]["id"]})
    own(data)
    line = compared(found(data["redline"]), versions, before, after) if len(versions) > 1 else None
    choices = [{"value": number, "text": f"Version {number}"} for number in sorted(versions)]
    return show("plans/redline.html", data, telling=telling, redline=line, choices=choices)


def _chosen(versions: dict[int, Record]) -> tuple[int, int]:
    """The two versions of the address, the earlier first; a number that is no version ends in the page for that."""
    latest = max(versions)
    after = _number("to", latest)
    before = _number("from", max((number for number in versions if number < after), default=after))
    if before not in versions or after not in versions:
        abort(404)
    return min(before, after), max(before, after)


def _number(name: str, usual: int) -> int:
    typed = request.args.get(name, "")
    if not typed:
        return usual
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**31)) else 0


def _versions(plan_id: str) -> dict[int, Record]:
    """Every version of a plan by its number."""
    every: dict[int, Record] = {}
    after = None
    while True:
        page = found(ask(VERSIONS, id=plan_id, after=after)["plan"])["versions"]
        every |= {record["number"]: record for record in nodes(page)}
        if not page["pageInfo"]["hasNextPage"]:
            return every
        after = page["pageInfo"]["endCursor"]
