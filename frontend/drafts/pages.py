"""Decides how imported incidents are worked: looked through, promoted one by one or together, or discarded for good."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.drafts.chosen import MOST, NAME, Chosen, find
from frontend.drafts.picture import picture
from frontend.drafts.sifting import Sifting
from frontend.flags import raising
from frontend.forms import STATUS, Form, Saved, send
from frontend.kept import resumable, typed_form
from frontend.page import ask, found, show

LIST = document("drafts/list.graphql")
DRAFT = document("drafts/draft.graphql")
DISCARD = document("drafts/discard.graphql")
PLACES = {"reasonCode": "reason", "flags": NAME}
NOTHING_CHOSEN = "Tick at least one incident."
TOO_MANY = f"Tick at most {MOST} incidents at a time."
TWO_PLACES = "Tick incidents of one place: together they become one flag."

pages = Blueprint("drafts", __name__)


@pages.get("/drafts")
def drafts() -> Response:
    """The review list, place by place, with a map."""
    return _list(Form())


@pages.get("/drafts/<draft_id>/promote")
def promote(draft_id: str) -> Response:
    """The raise form; the place is filled in because the import knows it, and nothing else is."""
    draft = _draft(draft_id)
    return raising.form_page(Form(MultiDict({"place": draft["placeDescription"] or ""})), draft)


@pages.post("/drafts/<draft_id>/promote")
@resumable
def send_promotion(draft_id: str) -> AnyResponse:
    """Raise the flag in the draft's place."""
    return raising.answer(typed_form(), _draft(draft_id))


@pages.post("/drafts/together")
@resumable
def together() -> AnyResponse:
    """Ticked in the list: the raise form beside all of them. Sent from there: one flag made of all of them."""
    form = typed_form()
    chosen = find(form)
    if form.text("step") == "choose":
        return _beside(form, chosen)
    if chosen.gone:
        return _without_those_gone(form, chosen)
    _check_ticked(form)
    if form.errors:
        return _list(form, status=422)
    return raising.answer(form, _joint(chosen))


@pages.post("/drafts/discard")
def discard() -> AnyResponse:
    """Ticked in the list: a page that says what is discarded and asks why. Sent from there: gone for good."""
    form = Form(request.form)
    chosen = find(form)
    _check_ticked(form)
    if form.errors:
        return _list(form, status=422)
    if not chosen.drafts:
        return _list(_nothing_left(), status=409)
    if form.text("step") == "choose":
        return _asked(Form(MultiDict((NAME, value) for value in chosen.values())), chosen)
    form.need("reason", "Choose why nobody needs these incidents.")
    if form.errors:
        return _asked(form, chosen, status=422)
    # All that were ticked, those that are gone, too: the portal says of each what became of it.
    named = [{"id": name, "expectedVersion": version} for name, version in chosen.versions.items()]
    given = {"flags": named, "reasonCode": form.text("reason"), "idempotencyKey": form.key}
    outcome = send(DISCARD, given)
    if not isinstance(outcome, Saved):
        form.refuse(outcome, PLACES)
        return _asked(form, chosen, status=STATUS[outcome.kind])
    became = [each["outcome"] for each in outcome.payload["flags"]]
    gone = became.count("DISCARDED")
    return redirect(url_for("drafts.drafts", discarded=gone, stayed=len(became) - gone), code=303)


def _list(form: Form, *, status: int = 200) -> Response:
    sifting = Sifting.of(request.args)
    data = ask(LIST, filter=sifting.filter(), after=request.args.get("after"))
    area = (data["here"]["partnership"] or {}).get("area")
    return show(
        "drafts/list.html",
        data,
        status=status,
        form=form,
        sifting=sifting,
        picture=picture(data["importedSquares"], area, sifting),
        discarded=_number("discarded"),
        stayed=_number("stayed"),
    )


def _number(name: str) -> int | None:
    return min(request.args.get(name, type=int) or 0, 999) if name in request.args else None


def _check_ticked(form: Form) -> None:
    if not form.many(NAME):
        form.wrong(NAME, NOTHING_CHOSEN)
    elif len(form.many(NAME)) > MOST:
        form.wrong(NAME, TOO_MANY)


def _asked(form: Form, chosen: Chosen, *, status: int = 200) -> Response:
    return show("drafts/discard.html", chosen.data, form=form, chosen=chosen, status=status)


def _beside(form: Form, chosen: Chosen) -> AnyResponse:
    """The form for what was ticked; a single incident has its own page."""
    _check_ticked(form)
    if not form.errors and not chosen.drafts:
        return _list(_nothing_left(), status=409)
    if len(chosen.places) > 1:
        form.wrong(NAME, TWO_PLACES)
    if form.errors:
        return _list(form, status=422)
    if len(chosen.drafts) == 1:
        return redirect(url_for("drafts.promote", draft_id=chosen.drafts[0]["id"]), code=303)
    draft = _joint(chosen)
    # Several incidents make a flag about a group at their place, so that answer is no longer theirs to choose.
    filled = MultiDict({"place": draft["placeDescription"] or "", "who": "GROUP"})
    filled.setlist(NAME, chosen.values())
    return raising.form_page(Form(filled), draft)


def _without_those_gone(form: Form, chosen: Chosen) -> AnyResponse:
    """Somebody was faster with some of them: nothing is sent before whoever ticked them has seen what is left."""
    if not chosen.drafts:
        return _list(_nothing_left(), status=409)
    kept = MultiDict(form.typed)
    kept.setlist(NAME, chosen.values())
    kept.pop("idempotency_key", None)
    again = Form(kept)
    said = "1 incident" if chosen.gone == 1 else f"{chosen.gone} incidents"
    again.unplaced += [
        f"Somebody else has raised or discarded {said} you had ticked. Nothing was sent.",
        "Send it again if it is still right.",
    ]
    return raising.form_page(again, _joint(chosen), status=409)


def _nothing_left() -> Form:
    form = Form()
    form.wrong(NAME, "Somebody else has raised or discarded what you ticked. Nothing was sent.")
    return form


def _joint(chosen: Chosen) -> dict[str, Any]:
    """The first incident, with the others beside it; the newest comes first and says when it was."""
    first, *others = chosen.drafts
    if not all(draft["viewerCanSubmit"] for draft in chosen.drafts):
        abort(404)
    return first | {"others": others, "with": chosen.named()[1:], "version": chosen.versions[first["id"]]}


def _draft(draft_id: str) -> dict[str, Any]:
    """The draft; somebody who may not submit it, or comes too late, has no such page."""
    draft: dict[str, Any] = found(ask(DRAFT, id=draft_id)["flag"])
    if not draft["viewerCanSubmit"]:
        abort(404)
    return draft
