"""Decides what an administrator does with teams: see who works in one, open, rename and close one."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.administration import standing
from frontend.administration.people import administered
from frontend.documents import Document, document
from frontend.forms import STATUS, Form, Saved, send
from frontend.page import ask, show

TEAMS = document("administration/teams.graphql")
TEAM = document("administration/team.graphql")
OPEN = document("administration/open_team.graphql")
RENAME = document("administration/rename_team.graphql")
CLOSE = document("administration/close_team.graphql")

pages = Blueprint("teams", __name__)


@pages.get("/administration/teams")
def teams() -> Response:
    """The agency's teams."""
    return _teams(Form())


@pages.post("/administration/teams")
def open_team() -> AnyResponse:
    """Open a team."""
    form = Form(request.form)
    outcome = send(OPEN, {"name": form.text("name"), "idempotencyKey": form.key})
    if isinstance(outcome, Saved):
        return redirect(url_for("teams.teams"), code=303)
    form.refuse(outcome, {"name": "name"})
    return _teams(form, status=STATUS[outcome.kind])


@pages.get("/administration/teams/<team_id>")
def team(team_id: str) -> Response:
    """One team with the people in it."""
    return _team(team_id, Form())


@pages.post("/administration/teams/<team_id>/name")
def rename(team_id: str) -> AnyResponse:
    """Another name."""
    form = Form(request.form)
    return _change(RENAME, team_id, form, name=form.text("name"))


@pages.post("/administration/teams/<team_id>/close")
def close(team_id: str) -> AnyResponse:
    """Close a team that nobody works in."""
    return _change(CLOSE, team_id, Form(request.form))


def _change(mutation: Document, team_id: str, form: Form, **more: Any) -> AnyResponse:
    given = {"id": team_id, "expectedVersion": form.version(), "idempotencyKey": form.key, **more}
    outcome = send(mutation, given)
    if isinstance(outcome, Saved):
        return redirect(url_for("teams.team", team_id=team_id), code=303)
    form.refuse(outcome, {"name": "name"})
    return _team(team_id, form, status=STATUS[outcome.kind])


def _teams(form: Form, *, status: int = 200) -> Response:
    return show("administration/teams.html", administered(ask(TEAMS)), status=status, form=form)


def _team(team_id: str, form: Form, *, status: int = 200) -> Response:
    data = administered(ask(TEAM, id=team_id, after=request.args.get("after")))
    if data["team"] is None or data["team"]["__typename"] != "Team":
        abort(404)
    return show("administration/team.html", data, status=status, form=form, standing=standing)
