"""Decides what anybody reads of a plan without signing in: the agreed text of one that its parties made public."""

from flask import Response, request

from frontend.documents import document
from frontend.page import ask, found, show
from frontend.plans import pages, telling
from frontend.plans.beside import ALONE
from frontend.plans.showing import shown

LIST = document("plans/published_list.graphql")
PUBLISHED = document("plans/published.graphql")


@pages.get("/published-plans")
def published_plans() -> Response:
    """Every plan that is public, the latest first."""
    return show("plans/published_list.html", ask(LIST, after=request.args.get("after")), telling=telling)


@pages.get("/published-plans/<reference>")
def published_plan(reference: str) -> Response:
    """One public plan."""
    data = ask(PUBLISHED, reference=reference)
    agreed = found(found(data["plan"])["versionInForce"])
    return show("plans/published.html", data, telling=telling, whole=shown(agreed), beside=ALONE)
