"""Decides which files a plan gives: its bundle, its PDF, and the public key by which anybody verifies a bundle.

A plan is about nobody, so taking one out asks for no reason and leaves no line of audit, just as reading it does.
"""

from base64 import b64decode
from typing import Any

from flask import Response, abort, make_response

from frontend.documents import document
from frontend.page import ask, found
from frontend.plans import pages

BUNDLE = document("plans/bundle.graphql")
PAPER = document("plans/paper.graphql")
PUBLISHED_BUNDLE = document("plans/published_bundle.graphql")
PUBLISHED_PAPER = document("plans/published_paper.graphql")
KEY = document("plans/key.graphql")
ZIP, PDF = "application/zip", "application/pdf"
# No version has a number that an integer of the schema cannot hold.
NUMBERS = range(1, 2**31)


@pages.get("/plans/<plan_id>/versions/<int:number>/bundle")
def bundle(plan_id: str, number: int) -> Response:
    """The bundle of a version that is open for signing or agreed."""
    return _file(_version(BUNDLE, plan_id, number), ZIP)


@pages.get("/plans/<plan_id>/versions/<int:number>/plan.pdf")
def paper(plan_id: str, number: int) -> Response:
    """A version whose bytes are frozen, as PDF."""
    return _file(_version(PAPER, plan_id, number), PDF)


@pages.get("/published-plans/<reference>/bundle")
def published_bundle(reference: str) -> Response:
    """The bundle of a public plan."""
    return _file(found(ask(PUBLISHED_BUNDLE, reference=reference)["plan"])["version"], ZIP)


@pages.get("/published-plans/<reference>/plan.pdf")
def published_paper(reference: str) -> Response:
    """A public plan as PDF."""
    return _file(found(ask(PUBLISHED_PAPER, reference=reference)["plan"])["version"], PDF)


@pages.get("/.well-known/concord-plans-key")
def key() -> Response:
    """The public key that verifies the bundles of this installation, as one line."""
    response = make_response(f"{found(ask(KEY)['instance']['plansKey'])}\n")
    response.mimetype = "text/plain"
    return response


def _version(question: Any, plan_id: str, number: int) -> Any:
    if number not in NUMBERS:
        abort(404)
    return ask(question, plan=plan_id, number=number)["version"]


def _file(version: dict[str, Any] | None, mimetype: str) -> Response:
    """The file of a version; a hidden version, and one that has none yet, end in the one page for that."""
    file = found(found(version)["file"])
    response = make_response(b64decode(found(file["content"])))
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{file["fileName"]}"'
    return response
