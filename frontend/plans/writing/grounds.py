"""Decides how the grounds of a draft are written: the evidence it rests on, and its checklist of standards."""

from typing import Any
from uuid import UUID, uuid5

from flask import redirect
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.forms import STATUS, Form, Refusal, send
from frontend.kept import resumable, typed_form
from frontend.page import show
from frontend.plans import pages, telling
from frontend.plans.showing import nodes
from frontend.plans.writing.answering import Change, keep, make
from frontend.plans.writing.editing import draft_of, edit_address, elsewhere
from frontend.plans.writing.removing import Removal

Record = dict[str, Any]
GROUNDS = document("plans/writing/grounds.graphql")
ADD = document("plans/writing/add_evidence.graphql")
ANSWER = document("plans/writing/answer_standard.graphql")
PLACES = {
    "sentence": "sentence",
    "source": "source",
    "evidence": "sentence",
    "evidence.typed.sentence": "sentence",
    "evidence.typed.source": "source",
}
WROTE = {"sentence": "What it says", "source": "Where it comes from"}


@pages.get("/plans/<plan_id>/edit/evidence/new")
def new_evidence(plan_id: str) -> AnyResponse:
    """The form for one more line of evidence."""
    data = draft_of(GROUNDS, plan_id)
    return _evidence(data, Form()) if data["version"]["viewerCanEdit"] else elsewhere(plan_id)


@pages.post("/plans/<plan_id>/edit/evidence/new")
@resumable
def add_evidence(plan_id: str) -> AnyResponse:
    """Keep a line of evidence with the day it was read."""
    form, data = typed_form(), draft_of(GROUNDS, plan_id)
    if form.unsent:
        return _evidence(data, form)
    form.need("sentence", "Write what it says, in one sentence.")
    form.need("source", "Say where it comes from, so that others can look.")
    if form.errors:
        return _evidence(data, form, status=422)
    given = {
        "planVersionId": form.text("version_id"),
        "schemeId": form.optional("scheme"),
        "evidence": {"typed": {"sentence": form.text("sentence"), "source": form.text("source")}},
    }
    return make(
        form,
        Change(mutation=ADD, given=given, places=PLACES | {"schemeId": "scheme"}),
        then=lambda _: edit_address(plan_id),
        again=lambda status: _evidence(draft_of(GROUNDS, plan_id), form, status=status),
    )


@pages.get("/plans/<plan_id>/edit/evidence/<key>/remove")
def evidence_to_remove(plan_id: str, key: str) -> AnyResponse:
    """Ask once more before a line of evidence goes."""
    return REMOVAL.ask(plan_id, key)


@pages.post("/plans/<plan_id>/edit/evidence/<key>/remove")
def remove_evidence(plan_id: str, key: str) -> AnyResponse:
    """Take a line of evidence out."""
    return REMOVAL.do(plan_id, key)


@pages.get("/plans/<plan_id>/edit/standards")
def standards(plan_id: str) -> AnyResponse:
    """The checklist, line by line."""
    data = draft_of(GROUNDS, plan_id)
    if not data["version"]["viewerCanEdit"]:
        return elsewhere(plan_id)
    typed: MultiDict[str, str] = MultiDict()
    for place, line in enumerate(data["version"]["standards"]):
        typed[f"line-{place}"], typed[f"version-{place}"] = line["id"], str(line["version"])
        for name, value in (("met", "yes" if line["met"] else ""), ("note", line["note"] or "")):
            typed[f"{name}-{place}"] = typed[f"was-{name}-{place}"] = value
    return _standards(data, Form(typed))


@pages.post("/plans/<plan_id>/edit/standards")
@resumable
def answer_standards(plan_id: str) -> AnyResponse:
    """Save the lines that were changed: each is a change of its own, so that two people can share the list."""
    form, data = typed_form(), draft_of(GROUNDS, plan_id)
    if form.unsent:
        return _standards(data, form)
    refused = _answer_lines(form, len(data["version"]["standards"]))
    if refused is None:
        return redirect(edit_address(plan_id), code=303)
    return _standards(draft_of(GROUNDS, plan_id), form, status=STATUS[refused.kind])


def _answer_lines(form: Form, lines: int) -> Refusal | None:
    """Send each line that says something else than when the page was shown; the first refusal ends it."""
    for place in range(lines):
        met, note = form.text(f"met-{place}"), form.text(f"note-{place}")
        if (met, note) == (form.text(f"was-met-{place}"), form.text(f"was-note-{place}")):
            continue
        version = form.text(f"version-{place}")
        outcome = send(
            ANSWER,
            {
                "id": form.text(f"line-{place}"),
                "expectedVersion": int(version) if version.isdecimal() and version.isascii() else 0,
                "met": met == "yes",
                "note": note or None,
                "idempotencyKey": str(uuid5(UUID(form.key), f"{place} {met} {note}")),
            },
        )
        if isinstance(outcome, Refusal):
            form.refuse(outcome, {"note": f"note-{place}", "id": f"note-{place}"})
            return outcome
        form.settle(f"was-met-{place}", met)
        form.settle(f"was-note-{place}", note)
        form.settle(f"version-{place}", str(outcome.payload["standard"]["version"]))
    return None


def _line(data: Record, key: str) -> Record | None:
    return next((each for each in nodes(data["version"]["evidence"]) if each["key"] == key), None)


REMOVAL = Removal(
    name="line",
    title="Take evidence out",
    page="plans/writing/remove_evidence.html",
    mutation=document("plans/writing/remove_evidence.graphql"),
    read=lambda plan_id: draft_of(GROUNDS, plan_id),
    find=_line,
)


def _evidence(data: Record, form: Form, *, status: int = 200) -> AnyResponse:
    if not data["version"]["viewerCanEdit"]:
        return keep(data, form, WROTE, title="Evidence", status=status)
    return show("plans/writing/evidence.html", data, status=status, form=form)


def _standards(data: Record, form: Form, *, status: int = 200) -> AnyResponse:
    if not data["version"]["viewerCanEdit"]:
        lines = enumerate(data["version"]["standards"])
        wrote = {f"note-{place}": line["standard"]["display"] for place, line in lines}
        return keep(data, form, wrote, title="Standards", status=status)
    if form.refusal is not None:
        # The page says of each line what it says now, so the next press answers that.
        for place, line in enumerate(data["version"]["standards"]):
            form.settle(f"line-{place}", line["id"])
            form.settle(f"version-{place}", str(line["version"]))
    return show("plans/writing/standards.html", data, status=status, form=form, telling=telling)
