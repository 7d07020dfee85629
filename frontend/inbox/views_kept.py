"""Decides how a view of the inbox gets a name, and loses it."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from frontend.forms import STATUS, Form, Refusal, send
from frontend.inbox import choice
from frontend.inbox.pages import REMOVE, at_desk, keep, shown

pages = Blueprint("inbox_views", __name__)


@pages.post("/inbox/views")
def save() -> Response:
    """Keep the view that was on the page under the name typed."""
    looker, desk = at_desk()
    form = Form(request.form)
    chosen = choice.asked_for(request.form, desk.views, desk.opens_with)
    form.need("name", "Give the view a name.")
    if not form.errors:
        outcome = keep(chosen, name=form.text("name"))
        if not isinstance(outcome, Refusal):
            return redirect(chosen.address(), code=303)
        form.refuse(outcome, {"name": "name"})
    status = 422 if form.refusal is None else STATUS[form.refusal.kind]
    return shown(desk, looker, chosen, form=form, status=status)


@pages.post("/inbox/views/<view_id>/remove")
def remove(view_id: str) -> Response:
    """Take a name away; what it showed is still there. Somebody who was faster had the same wish."""
    form = Form(request.form)
    send(REMOVE, {"id": view_id, "expectedVersion": form.version(), "idempotencyKey": form.key})
    return redirect(url_for("inbox.inbox"), code=303)
