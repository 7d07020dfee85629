"""Decides what an administrator sees of the agency's people: where they begin, a list, a search, an invitation."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend import words
from frontend.administration import links, standing
from frontend.documents import document
from frontend.forms import STATUS, Form, Saved, send
from frontend.page import ask, show

HOME = document("administration/home.graphql")
LIST = document("administration/people.graphql")
INVITE = document("administration/invite.graphql")
INVITE_USER = document("administration/invite_user.graphql")
RENEW = document("administration/renew_invitation.graphql")
WITHDRAW = document("administration/withdraw_invitation.graphql")
PLACES = {
    "displayName": "name",
    "email": "email",
    "role": "role",
    "teamIds": "teams",
    "activeFrom": "from",
    "activeTo": "to",
}

pages = Blueprint("administration", __name__)


@pages.get("/administration")
def home() -> Response:
    """Where an administrator begins."""
    return _home(Form())


@pages.get("/administration/people")
def people() -> Response:
    """One page of the people at work, or of those who have left."""
    former = request.args.get("show") == "former"
    data = administered(ask(LIST, filter={"current": not former}, after=request.args.get("after")))
    return show("administration/people.html", data, form=Form(), former=former, searched="", standing=standing)


@pages.post("/administration/people")
def search() -> Response:
    """People with a name or an address; asked by a form, because a name has no place in an address."""
    form = Form(request.form)
    searched = form.text("search")
    data = administered(ask(LIST, filter={"search": searched}, after=form.optional("after")))
    return show("administration/people.html", data, form=form, former=False, searched=searched, standing=standing)


@pages.get("/administration/invite")
def invite() -> Response:
    """The form that invites somebody."""
    return show("administration/invite.html", administered(ask(INVITE)), form=Form())


@pages.post("/administration/invite")
def send_invitation() -> AnyResponse:
    """Invite, and show the link to pass on."""
    form = Form(request.form)
    data = administered(ask(INVITE))
    form.need("name", "Enter a name.")
    form.need("email", "Enter an e-mail address.")
    check_role(form)
    if form.errors:
        return show("administration/invite.html", data, status=422, form=form)
    outcome = send(
        INVITE_USER,
        {
            "displayName": form.text("name"),
            "email": form.text("email"),
            "idempotencyKey": form.key,
            **role_details(form),
        },
    )
    if isinstance(outcome, Saved):
        return links.hold(outcome, purpose="invitation")
    form.refuse(outcome, PLACES)
    return show("administration/invite.html", data, status=STATUS[outcome.kind], form=form)


@pages.post("/administration/invitations/<invitation_id>/renew")
def renew(invitation_id: str) -> AnyResponse:
    """A new link for an invitation that waits."""
    form = Form(request.form)
    outcome = send(RENEW, _which(form, invitation_id))
    if isinstance(outcome, Saved):
        return links.hold(outcome, purpose="invitation")
    form.refuse(outcome, {})
    return _home(form, status=STATUS[outcome.kind])


@pages.post("/administration/invitations/<invitation_id>/withdraw")
def withdraw(invitation_id: str) -> AnyResponse:
    """Take an invitation back."""
    form = Form(request.form)
    outcome = send(WITHDRAW, _which(form, invitation_id))
    if isinstance(outcome, Saved):
        return redirect(url_for("administration.home"), code=303)
    form.refuse(outcome, {})
    return _home(form, status=STATUS[outcome.kind])


def administered(data: dict[str, Any]) -> dict[str, Any]:
    """The data of a page for administrators; for anybody else there is no such page."""
    if not data["viewer"]["viewerCanAdminister"]:
        abort(404)
    return data


def check_role(form: Form) -> None:
    """Say what is wrong with a role before it is sent: nothing chosen, or a day that is none."""
    form.need("role", "Choose the role.")
    if form.text("role") not in {"", *words.ROLE}:
        form.wrong("role", "Choose the role.")
    for name in ("from", "to"):
        if form.text(name) and not standing.is_day(form.text(name)):
            form.wrong(name, "Enter the day as a date.")


def role_details(form: Form) -> dict[str, Any]:
    """A role with its period and teams, as a form says it."""
    given = {
        "role": form.text("role"),
        "teamIds": form.many("teams"),
        "activeFrom": form.optional("from"),
        "activeTo": form.optional("to"),
    }
    return {name: value for name, value in given.items() if value is not None}


def _which(form: Form, record_id: str) -> dict[str, Any]:
    return {"id": record_id, "expectedVersion": form.version(), "idempotencyKey": form.key}


def _home(form: Form, *, status: int = 200) -> Response:
    return show("administration/home.html", administered(ask(HOME)), status=status, form=form, standing=standing)
