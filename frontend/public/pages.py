"""Decides what anybody may read without signing in: help, accessibility, and where the data comes from."""

from flask import Blueprint, Response, current_app

from frontend.navigation import links
from frontend.page import LAYOUT, ask, show

pages = Blueprint("public", __name__)


@pages.get("/about")
def about() -> Response:
    """What Concord is, and the sources of its reference data."""
    return show("public/about.html", sources=current_app.extensions["concord_sources"])


@pages.get("/help")
def help_page() -> Response:
    """Where each journey begins; a page that the reader's role is offered is a link."""
    data = ask(LAYOUT)
    return show("public/help.html", data, offered={link.section: link.href for link in links(data["viewer"])})


@pages.get("/accessibility")
def accessibility() -> Response:
    """The accessibility statement."""
    return show("public/accessibility.html")
