"""Decides how a flag is raised: one form of eight answers that stops for danger, and a receipt."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.flags import answers
from frontend.forms import STATUS, Form, Saved, send
from frontend.page import ask, found, show

QUESTION = document("flags/raise.graphql")
MUTATION = document("flags/raise_flag.graphql")
RECEIPT = document("flags/sent.graphql")
# Never raised by hand: it comes with imported incidents, which name nobody.
IMPORTED_CONCERN = "ANTI_SOCIAL_BEHAVIOUR"

pages = Blueprint("raising", __name__)


@pages.get("/flags/raise")
def raise_flag() -> Response:
    """The empty form."""
    return form_page(Form())


@pages.post("/flags/raise")
def send_flag() -> AnyResponse:
    """Raise the flag, or show the form again with everything typed and what is still wrong."""
    return answer(Form(request.form))


@pages.get("/flags/<flag_id>/sent")
def sent(flag_id: str) -> Response:
    """The receipt, for whoever raised the flag: the reference, what happens next and who reads it."""
    data = ask(RECEIPT, id=flag_id)
    if found(data["flag"])["disclosure"]["because"] != "AUTHOR":
        abort(404)
    return show("flags/sent.html", data)


def answer(form: Form, draft: dict[str, Any] | None = None) -> AnyResponse:
    """What a posted form leads to; with a draft, sending promotes it."""
    data = _question()
    police = _police(data)
    # The Enter key presses the first button of the whole form, too; only the page of the stop has no other.
    stopped = form.text("urgency") == "IMMEDIATE" or form.text("stopped") == "yes"
    continuing = form.text("step") == "continue" and stopped
    if answers.stops(form, police=police):
        if continuing:
            answers.check_stop(form, police=police)
        return _shown("flags/stop.html", data, form, draft, status=422 if form.errors else 200)
    if continuing:
        return _shown("flags/raise.html", data, form, draft)
    answers.check(form)
    if form.errors:
        return _shown("flags/raise.html", data, form, draft, status=422)
    outcome = send(MUTATION, answers.details(form, draft))
    if isinstance(outcome, Saved):
        return redirect(url_for("raising.sent", flag_id=outcome.payload["flag"]["id"]), code=303)
    form.refuse(outcome, answers.PLACES)
    return _shown("flags/raise.html", data, form, draft, status=STATUS[outcome.kind])


def form_page(form: Form, draft: dict[str, Any] | None = None) -> Response:
    """The form before anything was sent, with the draft's facts beside it when there is one."""
    return _shown("flags/raise.html", _question(), form, draft)


def _question() -> dict[str, Any]:
    """What the form needs; a role that raises no flags has no such page."""
    data = ask(QUESTION)
    if not data["here"]["viewerCanRaiseFlag"]:
        abort(404)
    return data


def _shown(
    template: str, data: dict[str, Any], form: Form, draft: dict[str, Any] | None, *, status: int = 200
) -> Response:
    police = _police(data)
    return show(
        template,
        data,
        status=status,
        form=form,
        draft=draft,
        police=police,
        answered=form.text("urgency") == "IMMEDIATE" and not answers.stops(form, police=police),
        actions=[node for node in _nodes(data["emergencyActions"]) if node["code"] in answers.POLICE_ACTIONS],
        concerns=[node for node in _nodes(data["concerns"]) if draft or node["code"] != IMPORTED_CONCERN],
    )


def _police(data: dict[str, Any]) -> bool:
    return bool(data["here"]["agency"]["kind"]["code"] == answers.POLICE)


def _nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]
