"""Decides how a copy of a flag is taken: a reason first, then the bytes that the door has just allowed and recorded."""

from flask import Blueprint, Response, abort, make_response, request

from frontend.documents import document
from frontend.exports.paper import print_paper
from frontend.exports.record import paper_of
from frontend.forms import STATUS, Form, Saved, send
from frontend.navigation import back
from frontend.page import LAYOUT, ask, found, show

QUESTION = document("exports/export.graphql")
MUTATION = document("exports/export_flag.graphql")

pages = Blueprint("exports", __name__)


@pages.get("/flags/<flag_id>/export")
def export(flag_id: str) -> Response:
    """What the copy is for; only for whoever may take one."""
    return _form(flag_id, Form())


@pages.post("/flags/<flag_id>/export")
def send_export(flag_id: str) -> Response:
    """The copy itself, once it is recorded; a second press of the button gives it again, and is recorded again."""
    form = Form(request.form)
    form.need("purpose", "Choose what the copy is for.")
    if form.errors:
        return _form(flag_id, form, status=422)
    given = {"flagId": flag_id, "purposeCode": form.text("purpose"), "idempotencyKey": form.key}
    outcome = send(MUTATION, given)
    if not isinstance(outcome, Saved):
        form.refuse(outcome, {"purposeCode": "purpose"})
        return _form(flag_id, form, status=STATUS[outcome.kind])
    demo = bool(ask(LAYOUT)["instance"]["demo"])
    flag = found(outcome.payload["flag"])
    response = make_response(print_paper(paper_of(flag, outcome.payload["export"], demo=demo)))
    response.mimetype = "application/pdf"
    # A name in a folder is read over shoulders too: the reference names nobody.
    response.headers["Content-Disposition"] = f'attachment; filename="flag-{flag["reference"]}.pdf"'
    return response


def _form(flag_id: str, form: Form, *, status: int = 200) -> Response:
    data = ask(QUESTION, id=flag_id)
    if not found(data["flag"])["viewerCanExport"] and status != STATUS["NotPermitted"]:
        abort(404)
    return show("exports/export.html", data, status=status, form=form, back=back(data["viewer"]))
