"""Decides how the agreement is read: the grid whole on a desk, one role at a time on a phone, then the clauses."""

from flask import Blueprint, Response, request

from frontend import sight
from frontend.documents import document
from frontend.page import ask, show

QUESTION = document("agreement/agreement.graphql")

pages = Blueprint("agreement", __name__)


@pages.get("/agreement")
def agreement() -> Response:
    """The version in force; `?role=` names the one column a phone shows."""
    data = ask(QUESTION)
    partnership = data["here"]["partnership"]
    version = partnership["agreementInForce"] if partnership else None
    cells = version["cells"] if version else []
    columns = sight.columns(cells)
    asked = request.args.get("role", "")
    role = asked if asked in columns else next(iter(columns), None)
    return show("agreement/agreement.html", data, version=version, columns=columns, rows=sight.grid(cells), role=role)
