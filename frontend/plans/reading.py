"""Decides how plans are read: the list of them with what waits for the reader, and the page of one plan."""

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.page import LAYOUT, ask, found, show
from frontend.plans import pages, telling
from frontend.plans.beside import beside
from frontend.plans.choice import asked_for
from frontend.plans.lacking import lacking
from frontend.plans.offering import offered
from frontend.plans.showing import nodes, shown

LIST = document("plans/list.graphql")
PLAN = document("plans/plan.graphql")


@pages.get("/plans")
def plans() -> Response:
    """The plans of the reader's agency."""
    chosen = asked_for(request.args)
    agency = ask(LAYOUT)["viewer"]["agency"]
    data = ask(LIST, filter=chosen.filter(agency_id=agency["id"]), after=request.args.get("after"))
    states = [{"value": "", "text": "Any"}, *_items(telling.PLAN_STATE)]
    return show("plans/list.html", data, chosen=chosen, states=states, telling=telling, waits=nodes(data["mine"]))


@pages.get("/plans/<plan_id>")
def plan(plan_id: str) -> AnyResponse:
    """One plan as it stands; whoever is of no party goes to what is public of it."""
    data = ask(PLAN, id=plan_id)
    record = found(data["plan"])
    if not record["among"]:
        return redirect(url_for("plans.published_plan", reference=record["reference"]), code=303)
    version = record["currentVersion"]
    parties = record["parties"]
    required = [party for party in parties if party["required"] and not party["leftOn"]]
    return show(
        "plans/plan.html",
        data,
        telling=telling,
        whole=shown(version),
        parties=parties,
        required=len(required),
        signed=sum(signs(party, version) for party in required),
        signs=signs,
        lacking=lacking(record),
        offered=offered(record),
        beside=beside(record),
    )


def signs(party: dict[str, Any], version: dict[str, Any]) -> bool:
    """Whether the latest signature of an agency is over the very bytes of a version, and counts."""
    signature = party["latestSignature"]
    if signature is None or version["contentHash"] is None:
        return False
    return bool(signature["contentHash"] == version["contentHash"] and not signature["void"])


def _items(words: dict[str, str]) -> list[dict[str, str]]:
    return [{"value": code, "text": text} for code, text in words.items()]
