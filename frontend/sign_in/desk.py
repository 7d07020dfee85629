"""Decides how a sign-in form is read: who it proves somebody to be, and the role they choose."""

from uuid import UUID, uuid4

from flask import current_app, request
from flask_login import current_user

from frontend.forms import Form
from frontend.sign_in.account import Account
from portal.identity.front_desk import FrontDesk

# The same words for an address nobody has and for a wrong password.
NOT_RIGHT = "The e-mail address or the password is not right. Check both and try again."


def front_desk() -> FrontDesk:
    """Where signing in happens."""
    found: FrontDesk = current_app.extensions["concord_desk"]
    return found


def account(form: Form) -> Account | None:
    """Whoever the form proves to be; None with the reason in the form."""
    password = request.form.get("password", "")
    form.need("email", "Enter your e-mail address.")
    if not password:
        form.wrong("password", "Enter your password.")
    if form.errors:
        return None
    secret = front_desk().sign_in(email=form.text("email"), password=password, request_id=uuid4())
    signed_in = front_desk().who(secret) if secret else None
    if secret is None or signed_in is None:
        form.wrong("email", NOT_RIGHT)
        return None
    return Account(secret, signed_in)


def choose(typed: str) -> bool:
    """Act in a membership from now on; False when it is not one of one's own."""
    try:
        chosen = UUID(typed)
    except ValueError:
        return False
    return front_desk().choose_membership(current_user.secret, chosen, request_id=uuid4())
