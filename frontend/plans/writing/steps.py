"""Decides how single steps of a plan are taken: each on a page that first says what it does, and to whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import Document, document
from frontend.forms import Form
from frontend.kept import resumable, typed_form
from frontend.page import show
from frontend.plans import pages, telling
from frontend.plans.showing import nodes
from frontend.plans.writing.answering import Change, keep, make
from frontend.plans.writing.beginning import is_day
from frontend.plans.writing.editing import draft_of, elsewhere

Record = dict[str, Any]
STEP = document("plans/writing/step.graphql")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: what it is called, who is offered it, what must be answered, and what is sent."""

    title: str
    # The member of the plan, or of its current version, that says whether this viewer may take the step now.
    can: str
    mutation: Document
    # Where it leads, from the id of the plan.
    leads: str = "plans.plan"
    # Whether what it was decided on is the version or the whole plan.
    of_version: bool = True
    # What the input calls the record, where it is not its id.
    named: str = "id"
    expects: bool = True
    needs: Mapping[str, str] = field(default_factory=dict)
    details: Callable[[Form], Record] = field(default=lambda _: {})
    places: Mapping[str, str] = field(default_factory=dict)
    wrote: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[Form], None] = field(default=lambda _: None)


def _check_last_day(form: Form) -> None:
    if form.text("last_day") and not is_day(form.text("last_day")):
        form.wrong("last_day", "Enter the last day as a date.")


STEPS = {
    "propose": Step(
        title="Propose this version",
        can="viewerCanPropose",
        mutation=document("plans/writing/propose.graphql"),
    ),
    "revise": Step(
        title="Write a new version",
        can="viewerCanRevise",
        mutation=document("plans/writing/revise.graphql"),
        leads="plans.edit_plan",
        of_version=False,
    ),
    "open_signing": Step(
        title="Open this version for signing",
        can="viewerCanOpenSigning",
        mutation=document("plans/writing/open_signing.graphql"),
    ),
    "decline": Step(
        title="Decline to sign",
        can="viewerCanDecline",
        mutation=document("plans/writing/decline.graphql"),
        named="planVersionId",
        expects=False,
        needs={"reason": "Say why your agency does not sign. The others read it."},
        details=lambda form: {"reason": form.text("reason")},
        places={"reason": "reason"},
        wrote={"reason": "Why"},
    ),
    "leave": Step(
        title="Leave this plan",
        can="viewerCanWithdraw",
        mutation=document("plans/writing/leave.graphql"),
        of_version=False,
        needs={
            "reason": "Say why your agency leaves. The others read it.",
            "last_day": "Enter the last day your agency takes part.",
        },
        details=lambda form: {"reason": form.text("reason"), "lastDay": form.text("last_day")},
        places={"reason": "reason", "lastDay": "last_day"},
        wrote={"reason": "Why", "last_day": "Last day"},
        check=_check_last_day,
    ),
    "publish": Step(
        title="Make this plan public",
        can="viewerCanPublish",
        mutation=document("plans/writing/publish.graphql"),
        of_version=False,
    ),
}


@resumable
def take_step(plan_id: str, step: str) -> AnyResponse:
    """Take a step, or show its form again with everything typed and what stopped it."""
    form, taken, data = typed_form(), STEPS[step], draft_of(STEP, plan_id)
    if form.unsent:
        return _shown(step, data, form)
    for name, message in taken.needs.items():
        form.need(name, message)
    taken.check(form)
    if form.errors:
        return _shown(step, data, form, status=422)
    given = {taken.named: form.text("version_id") if taken.of_version else plan_id, **taken.details(form)}
    if taken.expects:
        given["expectedVersion"] = form.version()
    return make(
        form,
        Change(mutation=taken.mutation, given=given, places=taken.places),
        then=lambda _: url_for(taken.leads, plan_id=plan_id),
        again=lambda status: _shown(step, draft_of(STEP, plan_id), form, status=status),
    )


def step_page(plan_id: str, step: str) -> AnyResponse:
    """The form of a step, for whoever may take it now; anybody else who reads the plan comes to the plan."""
    data = draft_of(STEP, plan_id)
    if not _may(data, STEPS[step]):
        return elsewhere(plan_id)
    return _shown(step, data, Form())


for _name in STEPS:
    _address, _which = f"/plans/<plan_id>/{_name.replace('_', '-')}", {"step": _name}
    pages.add_url_rule(_address, _name, step_page, methods=["GET"], defaults=_which)
    pages.add_url_rule(_address, f"send_{_name}", take_step, methods=["POST"], defaults=_which)


def _may(data: Record, taken: Step) -> bool:
    return bool((data["version"] if taken.of_version else data["plan"])[taken.can])


def _shown(name: str, data: Record, form: Form, *, status: int = 200) -> AnyResponse:
    taken = STEPS[name]
    if not _may(data, taken):
        return keep(data, form, taken.wrote, title=taken.title, status=status)
    return show(
        "plans/writing/step.html",
        data,
        status=status,
        form=form,
        name=name,
        step=taken,
        record=data["version"] if taken.of_version else data["plan"],
        schemes=nodes(data["version"]["schemes"]),
        telling=telling,
    )
