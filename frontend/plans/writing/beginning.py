"""Decides how a plan is begun: whose it is, its name and period, who takes part, and the checklist it answers."""

from datetime import date
from typing import Any

from flask import Response, abort, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.forms import Form
from frontend.kept import resumable, typed_form
from frontend.page import ask, show
from frontend.plans import pages
from frontend.plans.showing import nodes
from frontend.plans.writing import parties
from frontend.plans.writing.answering import Change, make

Record = dict[str, Any]
NEW = document("plans/writing/new.graphql")
DRAFT = document("plans/writing/draft.graphql")
PLACES = {"title": "title", "period": "starts_on", "period.from": "starts_on", "period.to": "ends_on"}


@pages.get("/plans/new")
def new_plan() -> Response:
    """The empty form; for a role that begins no plans there is no such page."""
    data = _data()
    typed: MultiDict[str, str] = MultiDict()
    # Whoever begins a plan takes part in it.
    parties.fill(typed, _members(data), {data["viewer"]["agency"]["id"]: True})
    return _form(data, Form(typed))


@pages.post("/plans/new")
@resumable
def begin_plan() -> AnyResponse:
    """Begin a plan, and go on to write it."""
    form, data = typed_form(), _data()
    if form.unsent:
        return _form(data, form)
    check_particulars(form)
    wanted, places = parties.chosen(form, _members(data))
    if form.errors:
        return _form(data, form, status=422)
    given = {
        "partnershipId": data["partnership"]["id"],
        "title": form.text("title"),
        "period": {"from": form.text("starts_on"), "to": form.text("ends_on")},
        "parties": wanted,
        "templateCode": form.optional("template"),
    }
    return make(
        form,
        Change(mutation=DRAFT, given=given, places=PLACES | places | {"templateCode": "template"}),
        then=lambda saved: url_for("plans.edit_plan", plan_id=saved["plan"]["id"]),
        again=lambda status: _form(_data(), form, status=status),
    )


def check_particulars(form: Form) -> None:
    """Say what is missing of a name and a period, or is no day; the rules about them are the domain's."""
    form.need("title", "Give the plan a name.")
    for name, message in (
        ("starts_on", "Enter its first day as a date."),
        ("ends_on", "Enter its last day as a date."),
    ):
        if not is_day(form.text(name)):
            form.wrong(name, message)


def is_day(typed: str) -> bool:
    """Whether a text is a day, as a date input sends it."""
    try:
        return date.fromisoformat(typed).isoformat() == typed
    except ValueError:
        return False


def _data() -> Record:
    data = ask(NEW)
    found = nodes(data["partnerships"])
    if not data["here"]["viewerCanDraftPlan"] or not found:
        abort(404)
    (data["partnership"], *_) = found
    return data


def _members(data: Record) -> list[Record]:
    return nodes(data["partnership"]["members"])


def _form(data: Record, form: Form, *, status: int = 200) -> Response:
    return show("plans/writing/new.html", data, status=status, form=form, members=_members(data), parties=parties)
