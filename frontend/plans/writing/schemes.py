"""Decides how a scheme of a draft is written and taken out."""

from typing import Any

from flask import abort
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import Document, document
from frontend.forms import Form
from frontend.kept import resumable, typed_form
from frontend.page import show
from frontend.plans import pages, telling
from frontend.plans.showing import contributions, nodes
from frontend.plans.sums import financial_years
from frontend.plans.writing import scheme_form
from frontend.plans.writing.answering import Change, keep, lay_beside, make
from frontend.plans.writing.editing import draft_of, edit_address, elsewhere
from frontend.plans.writing.removing import Removal

Record = dict[str, Any]
SCHEME = document("plans/writing/scheme.graphql")
SAVE = document("plans/writing/save_scheme.graphql")
NEW = "new"


@pages.get("/plans/<plan_id>/edit/schemes/<key>")
def scheme(plan_id: str, key: str) -> AnyResponse:
    """The form of a scheme, or of a new one."""
    data = schemes_of(SCHEME, plan_id)
    if not data["version"]["viewerCanEdit"]:
        return elsewhere(plan_id)
    found = scheme_by_key(data, key)
    if found is None and key != NEW:
        abort(404)
    years = _years(data)
    cost = data["typicalCosts"][0] if data["typicalCosts"] else None
    typed = scheme_form.filled(found) if found else scheme_form.suggested(cost, years[0])
    return _form(data, Form(typed), key)


@pages.post("/plans/<plan_id>/edit/schemes/<key>")
@resumable
def save_scheme(plan_id: str, key: str) -> AnyResponse:
    """Save a scheme with its money, milestones and measures; or show one more row of a list."""
    form, data = typed_form(), schemes_of(SCHEME, plan_id)
    if form.unsent:
        return _form(data, form, key)
    if (wanted := form.text("more")) in scheme_form.LISTS:
        scheme_form.LISTS[wanted].add(form)
        return _form(data, form, key, added=wanted)
    typed, places = scheme_form.read(form)
    if form.errors:
        return _form(data, form, key, status=422)
    given: Record = {"planVersionId": form.text("version_id"), "scheme": typed}
    if key != NEW:
        given |= {"schemeId": form.text("record_id"), "expectedVersion": form.version()}
    return make(
        form,
        Change(mutation=SAVE, given=given, places=places),
        then=lambda _: edit_address(plan_id),
        again=lambda status: _form(schemes_of(SCHEME, plan_id), form, key, status=status),
    )


@pages.get("/plans/<plan_id>/edit/schemes/<key>/remove")
def scheme_to_remove(plan_id: str, key: str) -> AnyResponse:
    """Ask once more before a scheme goes, with its clauses and its money."""
    return REMOVAL.ask(plan_id, key)


@pages.post("/plans/<plan_id>/edit/schemes/<key>/remove")
def remove_scheme(plan_id: str, key: str) -> AnyResponse:
    """Take a scheme out."""
    return REMOVAL.do(plan_id, key)


def schemes_of(question: Document, plan_id: str) -> Record:
    """What a page of schemes asks, each scheme with every contribution to it, however many there are."""
    data = draft_of(question, plan_id)
    paid = contributions(data["version"])
    for found in nodes(data["version"]["schemes"]):
        found["contributions"] = [each for each in paid if each["scheme"]["key"] == found["key"]]
    return data


def scheme_by_key(data: Record, key: str) -> Record | None:
    """A scheme of the version by the key it has in all versions."""
    return next((each for each in nodes(data["version"]["schemes"]) if each["key"] == key), None)


REMOVAL = Removal(
    name="scheme",
    title="Take a scheme out",
    page="plans/writing/remove_scheme.html",
    mutation=document("plans/writing/remove_scheme.graphql"),
    read=lambda plan_id: schemes_of(SCHEME, plan_id),
    find=scheme_by_key,
)


def payers(data: Record) -> list[Record]:
    """Who can pay: the parties, and whoever is down to pay and is no party any more, so that it can be settled."""
    parties = [each["agency"] for each in data["version"]["parties"]]
    known = {each["id"] for each in parties}
    for each in nodes(data["version"]["schemes"]):
        for given in each["contributions"]:
            if given["agency"]["id"] not in known:
                known.add(given["agency"]["id"])
                parties.append(given["agency"])
    return parties


def years_of(data: Record, scheme: Record | None) -> list[int]:
    """The financial years to choose from: those of the plan, and any the scheme has money in."""
    given = scheme["contributions"] if scheme else []
    return sorted({*_years(data), *(each["year"] for each in given)})


def _years(data: Record) -> list[int]:
    period = data["plan"]["period"]
    return financial_years(period["from"], period["to"])


def _areas(data: Record, scheme: Record | None) -> list[Record]:
    """The areas to choose from: that of the partnership, its wards and beats, and the one the scheme has."""
    place = data["plan"]["partnership"]
    found = [each for each in (scheme["area"] if scheme else None, place["area"], *place["wards"]) if each]
    return list({each["id"]: each for each in found}.values())


def _form(data: Record, form: Form, key: str, *, status: int = 200, added: str = "") -> AnyResponse:
    found = scheme_by_key(data, key)
    if not data["version"]["viewerCanEdit"] or (found is None and key != NEW):
        return keep(data, form, wrote(form), title="A scheme", status=status)
    if found is not None:
        lay_beside(form, found)
    return show(
        "plans/writing/scheme.html",
        data,
        status=status,
        form=form,
        scheme=found,
        payers=payers(data),
        years=years_of(data, found),
        areas_of=_areas(data, found),
        lists=scheme_form.LISTS,
        added=added,
        telling=telling,
    )


def wrote(form: Form) -> dict[str, str]:
    """What was typed into the form of a scheme, by field, for whoever can no longer send it."""
    labels = {"title": "Name", "capacity": "Places to create"}
    for rows, parts in (
        (scheme_form.CONTRIBUTIONS, {"year": "year", "amount": "amount", "route": "route", "condition": "condition"}),
        (scheme_form.MILESTONES, {"title": "what is due", "target_on": "day"}),
        (scheme_form.MEASURES, {"name": "measure", "target": "aim"}),
    ):
        title = {"pays": "Contribution", "due": "Milestone", "judged": "Measure"}[rows.name]
        for place in rows.shown(form):
            labels |= {rows.field(name, place): f"{title} {place + 1}, {part}" for name, part in parts.items()}
    return labels
