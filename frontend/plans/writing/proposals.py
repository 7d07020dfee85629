"""Decides how a counter-proposal is read and answered: a redline, then accepted, rejected or taken back."""

from decimal import Decimal
from typing import Any

from flask import abort, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import Document, document
from frontend.forms import Form
from frontend.kept import resumable, typed_form
from frontend.page import ask, found, show
from frontend.plans import pages, telling
from frontend.plans.showing import nodes
from frontend.plans.writing.answering import Change, make

Record = dict[str, Any]
PROPOSAL = document("plans/writing/proposal.graphql")
ACCEPT = document("plans/writing/accept_proposal.graphql")
REJECT = document("plans/writing/reject_proposal.graphql")
TAKE_BACK = document("plans/writing/take_back_proposal.graphql")


@pages.get("/plans/<plan_id>/proposals/<proposal_id>")
def proposal(plan_id: str, proposal_id: str) -> AnyResponse:
    """What is offered, against what it answers and what stands now."""
    return _shown(_data(plan_id, proposal_id), Form())


@pages.post("/plans/<plan_id>/proposals/<proposal_id>/accept")
def accept_proposal(plan_id: str, proposal_id: str) -> AnyResponse:
    """Take it into the next version, which is proposed at once."""
    return _answer(plan_id, proposal_id, Form(typed_form().typed), ACCEPT, to_plan=True)


@pages.post("/plans/<plan_id>/proposals/<proposal_id>/reject")
@resumable
def reject_proposal(plan_id: str, proposal_id: str) -> AnyResponse:
    """Refuse it, with a reason that its author reads."""
    form = typed_form()
    if form.unsent:
        return _shown(_data(plan_id, proposal_id), form)
    form.need("reason", "Say why you reject it. Whoever made it reads this.")
    if form.errors:
        return _shown(_data(plan_id, proposal_id), form, status=422)
    return _answer(plan_id, proposal_id, form, REJECT, reason=form.text("reason"))


@pages.post("/plans/<plan_id>/proposals/<proposal_id>/take-back")
def take_back_proposal(plan_id: str, proposal_id: str) -> AnyResponse:
    """Take one's own agency's offer back."""
    return _answer(plan_id, proposal_id, typed_form(), TAKE_BACK)


def _answer(
    plan_id: str, proposal_id: str, form: Form, mutation: Document, *, to_plan: bool = False, **more: str
) -> AnyResponse:
    _data(plan_id, proposal_id)
    given = {"id": proposal_id, "expectedVersion": form.version(), **more}
    leads = (
        url_for("plans.plan", plan_id=plan_id)
        if to_plan
        else url_for("plans.proposal", plan_id=plan_id, proposal_id=proposal_id)
    )
    return make(
        form,
        Change(mutation=mutation, given=given, places={"reason": "reason"}),
        then=lambda _: leads,
        again=lambda status: _shown(_data(plan_id, proposal_id), form, status=status),
    )


def _data(plan_id: str, proposal_id: str) -> Record:
    data = ask(PROPOSAL, id=plan_id, proposal=proposal_id)
    plan, offer = found(data["plan"]), found(data["proposal"])
    # Any record has an id, and any plan counter-proposals: this page is of one that was made to this plan.
    if offer["__typename"] != "Proposal" or offer["planVersion"]["plan"]["id"] != plan["id"]:
        abort(404)
    return data


def _shown(data: Record, form: Form, *, status: int = 200) -> AnyResponse:
    offer = data["proposal"]
    before = nodes(offer["scheme"]["contributions"]) if offer["scheme"] else []
    return show(
        "plans/writing/proposal.html",
        data,
        status=status,
        form=form,
        money_lines=_beside(before, offer["contributions"]),
        total_before=_sum(before),
        total_after=_sum(offer["contributions"]),
        telling=telling,
    )


def _beside(before: list[Record], after: list[Record]) -> list[Record]:
    """The money a counter-proposal answers and the money it wants, line by line: kept, removed, added."""
    old, new = ({_line(each): each for each in found} for found in (before, after))
    lines = [
        {"each": each, "change": "KEPT" if line in old and line in new else "REMOVED" if line in old else "ADDED"}
        for line, each in (old | new).items()
    ]
    return sorted(
        lines, key=lambda line: (line["each"]["year"], line["each"]["agency"]["name"], line["change"] == "ADDED")
    )


def _line(paid: Record) -> tuple[Any, ...]:
    return (paid["agency"]["name"], paid["year"], paid["amount"]["amount"], paid["route"], paid["condition"])


def _sum(paid: list[Record]) -> str:
    return str(sum((Decimal(each["amount"]["amount"]) for each in paid), Decimal("0.00")))
