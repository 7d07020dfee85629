"""Decides what an inbox shows: triage reads what waits for a decision, recipients what waits for their answer."""

from flask import Blueprint, Response, abort, request

from frontend.documents import document
from frontend.forms import Form
from frontend.inbox import views
from frontend.navigation import INBOX_ROLES
from frontend.page import LAYOUT, ask, show

TRIAGE = document("inbox/triage.graphql")
RECIPIENT = document("inbox/recipient.graphql")

pages = Blueprint("inbox", __name__)


@pages.get("/inbox")
def inbox() -> Response:
    """One page of one view, oldest first for triage because waiting is what counts."""
    role = ask(LAYOUT)["viewer"]["role"]
    if role not in INBOX_ROLES:
        abort(404)
    triage = role == "TRIAGE_WORKER"
    offered, question = (views.TRIAGE, TRIAGE) if triage else (views.RECIPIENT, RECIPIENT)
    view = views.chosen(offered, request.args.get("show"), "open" if triage else "awaiting")
    data = ask(question, after=request.args.get("after"), **view.variables)
    return show("inbox/inbox.html", data, views=offered, view=view, triage=triage, take=Form())
