"""Decides what an inbox shows: to each role the worklists it works through, as it looked at them last."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, abort, request

from frontend.documents import Document, document
from frontend.forms import Form, send
from frontend.inbox import choice, views
from frontend.inbox.bands import banded
from frontend.inbox.choice import Choice
from frontend.inbox.keys import keys_on
from frontend.inbox.views import View
from frontend.navigation import INBOX_ROLES, manages_triage
from frontend.page import ask, show

CHOICE = document("inbox/choice.graphql")
SAVE = document("inbox/save_view.graphql")
REMOVE = document("inbox/remove_view.graphql")

pages = Blueprint("inbox", __name__)


@dataclass(frozen=True)
class Desk:
    """What one role's inbox is made of: its document, its views, and the one it opens with."""

    question: Document
    views: tuple[View, ...]
    opens_with: View
    decides: bool = False
    # A filter on what a role never reads would find nothing.
    reads_facts: bool = True


TRIAGE = Desk(document("inbox/triage.graphql"), views.TRIAGE, views.TRIAGE[-1], decides=True)
RECIPIENT = Desk(document("inbox/recipient.graphql"), views.RECIPIENT, views.RECIPIENT[1])
MANAGER = Desk(document("inbox/manager.graphql"), views.MANAGER, views.MANAGER[0], reads_facts=False)


@pages.get("/inbox")
def inbox() -> Response:
    """One page of one view: the one the address names, or the one looked at last."""
    looker, desk = at_desk()
    last = looker["inboxView"]
    before = None if last is None else choice.kept(last, desk.views, desk.opens_with)
    if not request.args:
        return shown(desk, looker, before or Choice(view=desk.opens_with))
    now = choice.asked_for(request.args, desk.views, desk.opens_with)
    if now != before:
        keep(now, name=None)
    return shown(desk, looker, now)


def at_desk() -> tuple[dict[str, Any], Desk]:
    """Who looks, and the desk of their role; 404 for whoever has no inbox."""
    looker = ask(CHOICE)["viewer"]
    if looker["role"] == "TRIAGE_WORKER":
        return looker, TRIAGE
    if manages_triage(looker):
        return looker, MANAGER
    if looker["role"] not in INBOX_ROLES:
        abort(404)
    return looker, RECIPIENT


def shown(
    desk: Desk, looker: dict[str, Any], chosen: Choice, *, form: Form | None = None, status: int = 200
) -> Response:
    """The page of a choice."""
    data = ask(desk.question, filter=chosen.filter(), order=chosen.ordered(), after=request.args.get("after"))
    now = datetime.now(UTC)
    flags = [edge["node"] for edge in data["flags"]["edges"]]
    named = [(each, choice.kept(each, desk.views, desk.opens_with)) for each in looker["inboxViews"]]
    return show(
        "inbox/inbox.html",
        data,
        status=status,
        desk=desk,
        chosen=chosen,
        named=named,
        bands=banded(flags, now=now, bands=chosen.order == "due"),
        now=now.isoformat(),
        form=form or Form(),
        take=Form(),
        keys=keys_on(),
        choices=choice,
    )


def keep(chosen: Choice, *, name: str | None) -> Any:
    """Remember a choice under a name, or without one as the last."""
    details = {
        "filter": chosen.filter(),
        "order": chosen.ordered(),
        "name": name,
        "idempotencyKey": str(uuid4()),
    }
    return send(SAVE, details)
