"""Decides how the audit is read: lines to search, a record with who has seen it, alarms, and seals to verify it by."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from frontend.audit import telling
from frontend.audit.choice import DONE, Choice, asked_for, is_day
from frontend.documents import document
from frontend.forms import Form
from frontend.page import LAYOUT, ask, found, show
from frontend.times import LONDON

LIST = document("audit/list.graphql")
FIND = document("audit/find.graphql")
RECORD = document("audit/record.graphql")
ALARMS = document("audit/alarms.graphql")
SEALS = document("audit/seals.graphql")
CHECKPOINT = document("audit/checkpoint.graphql")
NOT_KNOWN = "Your agency neither raised a record with this reference nor was ever shown one."

pages = Blueprint("audit", __name__)


@pages.get("/audit")
def audit() -> Response:
    """One page of lines."""
    chosen = asked_for(request.args)
    return _lines(chosen, Form(), after=request.args.get("after"))


@pages.post("/audit")
def search() -> AnyResponse:
    """Find whom and what was typed, and lead to the lines: a name or a reference has no place in an address."""
    form = Form(request.form)
    chosen = asked_for(request.form)
    for name in ("since", "until"):
        if form.text(name) and not is_day(form.text(name)):
            form.wrong(name, "Enter the day as a date.")
    if chosen.since and chosen.until and chosen.since > chosen.until:
        form.wrong("until", "The last day is before the first one.")
    chosen, people = _found(form, chosen)
    if form.errors:
        return _lines(chosen, form, people=people, status=422)
    return redirect(chosen.address(), code=303)


@pages.get("/audit/records/<record_id>")
def record(record_id: str) -> Response:
    """Who has seen one record."""
    data = ask(RECORD, id=record_id)
    found(data["record"])
    lines = Choice(record=record_id).address()
    return show("audit/record.html", data, telling=telling, lines=lines)


@pages.get("/audit/alarms")
def alarms() -> Response:
    """Who was shown many records."""
    data = _overseen(ask(ALARMS, after=request.args.get("after")))
    return show("audit/alarms.html", data, telling=telling, lines=_looked_at)


@pages.get("/audit/seals")
def seals() -> Response:
    """Seals and checkpoints, and how to verify the audit by them."""
    return show("audit/seals.html", _overseen(ask(SEALS, after=request.args.get("after"))))


@pages.get("/audit/checkpoints/<int:number>.txt")
def checkpoint(number: int) -> Response:
    """One checkpoint as a file to keep outside."""
    # No seal has a number that an integer of the schema cannot hold.
    data = _overseen(ask(CHECKPOINT, number=number) if number < 2**31 else ask(LAYOUT) | {"auditCheckpoints": None})
    edges = (data["auditCheckpoints"] or {"edges": []})["edges"]
    response = make_response(found(edges[0]["node"] if edges else None)["note"])
    response.mimetype = "text/plain"
    response.headers["Content-Disposition"] = f'attachment; filename="concord-audit-checkpoint-{number}.txt"'
    return response


def _lines(
    chosen: Choice, form: Form, *, people: list[Any] | None = None, after: str | None = None, status: int = 200
) -> Response:
    data = ask(
        LIST,
        filter=chosen.filter(),
        after=after,
        byPerson=bool(chosen.person),
        person=chosen.person or None,
        byRecord=bool(chosen.record),
        record=chosen.record or None,
    )
    found(data["auditEvents"])
    # Somebody else's person or record is nobody's to look for.
    if chosen.record:
        found(data["record"])
    named = data["people"]["edges"] if chosen.person else []
    if chosen.person and not named:
        abort(404)
    return show(
        "audit/list.html",
        data,
        status=status,
        chosen=chosen,
        form=form,
        people=people or [],
        person=named[0]["node"] if named else None,
        done=DONE,
        telling=telling,
    )


def _found(form: Form, chosen: Choice) -> tuple[Choice, list[Any]]:
    """The choice with whom and what was typed, and the people to choose from when a name is not enough."""
    name, reference = form.text("name"), form.text("reference")
    if not name and not reference:
        return chosen, []
    data = ask(FIND, name=name, byName=bool(name), reference=reference, byReference=bool(reference))
    people = [edge["node"] for edge in data["people"]["edges"]] if name else []
    if reference and data["record"] is None:
        form.wrong("reference", NOT_KNOWN)
    elif reference:
        chosen = chosen.of(record=data["record"]["recordId"])
    if name and not people:
        form.wrong("name", "Nobody in your agency has this in their name.")
    elif len(people) > 1:
        form.wrong("name", "Several people have this in their name. Choose one of them below.")
    elif people:
        chosen = chosen.of(person=people[0]["id"])
    return chosen, people


def _overseen(data: dict[str, Any]) -> dict[str, Any]:
    """The data of a page for whoever reads the audit; for anybody else there is no such page."""
    if not data["viewer"]["viewerCanReadAudit"]:
        abort(404)
    return data


def _looked_at(alarm: dict[str, Any]) -> str:
    """The lines of a person on the days that the window of their alarm reaches over."""
    until = datetime.fromisoformat(alarm["raisedAt"]).astimezone(LONDON)
    since = until - timedelta(minutes=alarm["windowMinutes"])
    days = {"since": since.date().isoformat(), "until": until.date().isoformat()}
    return Choice(person=alarm["person"]["id"], **days).address()
