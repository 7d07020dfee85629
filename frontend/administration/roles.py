"""Decides what an administrator does with one role of somebody: its teams, and its last day."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.administration import standing
from frontend.administration.people import administered
from frontend.documents import Document, document
from frontend.forms import STATUS, Form, Saved, send
from frontend.page import ask, show

ROLE = document("administration/role.graphql")
END = document("administration/end_membership.graphql")
SET_TEAMS = document("administration/set_membership_teams.graphql")

pages = Blueprint("roles", __name__)


@pages.get("/administration/roles/<membership_id>")
def role(membership_id: str) -> Response:
    """One role: its teams and its last day."""
    return _role(_data(membership_id), Form())


@pages.post("/administration/roles/<membership_id>/end")
def end(membership_id: str) -> AnyResponse:
    """End a role after a day."""
    form = Form(request.form)
    form.need("last_day", "Enter the last day.")
    if not form.errors and not standing.is_day(form.text("last_day")):
        form.wrong("last_day", "Enter the last day as a date.")
    return _change(END, membership_id, form, lastDay=form.text("last_day"))


@pages.post("/administration/roles/<membership_id>/teams")
def set_teams(membership_id: str) -> AnyResponse:
    """Say in which teams a role works."""
    form = Form(request.form)
    return _change(SET_TEAMS, membership_id, form, teamIds=form.many("teams"))


def _change(mutation: Document, membership_id: str, form: Form, **given: Any) -> AnyResponse:
    data = _data(membership_id)
    if form.errors:
        return _role(data, form, status=422)
    details = {"id": membership_id, "expectedVersion": form.version(), "idempotencyKey": form.key, **given}
    outcome = send(mutation, details)
    if isinstance(outcome, Saved):
        return redirect(url_for("person.person", user_id=data["role"]["user"]["id"]), code=303)
    form.refuse(outcome, {"lastDay": "last_day", "teamIds": "teams"})
    return _role(_data(membership_id), form, status=STATUS[outcome.kind])


def _data(membership_id: str) -> dict[str, Any]:
    data = administered(ask(ROLE, id=membership_id))
    if data["role"] is None or data["role"]["__typename"] != "Membership":
        abort(404)
    return data


def _role(data: dict[str, Any], form: Form, *, status: int = 200) -> Response:
    return show("administration/role.html", data, status=status, form=form, standing=standing)
