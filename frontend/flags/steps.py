"""Decides how single steps of a flag's life are taken: each on a page that first says what it does and who reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, abort, redirect, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import Document, document
from frontend.flags.standing import open_question
from frontend.forms import STATUS, Form, Saved, send
from frontend.kept import resumable, typed_form
from frontend.navigation import back
from frontend.page import ask, found, show
from frontend.times import read_local

Record = dict[str, Any]
QUESTION = document("flags/step.graphql")

pages = Blueprint("steps", __name__)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: what it is called, who is offered it, what must be answered, and what is sent."""

    title: str
    can: str
    mutation: Document
    # What is said when an answer is missing altogether, by field, in the order of the form.
    needs: Mapping[str, str]
    details: Callable[[Form, Record], dict[str, Any]]
    places: Mapping[str, str]
    # What somebody wrote, by field, with its label for when it can no longer be sent.
    wrote: Mapping[str, str]
    # What stands in a field to begin with: the least that may lawfully be said, to be changed or kept.
    suggested: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[Form], None] = field(default=lambda _: None)


def _answer(form: Form, flag: Record) -> dict[str, Any]:
    asked = open_question(flag)
    # A question that was answered meanwhile is named all the same, so that the domain says so.
    return {"requestId": asked["id"] if asked else form.text("question"), "answer": form.text("answer")}


def _withdraw(form: Form, _: Record) -> dict[str, Any]:
    return {"reasonCode": form.text("reason"), "note": form.optional("note")}


def _reopen(form: Form, _: Record) -> dict[str, Any]:
    seen = read_local(form.text("seen_day"), form.text("seen_time"))
    return {"newFact": form.text("fact"), "observedAt": seen.isoformat() if seen else None}


def _check_seen(form: Form) -> None:
    if form.text("seen_day") and not read_local(form.text("seen_day"), form.text("seen_time")):
        form.wrong("seen_day", "Give a day and a time, such as 5 November 2026 and 21:40.")


def _close(form: Form, _: Record) -> dict[str, Any]:
    return {"outcomeCode": form.text("outcome"), "feedback": form.text("feedback")}


def _tell(form: Form, _: Record) -> dict[str, Any]:
    return {"text": form.text("text")}


STEPS = {
    "answer": Step(
        title="Answer the question",
        can="viewerCanAnswerInformation",
        mutation=document("flags/answer_question.graphql"),
        needs={"answer": "Write your answer. Say so if you do not know."},
        details=_answer,
        places={"answer": "answer"},
        wrote={"answer": "Your answer"},
    ),
    "withdraw": Step(
        title="Withdraw this flag",
        can="viewerCanWithdraw",
        mutation=document("flags/withdraw.graphql"),
        needs={"reason": "Choose why you withdraw it."},
        details=_withdraw,
        places={"reasonCode": "reason", "note": "note"},
        wrote={"note": "More about why"},
    ),
    "reopen": Step(
        title="Open this flag again",
        can="viewerCanReopen",
        mutation=document("flags/reopen.graphql"),
        needs={
            "fact": "Write what is new: what you saw or heard since.",
            "seen_day": "Say which day you saw it.",
            "seen_time": "Say about what time you saw it.",
        },
        details=_reopen,
        places={"newFact": "fact", "observedAt": "seen_day"},
        wrote={"fact": "What is new"},
        check=_check_seen,
    ),
    "close": Step(
        title="Close this flag",
        can="viewerCanClose",
        mutation=document("flags/close.graphql"),
        needs={
            "outcome": "Choose what came of it.",
            "feedback": "Tell the officer what came of it. They see this text and little else.",
        },
        details=_close,
        places={"outcomeCode": "outcome", "feedback": "feedback"},
        wrote={"feedback": "What you meant to tell them"},
        suggested={"feedback": "Thank you. This flag is closed now. If you see something new, open it again."},
    ),
    "tell": Step(
        title="Tell the flagger more",
        can="viewerCanGiveFeedback",
        mutation=document("flags/give_feedback.graphql"),
        needs={"text": "Write what you tell them."},
        details=_tell,
        places={"text": "text"},
        wrote={"text": "What you meant to tell them"},
    ),
}
ADDRESS = f"/flags/<flag_id>/<any({','.join(STEPS)}):step>"


@pages.get(ADDRESS)
def step(flag_id: str, step: str) -> Response:
    """The form of one step; only for whoever may take it now."""
    data = _question(flag_id)
    if not data["flag"][STEPS[step].can]:
        abort(404)
    return _shown(step, data, Form(MultiDict(STEPS[step].suggested)))


@pages.post(ADDRESS)
@resumable
def take_step(flag_id: str, step: str) -> AnyResponse:
    """Take the step, or show its form again with everything typed; when somebody was faster, with what they did."""
    form, taken, data = typed_form(), STEPS[step], _question(flag_id)
    if form.unsent:
        return _shown(step, data, form)
    for name, message in taken.needs.items():
        form.need(name, message)
    taken.check(form)
    if form.errors:
        return _shown(step, data, form, status=422)
    given = {"id": flag_id, "expectedVersion": form.version(), "idempotencyKey": form.key}
    more = {name: value for name, value in taken.details(form, data["flag"]).items() if value is not None}
    outcome = send(taken.mutation, given | more)
    if isinstance(outcome, Saved):
        return redirect(url_for("flags.flag", flag_id=flag_id), code=303)
    form.refuse(outcome, taken.places)
    return _shown(step, _question(flag_id), form, status=STATUS[outcome.kind])


def _question(flag_id: str) -> Record:
    data = ask(QUESTION, id=flag_id)
    found(data["flag"])
    return data


def _shown(name: str, data: Record, form: Form, *, status: int = 200) -> Response:
    taken = STEPS[name]
    return show(
        "flags/step.html",
        data,
        status=status,
        form=form,
        name=name,
        step=taken,
        back=back(data["viewer"]),
        can=data["flag"][taken.can],
        asked=open_question(data["flag"]),
    )
