"""Decides how a page is made: one static document asked through the one door, shown in one strict template."""

from collections.abc import Sequence
from typing import Any, Protocol

from flask import Response, abort, current_app, g, make_response, render_template, request
from flask_login import current_user

from frontend.documents import Document, document

LAYOUT = document("layout/layout_page.graphql")
# Refusals of the door that end by themselves, as HTTP says them.
WAITS = {"RATE": 429, "DEADLINE": 503, "BUSY": 503}


class Execution(Protocol):
    """What the door answers: data as plain dictionaries, and errors that were not expected."""

    @property
    def data(self) -> dict[str, Any] | None: ...
    @property
    def errors(self) -> Sequence[Any] | None: ...


class Door(Protocol):
    """The one way to the domain; the schema stands behind it."""

    def execute(
        self, document: str, variables: dict[str, Any], viewer: Any, *, operation_name: str | None = None
    ) -> Execution: ...


class PageFailed(Exception):
    """The document could not be answered: a fault of ours, which the door logged under the reference it gave."""

    def __init__(self, message: str, *, reference: str | None = None) -> None:
        super().__init__(message)
        self.reference = reference


class PageWaits(Exception):
    """The door does not answer now: too much was asked at once, it took too long, or somebody else was there."""

    def __init__(self, code: str, wait: int | None) -> None:
        super().__init__(code)
        self.code = code
        self.status = WAITS[code]
        self.wait = wait


def viewer() -> object | None:
    """Who asks, opaque to pages: the door alone reads it. None for somebody who is not signed in."""
    return getattr(current_user, "viewer", None)


def ask(question: Document, **variables: Any) -> dict[str, Any]:
    """Run a document for whoever asks and give its data; a variable that is None is left out.

    Raises PageFailed for a fault of ours, and PageWaits for what ends by itself. Aborts with 404, and for a change with
    400, when the door refuses a value.
    """
    door: Door = current_app.extensions["concord_door"]
    given = {name: value for name, value in variables.items() if value is not None}
    execution = door.execute(question.text, given, viewer(), operation_name=question.name)
    if execution.errors:
        _give_up(question, execution.errors)
    if execution.data is None:
        raise PageFailed(f"{question.name} gave no data.")
    return execution.data


def note_change() -> None:
    """Remember that this request has changed something, whatever becomes of the page that answers it."""
    g.concord_changed = True


def changed() -> bool:
    """Whether this request has changed something."""
    return bool(g.get("concord_changed"))


def found(record: Any) -> Any:
    """The record itself; a hidden and a missing one both end in the one page for that."""
    if record is None:
        abort(404)
    return record


def show(template: str, data: dict[str, Any] | None = None, *, status: int = 200, **more: Any) -> Response:
    """Render a template with what its document answered; a page without a document of its own asks for the layout."""
    data = ask(LAYOUT) if data is None else data
    return make_response(render_template(template, data=data, here=request.path, **more), status)


def plain(template: str, *, status: int, **more: Any) -> Response:
    """Render a template that shows nothing from the portal, for when the portal cannot be asked."""
    return make_response(render_template(template, **more), status)


def _give_up(question: Document, errors: Sequence[Any]) -> None:
    """A fault of ours has a reference; any other refusal is of a value in an address or a form that no page offers."""
    said = [error.extensions or {} for error in errors]
    for extensions in said:
        if extensions.get("code") in WAITS:
            raise PageWaits(extensions["code"], extensions.get("retryAfter"))
        if extensions.get("code") == "INTERNAL":
            raise PageFailed(f"{question.name} was not answered.", reference=extensions["requestId"])
    abort(400 if question.changes else 404)
