"""Decides how a flag is raised: one form of eight answers that stops for danger and can be kept, and a receipt."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.flags import answers, drafting
from frontend.flags.alike import SEEN, similar_flags
from frontend.forms import STATUS, Form, Refusal, Saved, send
from frontend.kept import resumable, typed_form
from frontend.page import ask, found, show
from frontend.times import clock_time

QUESTION = document("flags/raise.graphql")
MUTATION = document("flags/raise_flag.graphql")
RECEIPT = document("flags/sent.graphql")
DRAFTS = document("flags/drafts.graphql")
# Never raised by hand: it comes with imported incidents, which name nobody.
IMPORTED_CONCERN = "ANTI_SOCIAL_BEHAVIOUR"

pages = Blueprint("raising", __name__)
Draft = dict[str, Any]


@dataclass(frozen=True)
class Begun:
    """What the form began with: an imported draft, a draft of one's own, or nothing."""

    imported: Draft | None = None
    own: Draft | None = None


@pages.get("/flags/raise")
def raise_flag() -> Response:
    """The empty form; `?draft=` fills it from a draft of one's own."""
    if "draft" not in request.args:
        return form_page(Form())
    own = found(drafting.own_draft(request.args["draft"]))
    if not own["viewerCanEditDraft"]:
        abort(404)
    return _shown("flags/raise.html", _question(), Form(drafting.filled(own)), Begun(own=own))


@pages.post("/flags/raise")
@resumable
def send_flag() -> AnyResponse:
    """Raise the flag, or show the form again with everything typed and what is still wrong."""
    return answer(typed_form())


@pages.get("/flags/drafts")
def drafts() -> Response:
    """Drafts of one's own; a role that raises no flags has no such page."""
    _question()
    return show("flags/drafts.html", ask(DRAFTS, after=request.args.get("after")), discarding=Form())


@pages.get("/flags/<flag_id>/sent")
def sent(flag_id: str) -> Response:
    """The receipt, for whoever raised the flag: the reference, what happens next and who reads it."""
    data = ask(RECEIPT, id=flag_id)
    if found(data["flag"])["disclosure"]["because"] != "AUTHOR":
        abort(404)
    return show("flags/sent.html", data)


def answer(form: Form, draft: Draft | None = None) -> AnyResponse:
    """What a posted form leads to; with an imported draft, sending promotes it."""
    data, step = _question(), form.text("step")
    begun = Begun(draft, None if draft else drafting.own_draft(form.text("draft_id")))
    if form.unsent or step == "back":
        return _shown("flags/raise.html", data, form, begun)
    if draft is None and step == "discard":
        return _discard(data, form, begun.own)
    if draft is None and step in ("save", "open"):
        return _keep(data, form, begun.own)
    return _stop(data, form, begun) or _send(data, form, begun)


def form_page(form: Form, draft: Draft | None = None, *, status: int = 200) -> Response:
    """The form before anything was sent, with the imported draft's facts beside it when there is one."""
    return _shown("flags/raise.html", _question(), form, Begun(draft), status=status)


def _stop(data: dict[str, Any], form: Form, begun: Begun) -> Response | None:
    """What danger asks before anything is sent; None when nobody is in danger, or it has been answered."""
    # The Enter key presses the first button of the whole form, too; only the page of the stop has no other.
    stopped = form.text("urgency") == "IMMEDIATE" or form.text("stopped") == "yes"
    continuing = form.text("step") == "continue" and stopped
    if answers.stops(form, _advice(data)):
        if continuing:
            answers.check_stop(form, _advice(data))
        return _shown("flags/stop.html", data, form, begun, status=422 if form.errors else 200)
    return _shown("flags/raise.html", data, form, begun) if continuing else None


def _send(data: dict[str, Any], form: Form, begun: Begun) -> AnyResponse:
    """Raise the flag; before that show what is missing, or once what looks like it."""
    answers.check(form)
    if form.errors:
        return _shown("flags/raise.html", data, form, begun, status=422)
    if alike := similar_flags(form):
        return _shown("flags/similar.html", data, form, begun, alike=alike)
    outcome = send(MUTATION, answers.details(form, begun.imported or _version_of(begun.own, form)))
    if isinstance(outcome, Saved):
        return redirect(url_for("raising.sent", flag_id=outcome.payload["flag"]["id"]), code=303)
    form.refuse(outcome, answers.PLACES)
    if outcome.conflict == "KEY_REUSED":
        # Whether a second flag is meant is asked already.
        form.typed["similar"] = SEEN
    return _shown("flags/raise.html", data, form, begun, status=STATUS[outcome.kind])


def _discard(data: dict[str, Any], form: Form, own: Draft | None) -> AnyResponse:
    """Throw a draft away; one that is gone already is as gone as it can be."""
    outcome = None if own is None else drafting.discard(form, own)
    if isinstance(outcome, Refusal):
        form.refuse(outcome, answers.PLACES)
        return _shown("flags/raise.html", data, form, Begun(own=own), status=STATUS[outcome.kind])
    return redirect(url_for("raising.drafts"), code=303)


def _keep(data: dict[str, Any], form: Form, own: Draft | None) -> AnyResponse:
    """Keep the form as a draft and go on where the button says; the script that saves while somebody types stays."""
    by_script = request.accept_mimetypes.best == "application/json"
    answers.check_draft(form)
    kept = None if form.errors else drafting.save(form, own)
    if isinstance(kept, Saved):
        flag = kept.payload["flag"]
        if by_script:
            return jsonify(draft=flag["id"], version=flag["version"], at=clock_time(flag["updatedAt"]))
        return redirect(_after_keeping(form, flag["id"]), code=303)
    if kept is not None:
        form.refuse(kept, answers.PLACES)
    status = 422 if kept is None else STATUS[kept.kind]
    return (
        Response(status=status) if by_script else _shown("flags/raise.html", data, form, Begun(own=own), status=status)
    )


def _after_keeping(form: Form, draft_id: str) -> str:
    if form.text("step") == "open" and "open" in request.args:
        return url_for("flags.flag", flag_id=request.args["open"])
    return url_for("raising.raise_flag", draft=draft_id)


def _version_of(own: Draft | None, form: Form) -> Draft | None:
    """A draft of one's own as sending it needs it: nothing of what it said before counts any more."""
    return None if own is None else {"id": own["id"], "version": form.version(), "observedAt": None}


def _question() -> dict[str, Any]:
    """What the form needs; a role that raises no flags has no such page."""
    data = ask(QUESTION)
    if not data["here"]["viewerCanRaiseFlag"]:
        abort(404)
    return data


def _shown(
    template: str,
    data: dict[str, Any],
    form: Form,
    begun: Begun,
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    advice = _advice(data)
    return show(
        template,
        data,
        status=status,
        form=form,
        draft=begun.imported,
        own=begun.own,
        advice=advice,
        answered=form.text("urgency") == "IMMEDIATE" and not answers.stops(form, advice),
        concerns=[node for node in _nodes(data["concerns"]) if begun.imported or node["code"] != IMPORTED_CONCERN],
        **more,
    )


def _advice(data: dict[str, Any]) -> dict[str, Any]:
    advice: dict[str, Any] = data["here"]["emergencyAdvice"]
    return advice


def _nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]
