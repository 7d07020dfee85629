"""Decides how somebody says how a milestone stands: when it is now expected, or when it was reached."""

from typing import Any

from flask import abort, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.forms import Form
from frontend.kept import resumable, typed_form
from frontend.page import show
from frontend.plans import pages, telling
from frontend.plans.showing import in_order
from frontend.plans.writing.answering import Change, keep, make
from frontend.plans.writing.beginning import is_day
from frontend.plans.writing.editing import draft_of, elsewhere

Record = dict[str, Any]
MILESTONES = document("plans/writing/milestones.graphql")
REPORT = document("plans/writing/report_milestone.graphql")
PLACES = {"expectedOn": "day", "reachedOn": "day"}
REACHED, EXPECTED = "reached", "expected"


@pages.get("/plans/<plan_id>/milestones/<key>")
def milestone(plan_id: str, key: str) -> AnyResponse:
    """The form of one milestone."""
    data = draft_of(MILESTONES, plan_id)
    found = _by_key(data, key) or abort(404)
    return _form(data, Form(), key) if found["viewerCanReport"] else elsewhere(plan_id)


@pages.post("/plans/<plan_id>/milestones/<key>")
@resumable
def report_milestone(plan_id: str, key: str) -> AnyResponse:
    """Say when it is now expected, or when it was reached."""
    form, data = typed_form(), draft_of(MILESTONES, plan_id)
    if form.unsent:
        return _form(data, form, key)
    stands = form.text("stands")
    if stands not in (REACHED, EXPECTED):
        form.wrong("stands", "Say whether it was reached.")
    if not is_day(form.text("day")):
        form.wrong("day", "Enter the day as a date.")
    if form.errors:
        return _form(data, form, key, status=422)
    given = {
        "id": form.text("record_id"),
        "expectedVersion": form.version(),
        "reachedOn" if stands == REACHED else "expectedOn": form.text("day"),
    }
    return make(
        form,
        Change(mutation=REPORT, given=given, places=PLACES),
        then=lambda _: f"{url_for('plans.plan', plan_id=plan_id)}#milestones",
        again=lambda status: _form(draft_of(MILESTONES, plan_id), form, key, status=status),
    )


def _by_key(data: Record, key: str) -> Record | None:
    return next((each for each in in_order(data["version"]) if each["key"] == key), None)


def _form(data: Record, form: Form, key: str, *, status: int = 200) -> AnyResponse:
    found = _by_key(data, key)
    if found is None or not found["viewerCanReport"]:
        return keep(data, form, {"day": "The day"}, title="A milestone", status=status)
    return show("plans/writing/milestone.html", data, status=status, form=form, milestone=found, telling=telling)
