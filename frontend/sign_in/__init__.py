"""Decides how sign-in joins the site: the cookie, who is signed in on each request, and the gate before every page."""

import hashlib
import hmac

from flask import Flask
from flask_login import LoginManager

from frontend.sign_in import again, tokens
from frontend.sign_in.account import Account
from frontend.sign_in.gate import stand_before
from frontend.sign_in.pages import pages
from portal.identity.front_desk import FrontDesk


def install(app: Flask, desk: FrontDesk, *, secret_key: str, secure: bool) -> None:
    """Put sign-in before the whole site; `secure` keeps the cookie to HTTPS, as everywhere but on one's own machine."""
    app.secret_key = hmac.new(secret_key.encode(), b"concord cookies", hashlib.sha256).digest()
    app.config.update(
        # The prefix makes browsers refuse the cookie from a neighbouring host or from plain HTTP.
        SESSION_COOKIE_NAME="__Host-concord" if secure else "concord",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.extensions["concord_desk"] = desk
    manager = LoginManager(app)
    # A phone changes its address between two streets; the session row decides, not where a request comes from.
    manager.session_protection = None

    def account(secret: str) -> Account | None:
        signed_in = desk.who(secret)
        return Account(secret, signed_in) if signed_in else None

    manager.user_loader(account)
    app.register_blueprint(pages)
    app.register_blueprint(tokens.pages)
    app.register_blueprint(again.pages)
    stand_before(app)
