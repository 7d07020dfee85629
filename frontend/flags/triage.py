"""Decides how a flag is triaged: taken by one worker, then decided on one page."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend import sight
from frontend.documents import document
from frontend.flags import decision
from frontend.forms import STATUS, Form, Saved, send
from frontend.page import ask, found, show

QUESTION = document("flags/triage.graphql")
TAKE = document("flags/start_triage.graphql")
DECIDE = document("flags/triage_flag.graphql")

pages = Blueprint("triage", __name__)


@pages.post("/flags/<flag_id>/take")
def take(flag_id: str) -> AnyResponse:
    """Take a flag into triage; somebody who was faster is said so, with the way to read what they did."""
    form = Form(request.form)
    outcome = send(TAKE, {"id": flag_id, "expectedVersion": form.version(), "idempotencyKey": form.key})
    if isinstance(outcome, Saved):
        return redirect(url_for("flags.flag", flag_id=flag_id), code=303)
    form.refuse(outcome, {})
    return show("flags/not_taken.html", status=STATUS[outcome.kind], form=form, flag_id=flag_id)


@pages.get("/flags/<flag_id>/triage")
def decide(flag_id: str) -> Response:
    """The decision form beside what was reported; only for whoever may decide this flag now."""
    data = _question(flag_id)
    if not data["flag"]["viewerCanTriage"]:
        abort(404)
    return _shown(data, Form())


@pages.post("/flags/<flag_id>/triage")
def send_decision(flag_id: str) -> AnyResponse:
    """Decide, or show the form again with everything typed; when another decision came first, beside that one."""
    form = Form(request.form)
    decision.check(form)
    if form.errors:
        return _shown(_question(flag_id), form, status=422)
    outcome = send(DECIDE, decision.details(form, flag_id))
    if isinstance(outcome, Saved):
        return redirect(url_for("flags.flag", flag_id=flag_id), code=303)
    form.refuse(outcome, decision.PLACES)
    return _shown(_question(flag_id), form, status=STATUS[outcome.kind])


def _question(flag_id: str) -> dict[str, Any]:
    data = ask(QUESTION, id=flag_id)
    found(data["flag"])
    return data


def _shown(data: dict[str, Any], form: Form, *, status: int = 200) -> Response:
    partnership = data["flag"]["partnership"]
    # Triage and the flagger's own agency read the flag already.
    readers = {data["ours"]["agency"]["id"], data["flag"]["raisedByAgency"]["id"]}
    members = [edge["node"] for edge in partnership["members"]["edges"]]
    others = [agency for agency in members if agency["id"] not in readers]
    agreement = partnership["agreementInForce"]
    groups = sight.openable(agreement["cells"]) if agreement else []
    return show("flags/triage.html", data, status=status, form=form, agencies=others, groups=groups)
