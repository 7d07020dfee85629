"""Decides what an administrator does with one person: their name and address, their way in, a further role."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.administration import links, standing
from frontend.administration.people import PLACES, administered, check_role, role_details
from frontend.documents import Document, document
from frontend.forms import STATUS, Form, Saved, send
from frontend.page import ask, show

PERSON = document("administration/person.graphql")
RENAME = document("administration/rename_user.graphql")
CHANGE_EMAIL = document("administration/change_user_email.graphql")
PASSWORD_LINK = document("administration/issue_password_link.graphql")
DISABLE = document("administration/disable_user.graphql")
ENABLE = document("administration/enable_user.graphql")
GRANT = document("administration/grant_membership.graphql")

pages = Blueprint("person", __name__)


@pages.get("/administration/people/<user_id>")
def person(user_id: str) -> Response:
    """One person with their roles."""
    return _person(user_id, Form())


@pages.post("/administration/people/<user_id>/name")
def rename(user_id: str) -> AnyResponse:
    """Another name."""
    form = Form(request.form)
    return _change(RENAME, user_id, form, displayName=form.text("name"))


@pages.post("/administration/people/<user_id>/address")
def change_email(user_id: str) -> AnyResponse:
    """A link with which they take another address."""
    form = Form(request.form)
    return _link(CHANGE_EMAIL, user_id, form, purpose="address", email=form.text("email"))


@pages.post("/administration/people/<user_id>/password-link")
def password_link(user_id: str) -> AnyResponse:
    """A link with which they set a new password."""
    return _link(PASSWORD_LINK, user_id, Form(request.form), purpose="password")


@pages.post("/administration/people/<user_id>/disable")
def disable(user_id: str) -> AnyResponse:
    """End their access everywhere."""
    return _change(DISABLE, user_id, Form(request.form))


@pages.post("/administration/people/<user_id>/enable")
def enable(user_id: str) -> AnyResponse:
    """Let them sign in again."""
    return _change(ENABLE, user_id, Form(request.form))


@pages.get("/administration/people/<user_id>/role")
def new_role(user_id: str) -> Response:
    """The form that gives a further role."""
    data = _data(user_id)
    if not data["person"]["account"]["viewerCanGiveRole"]:
        abort(404)
    return show("administration/new_role.html", data, form=Form())


@pages.post("/administration/people/<user_id>/role")
def grant(user_id: str) -> AnyResponse:
    """Give a further role."""
    form = Form(request.form)
    check_role(form)
    if form.errors:
        return show("administration/new_role.html", _data(user_id), status=422, form=form)
    outcome = send(GRANT, {"userId": user_id, "idempotencyKey": form.key, **role_details(form)})
    if isinstance(outcome, Saved):
        return _back(user_id)
    form.refuse(outcome, PLACES)
    return show("administration/new_role.html", _data(user_id), status=STATUS[outcome.kind], form=form)


def _details(form: Form, record_id: str, **more: Any) -> dict[str, Any]:
    return {"id": record_id, "expectedVersion": form.version(), "idempotencyKey": form.key, **more}


def _change(mutation: Document, user_id: str, form: Form, **more: Any) -> AnyResponse:
    outcome = send(mutation, _details(form, user_id, **more))
    if isinstance(outcome, Saved):
        return _back(user_id)
    form.refuse(outcome, PLACES)
    return _person(user_id, form, status=STATUS[outcome.kind])


def _link(mutation: Document, user_id: str, form: Form, *, purpose: str, **more: Any) -> AnyResponse:
    outcome = send(mutation, _details(form, user_id, **more))
    if isinstance(outcome, Saved):
        return links.hold(outcome, purpose=purpose)
    form.refuse(outcome, PLACES)
    return _person(user_id, form, status=STATUS[outcome.kind])


def _back(user_id: str) -> AnyResponse:
    return redirect(url_for("person.person", user_id=user_id), code=303)


def _data(user_id: str) -> dict[str, Any]:
    data = administered(ask(PERSON, id=user_id))
    found = data["person"]
    if found is None or found["__typename"] != "User" or found["account"] is None:
        abort(404)
    return data


def _person(user_id: str, form: Form, *, status: int = 200) -> Response:
    return show("administration/person.html", _data(user_id), status=status, form=form, standing=standing)
