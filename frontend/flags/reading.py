"""Decides how flags are read: the list of one's own, and the page of one flag."""

from flask import Blueprint, Response, request

from frontend.documents import document
from frontend.forms import Form
from frontend.navigation import back
from frontend.page import ask, found, show

LIST = document("flags/list.graphql")
FLAG = document("flags/flag.graphql")

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
    return show("flags/flag.html", data, take=Form(), back=back(data["viewer"]))
