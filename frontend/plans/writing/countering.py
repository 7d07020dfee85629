"""Decides how a counter-proposal is made: from the words or the money as they stand, with what is wanted, and why."""

from typing import Any

from flask import abort, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.forms import Form
from frontend.kept import resumable, typed_form
from frontend.page import show
from frontend.plans import pages, telling
from frontend.plans.writing import scheme_form, schemes
from frontend.plans.writing.answering import Change, keep, make
from frontend.plans.writing.clauses import clause_by_key
from frontend.plans.writing.editing import draft_of, elsewhere

Record = dict[str, Any]
WORDS = document("plans/writing/counter_words.graphql")
MONEY = document("plans/writing/counter_money.graphql")
COUNTER = document("plans/writing/counter_propose.graphql")
WROTE = {"text": "The words you want", "reason": "Why"}
PLACES = {"text": "text", "reason": "reason", "contributions": scheme_form.CONTRIBUTIONS.field("amount", 0)}
ROWS = scheme_form.CONTRIBUTIONS


@pages.get("/plans/<plan_id>/clauses/<key>/counter")
def counter_words(plan_id: str, key: str) -> AnyResponse:
    """The form for other words, which begins with those that stand."""
    data = draft_of(WORDS, plan_id)
    if not data["version"]["viewerCanCounterPropose"]:
        return elsewhere(plan_id)
    found = clause_by_key(data, key) or abort(404)
    return _words(data, Form(MultiDict({"text": found["text"], "base": found["clauseHash"]})), key)


@pages.post("/plans/<plan_id>/clauses/<key>/counter")
@resumable
def offer_words(plan_id: str, key: str) -> AnyResponse:
    """Offer other words; when the clause moved on meanwhile, show its new words beside those that were typed."""
    form, data = typed_form(), draft_of(WORDS, plan_id)
    if form.unsent:
        return _words(data, form, key)
    form.need("text", "Write the words you want.")
    form.need("reason", "Say why, so that the others can judge it.")
    if form.errors:
        return _words(data, form, key, status=422)
    given = {
        "clauseId": form.text("record_id"),
        "baseHash": form.text("base"),
        "text": form.text("text"),
        "reason": form.text("reason"),
    }
    return make(
        form,
        Change(mutation=COUNTER, given=given, places=PLACES),
        then=lambda saved: url_for("plans.proposal", plan_id=plan_id, proposal_id=saved["proposal"]["id"]),
        again=lambda status: _words(draft_of(WORDS, plan_id), form, key, status=status),
    )


@pages.get("/plans/<plan_id>/schemes/<key>/counter")
def counter_money(plan_id: str, key: str) -> AnyResponse:
    """The form for other money of a scheme, which begins with what stands."""
    data = schemes.schemes_of(MONEY, plan_id)
    if not data["version"]["viewerCanCounterPropose"]:
        return elsewhere(plan_id)
    found = schemes.scheme_by_key(data, key) or abort(404)
    typed: MultiDict[str, str] = MultiDict({"base": found["moneyHash"]})
    ROWS.fill(typed, scheme_form.typed_contributions(found["contributions"]))
    return _money(data, Form(typed), key)


@pages.post("/plans/<plan_id>/schemes/<key>/counter")
@resumable
def offer_money(plan_id: str, key: str) -> AnyResponse:
    """Offer other money for a scheme; or show one more row."""
    form, data = typed_form(), schemes.schemes_of(MONEY, plan_id)
    if form.unsent:
        return _money(data, form, key)
    if form.text("more"):
        ROWS.add(form)
        return _money(data, form, key, added="contributions")
    money, places = scheme_form.contributions(form, "contributions")
    form.need("reason", "Say why, so that the others can judge it.")
    if form.errors:
        return _money(data, form, key, status=422)
    given = {
        "schemeId": form.text("record_id"),
        "baseHash": form.text("base"),
        "contributions": money,
        "reason": form.text("reason"),
    }
    return make(
        form,
        Change(mutation=COUNTER, given=given, places=PLACES | places),
        then=lambda saved: url_for("plans.proposal", plan_id=plan_id, proposal_id=saved["proposal"]["id"]),
        again=lambda status: _money(schemes.schemes_of(MONEY, plan_id), form, key, status=status),
    )


def _words(data: Record, form: Form, key: str, *, status: int = 200) -> AnyResponse:
    found = clause_by_key(data, key)
    if not data["version"]["viewerCanCounterPropose"] or found is None:
        return keep(data, form, WROTE, title="A counter-proposal", status=status)
    if _moved_on(form):
        form.settle("base", found["clauseHash"])
    return show("plans/writing/counter_words.html", data, status=status, form=form, clause=found, telling=telling)


def _money(data: Record, form: Form, key: str, *, status: int = 200, added: str = "") -> AnyResponse:
    found = schemes.scheme_by_key(data, key)
    if not data["version"]["viewerCanCounterPropose"] or found is None:
        wrote = {name: label for name, label in schemes.wrote(form).items() if name.startswith(ROWS.name)}
        return keep(data, form, wrote | {"reason": "Why"}, title="A counter-proposal", status=status)
    if _moved_on(form):
        form.settle("base", found["moneyHash"])
    return show(
        "plans/writing/counter_money.html",
        data,
        status=status,
        form=form,
        scheme=found,
        payers=schemes.payers(data),
        years=schemes.years_of(data, found),
        rows=ROWS,
        added=added,
        telling=telling,
    )


def _moved_on(form: Form) -> bool:
    """Whether what the form answers was changed meanwhile; the reader has both now, and decides on the new one."""
    return form.refusal is not None and form.refusal.kind == "Conflict"
