"""Decides whether single keys work in the inbox: off until somebody switches them on (WCAG 2.2, 2.1.4)."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

COOKIE = "concord_keys"
ONE_YEAR = 31_536_000

pages = Blueprint("inbox_keys", __name__)


def keys_on() -> bool:
    """Whether this browser has them switched on."""
    return request.cookies.get(COOKIE) == "on"


@pages.post("/inbox/keys")
def switch() -> Response:
    """Switch them on or off, in this browser."""
    answer = redirect(url_for("inbox.inbox"), code=303)
    if request.form.get("keys") == "on":
        answer.set_cookie(
            COOKIE, "on", max_age=ONE_YEAR, path="/inbox", secure=request.is_secure, httponly=True, samesite="Strict"
        )
    else:
        answer.delete_cookie(COOKIE, path="/inbox")
    return answer
