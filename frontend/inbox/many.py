"""Decides how many flags are changed at once: those that were ticked, each with an outcome of its own."""

from typing import Any
from uuid import UUID, uuid5

from flask import Blueprint, Response, abort, request

from frontend.documents import Document, document
from frontend.forms import STATUS, Form, Saved, send, version_typed
from frontend.inbox import choice
from frontend.inbox.pages import TRIAGE, at_desk, shown
from frontend.page import ask, show

CHOSEN = document("inbox/chosen.graphql")
TAKE = document("inbox/take_many.graphql")
END = document("inbox/end_many.graphql")
PLACES = {"reasonCode": "reason", "thresholdLevelCode": "level", "feedback": "feedback", "flags": "flags"}

pages = Blueprint("many", __name__)


@pages.post("/inbox/many")
def change() -> Response:
    """Take what was ticked, or go on to say why it is ended."""
    looker, desk = at_desk()
    if desk is not TRIAGE:
        abort(404)
    form = Form(request.form)
    if not ticked(form):
        form.wrong("flags", "Tick the flags first.")
        return shown(desk, looker, choice.asked_for(form.typed, desk.views, desk.opens_with), form=form, status=422)
    if form.text("do") == "end":
        return _confirm(Form(request.form))
    return _done(TAKE, form, {}, "Taken")


@pages.post("/inbox/end")
def end() -> Response:
    """End what was ticked and tell each flagger; or show again what is still to finish."""
    _, desk = at_desk()
    if desk is not TRIAGE:
        abort(404)
    form = Form(request.form)
    form.need("reason", "Choose why nothing more is done.")
    form.need("level", "Choose the level of need.")
    form.need("feedback", "Tell the flaggers what you decided. They see this text and little else.")
    if form.errors or not ticked(form):
        return _confirm(form, status=422)
    said = {
        "reasonCode": form.text("reason"),
        "thresholdLevelCode": form.text("level"),
        "feedback": form.text("feedback"),
    }
    return _done(END, form, said, "Ended, and each flagger told")


def ticked(form: Form) -> list[dict[str, Any]]:
    """The flags that were ticked, with the versions they had on the page, each once."""
    flags: dict[str, int] = {}
    for value in form.many("flags"):
        sealed, _, version = value.rpartition(".")
        if sealed:
            flags.setdefault(sealed, version_typed(version))
    return [{"id": sealed, "expectedVersion": version} for sealed, version in flags.items()]


def _confirm(form: Form, *, status: int = 200) -> Response:
    """What is about to end, and the word each flagger will read."""
    data = ask(CHOSEN, ids=[flag["id"] for flag in ticked(form)])
    flags = [edge["node"] for edge in data["flags"]["edges"]]
    return show("inbox/end.html", data, status=status, form=form, flags=flags)


def _done(mutation: Document, form: Form, said: dict[str, Any], word: str) -> Response:
    flags = ticked(form)
    # A second press of the button sends the same flags, and does nothing twice; other ticks are another intent.
    content = [mutation.name, *sorted(flag["id"] for flag in flags), *said.values()]
    key = uuid5(UUID(form.key), "\n".join(content))
    outcome = send(mutation, {"flags": flags, "idempotencyKey": str(key)} | said)
    if isinstance(outcome, Saved):
        return show("inbox/done.html", outcomes=outcome.payload["outcomes"], word=word)
    form.refuse(outcome, PLACES)
    if mutation is END:
        return _confirm(form, status=STATUS[outcome.kind])
    return show("inbox/done.html", status=STATUS[outcome.kind], outcomes=[], word=word, form=form)
