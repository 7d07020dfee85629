"""Decides what anybody may read without signing in: help, accessibility, and where the data comes from."""

from flask import Blueprint, Response, current_app

from frontend.page import show

pages = Blueprint("public", __name__)


@pages.get("/about")
def about() -> Response:
    """What Concord is, and the sources of its reference data."""
    return show("public/about.html", sources=current_app.extensions["concord_sources"])


@pages.get("/help")
def help_page() -> Response:
    """How to do the few things there are to do."""
    return show("public/help.html")


@pages.get("/accessibility")
def accessibility() -> Response:
    """The accessibility statement."""
    return show("public/accessibility.html")
