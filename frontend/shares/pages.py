"""Decides how an agency answers a share: three words that reach the flagger, and a note that stays with the council."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.forms import STATUS, Form, Saved, send
from frontend.kept import resumable, typed_form
from frontend.page import ask, show

QUESTION = document("shares/answer.graphql")
MUTATION = document("shares/answer_share.graphql")
PLACES = {"engagement": "engagement", "note": "note"}

pages = Blueprint("shares", __name__)


@pages.get("/shares/<share_id>/answer")
def answer(share_id: str) -> Response:
    """The answer form; only for whoever may answer this share now."""
    data = _question(share_id)
    if not data["share"]["viewerCanAnswer"]:
        abort(404)
    return show("shares/answer.html", data, form=Form())


@pages.post("/shares/<share_id>/answer")
@resumable
def send_answer(share_id: str) -> AnyResponse:
    """Answer, or show the form again with everything typed."""
    form, data = typed_form(), _question(share_id)
    if form.unsent:
        return show("shares/answer.html", data, form=form)
    form.need("engagement", "Choose what you can tell the officer.")
    if form.errors:
        return show("shares/answer.html", data, status=422, form=form)
    outcome = send(MUTATION, _details(form, share_id))
    if isinstance(outcome, Saved):
        return redirect(url_for("flags.flag", flag_id=data["share"]["flag"]["id"]), code=303)
    form.refuse(outcome, PLACES)
    return show("shares/answer.html", _question(share_id), status=STATUS[outcome.kind], form=form)


def _details(form: Form, share_id: str) -> dict[str, Any]:
    given = {
        "id": share_id,
        "expectedVersion": form.version(),
        "engagement": form.text("engagement"),
        "note": form.optional("note"),
        "idempotencyKey": form.key,
    }
    return {name: value for name, value in given.items() if value is not None}


def _question(share_id: str) -> dict[str, Any]:
    data = ask(QUESTION, id=share_id)
    share = data["share"]
    if share is None or share["__typename"] != "Share" or share["flag"] is None:
        abort(404)
    return data
