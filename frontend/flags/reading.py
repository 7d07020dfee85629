"""Decides how flags are read: the list of one's own, and the page of one flag."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, request

from frontend import words
from frontend.documents import document
from frontend.flags.offering import offered
from frontend.flags.standing import is_flaggers, nodes, open_question, standing
from frontend.forms import Form, send
from frontend.navigation import back
from frontend.page import ask, found, show

LIST = document("flags/list.graphql")
FLAG = document("flags/flag.graphql")
ACKNOWLEDGE = document("flags/acknowledge.graphql")

# A draft is nobody’s flag yet; it has a list of its own.
RAISED = [state for state in words.FLAG_STATE if state != "DRAFT"]

pages = Blueprint("flags", __name__)


@pages.get("/flags")
def flags() -> Response:
    """Flags the reader raised, newest first; `?show=team` gives every raised flag the reader may see."""
    team = request.args.get("show") == "team"
    wanted = {"states": RAISED} if team else {"queue": "RAISED_BY_ME"}
    data = ask(LIST, after=request.args.get("after"), asked=None if team else "RAISED_BY_ME", **wanted)
    waiting = (edge["node"] for edge in data["notifications"]["edges"])
    unread = [notice["flag"]["id"] for notice in waiting if notice["flag"] and notice["kind"] == "ANSWER"]
    # Who reads a question is not always who may answer it.
    asked = [flag for flag in nodes(data["asked"]) if flag["viewerCanAnswerInformation"]]
    return show("flags/list.html", data, team=team, unread=unread, asked=asked, question=open_question)


@pages.get("/flags/<flag_id>")
def flag(flag_id: str) -> Response:
    """One flag: what was reported, what was decided, who sees it, and what this reader can do."""
    data = ask(FLAG, id=flag_id)
    found(data["flag"])
    _acknowledge(data)
    record = data["flag"]
    return show(
        "flags/flag.html",
        data,
        take=Form(),
        back=back(data["viewer"]),
        actions=offered(record),
        standing=standing(record),
        flaggers=is_flaggers(record),
    )


def _acknowledge(data: dict[str, Any]) -> None:
    """Opening a flag is reading what waits under it, so it waits no longer; asking again changes nothing.

    A browser that only guesses where somebody will go next has read nothing for them.
    """
    read = len(data["notifications"]["edges"])
    guessed = "prefetch" in request.headers.get("Sec-Purpose", "")
    if read and request.method == "GET" and not guessed:
        send(ACKNOWLEDGE, {"flagId": data["flag"]["id"], "idempotencyKey": str(uuid4())})
        # The page was asked for before; its header says what waits now.
        waiting = data["waiting"]["totalCount"]
        waiting["value"] = max(0, waiting["value"] - read)
