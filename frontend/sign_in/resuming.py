"""Decides how somebody signs in again in the middle of a form: on the form's own address, and then it stands there."""

from flask import redirect, request, url_for
from flask_login import current_user, login_user
from flask_wtf.csrf import CSRFError, ValidationError, validate_csrf
from werkzeug.wrappers import Response

from frontend import kept
from frontend.forms import Form
from frontend.page import show
from frontend.sign_in import desk
from frontend.sign_in.account import Account


def ask(sealed: str, form: Form | None = None) -> Response:
    """The sign-in page, with what was typed sealed into it."""
    form = form or Form()
    return show("sign_in/sign_in.html", status=kept.NOT_SENT, form=form, next="", password_set=False, kept=sealed)


def resume(sealed: str) -> Response | None:
    """Sign in, choose the role where there are several, and let the request go on with the form as it was typed."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError as error:
        raise CSRFError(str(error)) from None
    form = Form(request.form)
    if not current_user.is_authenticated:
        account = desk.account(form)
        if isinstance(account, desk.NotSignedIn):
            return account.tell(ask(sealed, form))
        login_user(account)
    if current_user.viewer is None and (answer := _choose(sealed, form)) is not None:
        return answer
    if kept.bring_back(sealed):
        return None
    # Somebody else's, or too old: nothing of it is shown, and nothing says which.
    return redirect(url_for("start.start"), 303)


def _choose(sealed: str, form: Form) -> Response | None:
    chosen = form.text("membership")
    if chosen and desk.choose(chosen):
        secret = current_user.secret
        signed_in = desk.front_desk().who(secret)
        assert signed_in is not None
        login_user(Account(secret, signed_in))
        return None
    choices = desk.front_desk().membership_choices(current_user.signed_in)
    if "password" not in request.form:
        form.wrong("membership", "Choose the role you are working in.")
    return show("sign_in/membership.html", status=kept.NOT_SENT, form=form, memberships=choices, next="", kept=sealed)
