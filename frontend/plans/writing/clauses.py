"""Decides how a clause of a draft is written: together with others, and nobody's words are lost or written over."""

from typing import Any

from flask import abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.forms import Form
from frontend.kept import resumable, typed_form
from frontend.page import show
from frontend.plans import pages, telling
from frontend.plans.showing import nodes
from frontend.plans.writing.answering import Change, keep, lay_beside, make
from frontend.plans.writing.editing import draft_of, edit_address, elsewhere
from frontend.plans.writing.removing import Removal

Record = dict[str, Any]
CLAUSES = document("plans/writing/clauses.graphql")
ADD = document("plans/writing/add_clause.graphql")
EDIT = document("plans/writing/edit_clause.graphql")
MOVE = document("plans/writing/move_clause.graphql")
NEW = "new"
PLACES = {"kind": "kind", "heading": "heading", "text": "text"}
WROTE = {"heading": "Heading", "text": "Your words"}


@pages.get("/plans/<plan_id>/edit/clauses/<key>")
def clause_form(plan_id: str, key: str) -> AnyResponse:
    """The form of a clause; a new one is of the scheme that the address names, or of the plan as a whole."""
    data = draft_of(CLAUSES, plan_id)
    if not data["version"]["viewerCanEdit"]:
        return elsewhere(plan_id)
    if key == NEW:
        return _form(data, Form(MultiDict({"scheme_key": request.args.get("scheme", "")})), key)
    found = clause_by_key(data, key) or abort(404)
    return _form(data, Form(MultiDict({name: found[name] for name in PLACES})), key)


@pages.post("/plans/<plan_id>/edit/clauses/<key>")
@resumable
def save_clause(plan_id: str, key: str) -> AnyResponse:
    """Save a clause; when somebody was faster, show their words beside those that were typed."""
    form, data = typed_form(), draft_of(CLAUSES, plan_id)
    if form.unsent:
        return _form(data, form, key)
    form.need("kind", "Choose what the clause settles.")
    form.need("heading", "Give the clause a heading.")
    form.need("text", "Write the words of the clause.")
    if form.errors:
        return _form(data, form, key, status=422)
    given = {name: form.text(name) for name in PLACES}
    if key == NEW:
        scheme = scheme_of_key(data, form.text("scheme_key"))
        change = Change(
            mutation=ADD,
            given={"planVersionId": form.text("version_id"), "schemeId": scheme["id"] if scheme else None, **given},
            places=PLACES,
        )
    else:
        change = Change(
            mutation=EDIT,
            given={"id": form.text("record_id"), "expectedVersion": form.version(), **given},
            places=PLACES,
        )
    return make(
        form,
        change,
        then=lambda _: edit_address(plan_id),
        again=lambda status: _form(draft_of(CLAUSES, plan_id), form, key, status=status),
    )


@pages.post("/plans/<plan_id>/edit/clauses/<key>/move")
def move_clause(plan_id: str, key: str) -> AnyResponse:
    """Put a clause one place up or down among its neighbours."""
    form, data = typed_form(), draft_of(CLAUSES, plan_id)
    if clause_by_key(data, key) is None:
        return elsewhere(plan_id)
    given = {
        "id": form.text("record_id"),
        "expectedVersion": form.version(),
        "position": int(form.text("position")) if form.text("position").isdecimal() else 0,
    }
    return make(
        form,
        Change(mutation=MOVE, given=given),
        then=lambda _: f"{edit_address(plan_id)}#clause-{key}",
        again=lambda status: keep(draft_of(CLAUSES, plan_id), form, {}, title="Move a clause", status=status),
    )


@pages.get("/plans/<plan_id>/edit/clauses/<key>/remove")
def clause_to_remove(plan_id: str, key: str) -> AnyResponse:
    """Ask once more before a clause goes."""
    return REMOVAL.ask(plan_id, key)


@pages.post("/plans/<plan_id>/edit/clauses/<key>/remove")
def remove_clause(plan_id: str, key: str) -> AnyResponse:
    """Take a clause out."""
    return REMOVAL.do(plan_id, key)


def clauses_of(version: Record) -> list[Record]:
    """Every clause of a version, each with its scheme; those of the plan as a whole first."""
    of_plan: list[Record] = [clause | {"scheme": None} for clause in version["clauses"]]
    return of_plan + [
        clause | {"scheme": scheme} for scheme in nodes(version["schemes"]) for clause in scheme["clauses"]
    ]


def clause_by_key(data: Record, key: str) -> Record | None:
    """A clause of the version by the key it has in all versions."""
    return next((each for each in clauses_of(data["version"]) if each["key"] == key), None)


REMOVAL = Removal(
    name="clause",
    title="Take a clause out",
    page="plans/writing/remove_clause.html",
    mutation=document("plans/writing/remove_clause.graphql"),
    read=lambda plan_id: draft_of(CLAUSES, plan_id),
    find=clause_by_key,
)


def scheme_of_key(data: Record, key: str) -> Record | None:
    """The scheme a new clause is written for; None for the plan as a whole."""
    return next((each for each in nodes(data["version"]["schemes"]) if each["key"] == key), None)


def _form(data: Record, form: Form, key: str, *, status: int = 200) -> AnyResponse:
    found = None if key == NEW else clause_by_key(data, key)
    lost = found is None and key != NEW
    scheme = scheme_of_key(data, form.text("scheme_key")) if key == NEW else (found or {}).get("scheme")
    if key == NEW and form.text("scheme_key") and scheme is None:
        lost = True
    if not data["version"]["viewerCanEdit"] or lost:
        if status == 200 and not form.unsent:  # noqa: PLR2004  a page that was asked for, not one in answer to a form
            abort(404)
        return keep(data, form, WROTE, title="A clause", status=status)
    if found is not None:
        lay_beside(form, found)
    return show(
        "plans/writing/clause_form.html", data, status=status, form=form, clause=found, scheme=scheme, telling=telling
    )
