"""Decides how a draft is put together: one page with its parts, each a page of its own, and what is wrong with it."""

from typing import Any

from flask import Response, redirect, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.forms import Form
from frontend.kept import resumable, typed_form
from frontend.page import show
from frontend.plans import pages, telling
from frontend.plans.showing import nodes
from frontend.plans.writing import parties
from frontend.plans.writing.answering import Change, keep, make, plan_of
from frontend.plans.writing.beginning import PLACES, check_particulars

Record = dict[str, Any]
EDIT = document("plans/writing/edit.graphql")
FRAME = document("plans/writing/frame.graphql")
SET_PARTICULARS = document("plans/writing/set_particulars.graphql")
MEMBERS = document("plans/writing/members.graphql")
SET_PARTIES = document("plans/writing/set_parties.graphql")


def draft_of(question: Any, plan_id: str) -> Record:
    """What a page of a draft asks; `data["version"]` is the version that is written."""
    data = plan_of(question, plan_id)
    data["version"] = data["plan"]["currentVersion"]
    return data


def elsewhere(plan_id: str) -> AnyResponse:
    """To the plan: it says what can be done with it now, to whoever may do it."""
    return redirect(url_for("plans.plan", plan_id=plan_id), code=303)


def edit_address(plan_id: str) -> str:
    """The page of a draft, to which each of its parts leads back."""
    return url_for("plans.edit_plan", plan_id=plan_id)


@pages.get("/plans/<plan_id>/edit")
def edit_plan(plan_id: str) -> AnyResponse:
    """The draft with all its parts."""
    data = draft_of(EDIT, plan_id)
    if not data["version"]["viewerCanEdit"]:
        return elsewhere(plan_id)
    return show("plans/writing/edit.html", data, form=Form(), telling=telling)


@pages.get("/plans/<plan_id>/edit/particulars")
def particulars(plan_id: str) -> AnyResponse:
    """Its name and its period."""
    data = draft_of(FRAME, plan_id)
    if not data["version"]["viewerCanEdit"]:
        return elsewhere(plan_id)
    plan = data["plan"]
    typed = {
        "title": plan["title"],
        "starts_on": plan["period"]["from"],
        "ends_on": plan["period"]["to"],
        "template": data["version"]["templateCode"] or "",
    }
    return _particulars(data, Form(MultiDict(typed)))


@pages.post("/plans/<plan_id>/edit/particulars")
@resumable
def set_particulars(plan_id: str) -> AnyResponse:
    """Give it another name or period."""
    form, data = typed_form(), draft_of(FRAME, plan_id)
    if form.unsent:
        return _particulars(data, form)
    check_particulars(form)
    if form.errors:
        return _particulars(data, form, status=422)
    given = {
        "id": plan_id,
        "expectedVersion": form.version(),
        "title": form.text("title"),
        "period": {"from": form.text("starts_on"), "to": form.text("ends_on")},
        "templateCode": form.optional("template"),
    }
    return make(
        form,
        Change(mutation=SET_PARTICULARS, given=given, places=PLACES | {"templateCode": "template"}),
        then=lambda _: edit_address(plan_id),
        again=lambda status: _particulars(draft_of(FRAME, plan_id), form, status=status),
    )


def _particulars(data: Record, form: Form, *, status: int = 200) -> AnyResponse:
    if not data["version"]["viewerCanEdit"]:
        wrote = {"title": "Name of the plan", "starts_on": "First day", "ends_on": "Last day"}
        return keep(data, form, wrote, title="Name and period", status=status)
    return show("plans/writing/particulars.html", data, status=status, form=form)


@pages.get("/plans/<plan_id>/edit/parties")
def plan_parties(plan_id: str) -> AnyResponse:
    """Who takes part, and who must sign."""
    data = draft_of(MEMBERS, plan_id)
    if not data["version"]["viewerCanEdit"]:
        return elsewhere(plan_id)
    typed: MultiDict[str, str] = MultiDict()
    parties.fill(
        typed, _agencies(data), {each["agency"]["id"]: each["required"] for each in data["version"]["parties"]}
    )
    return _parties(data, Form(typed))


@pages.post("/plans/<plan_id>/edit/parties")
@resumable
def set_parties(plan_id: str) -> AnyResponse:
    """Let other agencies take part or sign."""
    form, data = typed_form(), draft_of(MEMBERS, plan_id)
    if form.unsent:
        return _parties(data, form)
    wanted, places = parties.chosen(form, _agencies(data))
    given = {"id": plan_id, "expectedVersion": form.version(), "parties": wanted}
    return make(
        form,
        Change(mutation=SET_PARTIES, given=given, places=places),
        then=lambda _: edit_address(plan_id),
        again=lambda status: _parties(draft_of(MEMBERS, plan_id), form, status=status),
    )


def _agencies(data: Record) -> list[Record]:
    """The members of the partnership, and a party that is none any more, so that it can be taken out."""
    members = nodes(data["plan"]["partnership"]["members"])
    known = {each["id"] for each in members}
    return members + [each["agency"] for each in data["version"]["parties"] if each["agency"]["id"] not in known]


def _parties(data: Record, form: Form, *, status: int = 200) -> Response | AnyResponse:
    if not data["version"]["viewerCanEdit"]:
        return keep(data, form, {}, title="Parties", status=status)
    return show("plans/writing/parties.html", data, status=status, form=form, members=_agencies(data), parties=parties)
