"""Decides how imported incidents are worked: a review list, and the raise form beside what was imported."""

from typing import Any

from flask import Blueprint, Response, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.flags import raising
from frontend.forms import Form
from frontend.page import ask, found, show

LIST = document("drafts/list.graphql")
DRAFT = document("drafts/draft.graphql")

pages = Blueprint("drafts", __name__)


@pages.get("/drafts")
def drafts() -> Response:
    """The review list, newest import first."""
    return show("drafts/list.html", ask(LIST, after=request.args.get("after")))


@pages.get("/drafts/<draft_id>/promote")
def promote(draft_id: str) -> Response:
    """The raise form; the place is filled in because the import knows it, and nothing else is."""
    draft = _draft(draft_id)
    return raising.form_page(Form(MultiDict({"place": draft["placeDescription"] or ""})), draft)


@pages.post("/drafts/<draft_id>/promote")
def send_promotion(draft_id: str) -> AnyResponse:
    """Raise the flag in the draft's place."""
    return raising.answer(Form(request.form), _draft(draft_id))


def _draft(draft_id: str) -> dict[str, Any]:
    """The draft; somebody who may not submit it, or comes too late, has no such page."""
    draft: dict[str, Any] = found(ask(DRAFT, id=draft_id)["flag"])
    if not draft["viewerCanSubmit"]:
        abort(404)
    return draft
