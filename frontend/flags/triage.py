"""Decides how a flag is triaged: taken by one worker, then decided on one page."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend import sight
from frontend.documents import document
from frontend.flags import decision
from frontend.forms import STATUS, Form, Refusal, Saved, send
from frontend.kept import resumable, typed_form
from frontend.page import ask, found, show

Record = dict[str, Any]
QUESTION = document("flags/triage.graphql")
TARGET = document("flags/merge_target.graphql")
SIMILAR = document("flags/similar.graphql")
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
    """The decision form beside what was reported; only for whoever may decide anything about this flag now."""
    data = _question(flag_id)
    if not decision.offered(data["flag"]):
        abort(404)
    return _shown(data, decision.blank(request.args.get("decision")))


@pages.post("/flags/<flag_id>/triage")
@resumable
def send_decision(flag_id: str) -> AnyResponse:
    """Decide, or show the form again with everything typed; when another decision came first, beside that one.

    What cannot be parted again, two flags made one, is shown side by side before it is sent.
    """
    form, data = typed_form(), _question(flag_id)
    if form.unsent:
        return _shown(data, form)
    decision.check(form)
    if form.errors or form.text("step") == "change":
        return _shown(data, form, status=422 if form.errors else 200)
    if decision.chosen(form) is decision.MERGE:
        into = _target(form)
        if into is None or into["id"] == flag_id:
            form.wrong("into", "Type the reference of another flag that you can see.")
            return _shown(data, form, status=422)
        form.settle("into", into["id"])
        if form.text("step") != "merge" and decision.offered(data["flag"]):
            return show("flags/merge.html", data, form=form, into=into)
    outcome = send(DECIDE, decision.details(form, flag_id))
    if isinstance(outcome, Saved):
        return redirect(url_for("flags.flag", flag_id=flag_id), code=303)
    return _refused(flag_id, form, outcome)


def _refused(flag_id: str, form: Form, outcome: Refusal) -> Response:
    form.refuse(outcome, decision.places(form))
    return _shown(_question(flag_id), form, status=STATUS[outcome.kind])


def _question(flag_id: str) -> Record:
    data = ask(QUESTION, id=flag_id)
    found(data["flag"])
    return data


def _target(form: Form) -> Record | None:
    """The flag that shall carry this one on: a typed reference counts before the list."""
    typed = form.text("into_reference") or form.text("into")
    listed = not form.text("into_reference") and not typed.upper().startswith("F-")
    target: Record | None = ask(TARGET, by={"id": typed} if listed else {"reference": typed.upper()})["flag"]
    return target


def _shown(data: Record, form: Form, *, status: int = 200) -> Response:
    flag = data["flag"]
    decisions = decision.offered(flag)
    if form.refusal and form.refusal.kind == "Conflict" and decision.chosen(form) not in decisions:
        # What was decided is no longer possible; what else is possible is for who has read what happened.
        decisions = []
    return show(
        "flags/triage.html",
        data,
        status=status,
        form=form,
        decisions=decisions,
        wrote=decision.wrote(form),
        similar=_similar(flag) if decision.MERGE in decisions else [],
        agencies=sight.reached(flag["partnership"], but={data["ours"]["agency"]["id"], flag["raisedByAgency"]["id"]}),
        safeguarding=[
            agency
            for agency in sight.reached(flag["partnership"], but=set())
            if agency["kind"]["code"] == decision.SAFEGUARDS
        ],
        groups=sight.openable(_cells(flag)),
    )


def _similar(flag: Record) -> list[Record]:
    """Open flags that this one could belong to, by words in common; nobody chooses among those that have ended."""
    subject, where = flag["subject"], flag["placeDescription"]
    if subject is None or where is None:
        return []
    if subject["__typename"] == "Person":
        about = {"person": {"preferredName": subject["preferredName"], "description": subject["description"]}}
    else:
        about = {"placeGroup": {"description": subject["description"]}}
    alike = ask(SIMILAR, input={"subject": about, "place": where})["similarFlags"]
    return [other for other in alike if other["id"] != flag["id"] and other["isOpen"]]


def _cells(flag: Record) -> list[sight.Cell]:
    agreement = flag["partnership"]["agreementInForce"]
    return agreement["cells"] if agreement else []
