"""Decides where a person begins: the first thing their role is offered."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as AnyResponse

from frontend import navigation
from frontend.page import LAYOUT, ask

pages = Blueprint("start", __name__)


@pages.get("/")
def start() -> AnyResponse:
    """To the role's first page."""
    return redirect(navigation.start(ask(LAYOUT)["viewer"]), code=303)
