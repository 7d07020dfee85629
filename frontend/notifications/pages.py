"""Decides how people learn what waits for them: one page of it, and one to choose how they hear by e-mail."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.forms import STATUS, Form, Saved, send
from frontend.notifications.kinds import EMAIL, KINDS
from frontend.page import ask, show

LIST = document("notifications/list.graphql")
READ = document("notifications/acknowledge.graphql")
READ_ALL = document("notifications/acknowledge_all.graphql")
CHOICES = document("notifications/choices.graphql")
SET_CHOICES = document("notifications/set_choices.graphql")

pages = Blueprint("notifications", __name__)


@pages.get("/notifications")
def notifications() -> Response:
    """What waits, by kind, what cannot wait first."""
    data = ask(LIST)
    # A flag that was closed to the reader between two statements of one page has no name here.
    waiting = [edge["node"] for edge in data["notifications"]["edges"] if edge["node"]["flag"]]
    by_kind = {kind: [notice for notice in waiting if notice["kind"] == kind] for kind in KINDS}
    newest = max((notice["createdAt"] for notice in waiting), default=None)
    return show("notifications/list.html", data, kinds=KINDS, by_kind=by_kind, newest=newest)


@pages.post("/notifications/read")
def read() -> AnyResponse:
    """Mark one notice as read, or all that the page showed."""
    form = Form(request.form)
    if form.text("notice"):
        send(READ, {"id": form.text("notice"), "idempotencyKey": str(uuid4())})
    else:
        up_to = {"upTo": form.text("up_to")} if form.text("up_to") else {}
        send(READ_ALL, {"idempotencyKey": str(uuid4())} | up_to)
    return redirect(url_for("notifications.notifications"), code=303)


@pages.get("/account/notifications")
def choices() -> Response:
    """How the reader hears of each kind."""
    return _choices(Form(), saved=request.args.get("saved") == "1")


@pages.post("/account/notifications")
def send_choices() -> AnyResponse:
    """Keep what was chosen; a kind that was tampered with is said so."""
    form = Form(request.form)
    for kind in KINDS:
        if form.text(kind) not in EMAIL:
            form.wrong(kind, "Choose how you hear of this.")
    if form.errors:
        return _choices(form, status=422)
    chosen = [{"kind": kind, "email": form.text(kind)} for kind in KINDS]
    outcome = send(SET_CHOICES, {"preferences": chosen, "idempotencyKey": form.key})
    if isinstance(outcome, Saved):
        return redirect(url_for("notifications.choices", saved=1), code=303)
    form.refuse(outcome, {})
    return _choices(form, status=STATUS[outcome.kind])


def _choices(form: Form, *, saved: bool = False, status: int = 200) -> Response:
    data = ask(CHOICES)
    kept: dict[str, Any] = {each["kind"]: each["email"] for each in data["me"]["notificationPreferences"]}
    options = [{"value": value, "text": text} for value, text in EMAIL.items()]
    return show(
        "notifications/choices.html",
        data,
        status=status,
        form=form,
        saved=saved,
        kinds=KINDS,
        kept=kept,
        options=options,
    )
