"""Decides how a change of a plan is answered: on where it leads, or the form again with all that was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import redirect
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import Document
from frontend.forms import STATUS, Form, Refusal, Saved, send
from frontend.page import ask, found, show
from frontend.plans import telling

Record = dict[str, Any]
# The plan was read a moment ago, so what is missing is the part of it that was written about.
GONE = Refusal("Conflict", "What you were writing about is not in this plan any more.")

MOVED_ON = Refusal("Conflict", "Another version of the plan was begun while you had this page open.")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change: what is sent, and where on the form to say what the domain says of it."""

    mutation: Document
    given: Mapping[str, Any]
    # From the path of an input, with its positions in lists, to the field of the form.
    places: Mapping[str, str] = field(default_factory=dict)


def plan_of(question: Document, plan_id: str, **more: Any) -> Record:
    """What a page asks of one plan; one that is hidden or missing ends in the page for that."""
    data = ask(question, id=plan_id, **more)
    found(data["plan"])
    return data


def make(
    form: Form, change: Change, *, then: Callable[[Record], str], again: Callable[[int], AnyResponse]
) -> AnyResponse:
    """Send a change. `then` says where to go with what it answered; `again` shows the form with what stopped it."""
    given = {name: value for name, value in change.given.items() if value is not None}
    try:
        outcome = send(change.mutation, given | {"idempotencyKey": form.key})
    except NotFound:
        outcome = GONE
    if isinstance(outcome, Saved):
        return redirect(then(outcome.payload), code=303)
    form.refuse(_placed(outcome, change.places), {name: name for name in change.places.values()})
    return again(STATUS[outcome.kind])


def lay_beside(form: Form, record: Record) -> None:
    """Treat a form that was made from the same place of an earlier version as one that somebody else was faster than.

    What stands there now may be other words, which nobody overwrites without having seen them.
    """
    if form.refusal is not None and form.text("record_id") not in ("", record["id"]):
        form.errors.clear()
        form.unplaced.clear()
        form.refuse(MOVED_ON, {})


def keep(data: Record, form: Form, wrote: Mapping[str, str], *, title: str, status: int) -> AnyResponse:
    """The page for words that can no longer be sent as they were meant: why not, and the words, to copy."""
    return show("plans/writing/kept.html", data, status=status, form=form, wrote=wrote, title=title, telling=telling)


def _placed(refusal: Refusal, places: Mapping[str, str]) -> Refusal:
    """The refusal with its errors at fields of the form: the longest beginning of a path that is known counts."""
    errors = []
    for error in refusal.errors:
        path = error["path"]
        beginnings = (".".join(path[:length]) for length in range(len(path), 0, -1))
        name = next((places[each] for each in beginnings if each in places), None)
        errors.append(error | {"path": [name] if name else path})
    return replace(refusal, errors=tuple(errors))
