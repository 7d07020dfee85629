"""Decides how an agency checks a version before it signs: passing its own checks, and saying what they are."""

from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from frontend import words
from frontend.documents import document
from frontend.forms import Form
from frontend.kept import resumable, typed_form
from frontend.page import show
from frontend.plans import pages, telling
from frontend.plans.writing.answering import Change, keep, make
from frontend.plans.writing.editing import draft_of, elsewhere
from frontend.plans.writing.rows import Rows

Record = dict[str, Any]
CHECKS = document("plans/writing/checks.graphql")
PASS = document("plans/writing/pass_check.graphql")
SET = document("plans/writing/set_checks.graphql")
ROWS = Rows(name="check", fields=("code", "name", "role"), unseen="code")


@pages.get("/plans/<plan_id>/checks")
def checks(plan_id: str) -> AnyResponse:
    """The checks of every party; those of one's own agency can be passed by the role they were given to."""
    return _checks(draft_of(CHECKS, plan_id), Form())


@pages.post("/plans/<plan_id>/checks/<code>/pass")
def pass_check(plan_id: str, code: str) -> AnyResponse:
    """Pass one check of one's own agency, on the version that was read."""
    form = typed_form()
    draft_of(CHECKS, plan_id)
    return make(
        form,
        Change(mutation=PASS, given={"planVersionId": form.text("version_id"), "code": code}),
        then=lambda _: url_for("plans.checks", plan_id=plan_id),
        again=lambda status: _checks(draft_of(CHECKS, plan_id), form, status=status),
    )


@pages.get("/plans/<plan_id>/checks/list")
def list_of_checks(plan_id: str) -> AnyResponse:
    """The form for the list of checks of one's own agency."""
    data = draft_of(CHECKS, plan_id)
    if not data["plan"]["viewerCanSetChecks"]:
        return elsewhere(plan_id)
    typed: MultiDict[str, str] = MultiDict()
    ROWS.fill(typed, [{"code": each["code"], "name": each["name"], "role": each["role"]} for each in _own(data)])
    return _list(data, Form(typed))


@pages.post("/plans/<plan_id>/checks/list")
@resumable
def set_checks(plan_id: str) -> AnyResponse:
    """Check other things, or let another role pass them; or show one more row."""
    form, data = typed_form(), draft_of(CHECKS, plan_id)
    if form.unsent:
        return _list(data, form)
    if form.text("more"):
        ROWS.add(form)
        return _list(data, form, added="checks")
    wanted: list[Record] = []
    places = {"checks": ROWS.field("name", 0)}
    for place, row in ROWS.kept(form):
        form.need(ROWS.field("name", place), "Say what is checked.")
        if row["role"] not in words.ROLE:
            form.wrong(ROWS.field("role", place), "Choose who passes it.")
        places |= {f"checks.{len(wanted)}.{name}": ROWS.field(name, place) for name in ("name", "role")}
        places[f"checks.{len(wanted)}"] = ROWS.field("name", place)
        wanted.append({"name": row["name"], "role": row["role"]} | ({"code": row["code"]} if row["code"] else {}))
    if form.errors:
        return _list(data, form, status=422)
    return make(
        form,
        Change(mutation=SET, given={"planId": plan_id, "checks": wanted}, places=places),
        then=lambda _: url_for("plans.checks", plan_id=plan_id),
        again=lambda status: _list(draft_of(CHECKS, plan_id), form, status=status),
    )


def _own(data: Record) -> list[Record]:
    parties = data["plan"]["parties"]
    return next((party["checks"] for party in parties if party["isViewers"] and not party["leftOn"]), [])


def _checks(data: Record, form: Form, *, status: int = 200) -> AnyResponse:
    parties = [party for party in data["plan"]["parties"] if not party["leftOn"]]
    return show("plans/writing/checks.html", data, status=status, form=form, parties=parties, telling=telling)


def _list(data: Record, form: Form, *, status: int = 200, added: str = "") -> AnyResponse:
    if not data["plan"]["viewerCanSetChecks"]:
        wrote = {ROWS.field("name", place): f"Check {place + 1}" for place in ROWS.shown(form)}
        return keep(data, form, wrote, title="Your agency’s checks", status=status)
    return show(
        "plans/writing/check_list.html", data, status=status, form=form, rows=ROWS, added=added, telling=telling
    )
