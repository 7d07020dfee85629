"""Decides how flags are read: the list of one's own, and the page of one flag."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, request

from frontend.documents import document
from frontend.forms import Form, send
from frontend.navigation import back
from frontend.page import ask, found, show

LIST = document("flags/list.graphql")
FLAG = document("flags/flag.graphql")
ACKNOWLEDGE = document("flags/acknowledge.graphql")

# A draft is nobody’s flag yet; it has a list of its own.
RAISED = ["SUBMITTED", "IN_TRIAGE", "NFA", "SHARED"]

pages = Blueprint("flags", __name__)


@pages.get("/flags")
def flags() -> Response:
    """Flags the reader raised, newest first; `?show=team` gives every raised flag the reader may see."""
    team = request.args.get("show") == "team"
    wanted = {"states": RAISED} if team else {"queue": "RAISED_BY_ME"}
    data = ask(LIST, after=request.args.get("after"), **wanted)
    about = (edge["node"]["flag"] for edge in data["notifications"]["edges"])
    unread = {record["id"] for record in about if record}
    return show("flags/list.html", data, team=team, unread=unread)


@pages.get("/flags/<flag_id>")
def flag(flag_id: str) -> Response:
    """One flag: what was reported, what was decided, who sees it, and what this reader can do."""
    data = ask(FLAG, id=flag_id)
    found(data["flag"])
    _acknowledge(data)
    return show("flags/flag.html", data, take=Form(), back=back(data["viewer"]))


def _acknowledge(data: dict[str, Any]) -> None:
    """Opening a flag is reading its answers, so what waited under it waits no longer; asking again changes nothing."""
    for edge in data["notifications"]["edges"]:
        notice = edge["node"]
        if notice["flag"] and notice["flag"]["id"] == data["flag"]["id"]:
            send(ACKNOWLEDGE, {"id": notice["id"], "idempotencyKey": str(uuid4())})
