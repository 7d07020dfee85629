"""Decides how a one-time link is shown: once, to whoever made it, and never in an address or a list."""

from flask import Blueprint, Response, abort, redirect, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.forms import Saved
from frontend.page import show

pages = Blueprint("administration_links", __name__)
_HELD = "one_time_link"


def hold(saved: Saved, *, purpose: str) -> AnyResponse:
    """Keep a link that was just made in the maker's own cookie, until the page that shows it is opened."""
    session[_HELD] = {
        "path": saved.payload["path"],
        "expires_at": saved.payload["expiresAt"],
        "purpose": purpose,
    }
    return redirect(url_for("administration_links.link"), code=303)


@pages.get("/administration/link")
def link() -> Response:
    """Show the link, and forget it."""
    held = session.pop(_HELD, None)
    if held is None:
        abort(404)
    return show("administration/link.html", held=held)
