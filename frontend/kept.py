"""Decides how a form outlives the sign-in it was typed under: sealed in the page, for the same person alone, for a day.

The server keeps nothing. What was typed travels in the sign-in form, encrypted and authenticated under a key of this
installation together with whom it belongs to and where it was going, and comes back as typed, without being sent.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from flask import Response, current_app, g, make_response, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from frontend.forms import Form
from frontend.security import LARGEST_FORM

# As long as a sign-in lasts at most, so that a form survives the longest shift and no longer.
KEPT_SECONDS = 12 * 60 * 60
MARK, KEPT = "typed_by", "kept"
# Nothing was done with the form, and a page that came with 200 would say the opposite.
NOT_SENT = 403
# What belongs to one sign-in or to the sign-in page itself, and is not part of what somebody typed.
NOT_TYPED = frozenset({"csrf_token", MARK, KEPT, "email", "password", "membership", "next"})
# The sign-in form has room for an address and a password beside what is kept.
LARGEST_KEPT = LARGEST_FORM - 10_000

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


def resumable(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """Mark a view whose form is kept when the sign-in has ended: it reads `typed_form()` and honours `unsent`."""
    view.resumable = True  # type: ignore[attr-defined]
    return view


def typed_form() -> Form:
    """What was typed into the form that was sent, or, right after signing in again, what was kept of it, unsent."""
    kept = g.get("concord_kept")
    return Form(MultiDict(request.form)) if kept is None else Form(kept, unsent=True)


def typed_by() -> str:
    """The mark that every form carries of who has it open; it opens nothing, and only this installation reads it."""
    return _box().encrypt(current_user.person.encode()).decode() if current_user.is_authenticated else ""


def keep() -> str | None:
    """Seal the form of this request for whoever had it open; None when it is nobody's, too large, or has no home."""
    view = current_app.view_functions.get(request.endpoint or "")
    person = _open(request.form.get(MARK, ""))
    if request.method != "POST" or person is None or not getattr(view, "resumable", False):
        return None
    whole = json.dumps([person, request.path, _typed()], ensure_ascii=False).encode("utf-8", "surrogatepass")
    sealed = _box().encrypt(whole).decode()
    return sealed if len(sealed) <= LARGEST_KEPT else None


def bring_back(sealed: str) -> bool:
    """Give this request the form that was kept; False when it was another person's or page's, forged, or too old."""
    opened = _open(sealed)
    if opened is None:
        return False
    person, path, typed = json.loads(opened)
    if (person, path) != (current_user.person, request.path):
        return False
    g.concord_kept = MultiDict([(name, value) for name, value in typed])
    return True


def shown_again() -> Response | None:
    """The form of this request as it was typed, unsent, when whoever had it open is signed in now; None otherwise."""
    view = current_app.view_functions.get(request.endpoint or "")
    mine = current_user.is_authenticated and _open(request.form.get(MARK, "")) == current_user.person
    if request.method != "POST" or not mine or not getattr(view, "resumable", False):
        return None
    g.concord_kept = MultiDict(_typed())
    assert view is not None
    return make_response(view(**(request.view_args or {})), NOT_SENT)


def _typed() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED]


def _open(sealed: str) -> str | None:
    try:
        return _box().decrypt(sealed.encode(), ttl=KEPT_SECONDS).decode("utf-8", "surrogatepass")
    except InvalidToken:
        return None


def _box() -> Fernet:
    """AES-128-CBC under HMAC-SHA-256 with a time in it, by a key that nothing else uses."""
    secret = current_app.secret_key
    assert isinstance(secret, bytes)
    return Fernet(base64.urlsafe_b64encode(hmac.new(secret, b"concord kept forms", hashlib.sha256).digest()))
