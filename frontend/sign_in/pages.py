"""Decides what the pages for signing in do: who you are, in which role you act, a first password, and signing out."""

from uuid import uuid4

from flask import Blueprint, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from frontend.forms import Form
from frontend.page import show
from frontend.sign_in.again import forget_proof
from frontend.sign_in.desk import NotSignedIn, account, caller, choose, front_desk, too_many
from frontend.sign_in.next_page import safe
from portal.identity.throttle import Throttled

pages = Blueprint("sign_in", __name__)
# The same words for a wrong password, a closed account and an invitation somebody made for themselves.
NOT_ACCEPTED = (
    "This password does not go with the address. If you sign in to Concord already, enter the password you use there."
)


@pages.get("/sign-in")
def sign_in() -> Response:
    """Ask for an address and a password."""
    if current_user.is_authenticated:
        return _go_on()
    password_set = bool(session.pop("password_set", False))
    return show("sign_in/sign_in.html", form=Form(), next=safe(request.args.get("next")), password_set=password_set)


@pages.post("/sign-in")
def sign_in_now() -> Response:
    """Start a session under a new secret, and end the one this browser had."""
    form = Form(request.form)
    found = account(form)
    if isinstance(found, NotSignedIn):
        wanted = safe(form.text("next"))
        return found.tell(show("sign_in/sign_in.html", status=found.status, form=form, next=wanted, password_set=False))
    _leave()
    login_user(found)
    return _go_on()


@pages.get("/sign-in/membership")
def choose_membership() -> Response:
    """Ask in which membership to act."""
    return _ask_membership(Form(), next_page=request.args.get("next"))


@pages.post("/sign-in/membership")
def choose_membership_now() -> Response:
    """Act in the chosen membership."""
    form = Form(request.form)
    form.need("membership", "Choose the role you are working in.")
    if not form.errors and not choose(form.text("membership")):
        form.wrong("membership", "Choose one of your own roles.")
    if form.errors:
        return _ask_membership(form, next_page=form.text("next"), status=422)
    # What was proved in one role signs nothing in another.
    forget_proof()
    return redirect(safe(form.text("next")), 303)


@pages.post("/sign-out")
def sign_out() -> Response:
    """End the session, here and in the database."""
    _leave()
    return redirect(url_for("sign_in.sign_in"), 303)


@pages.get("/set-password/<secret>")
def set_password(secret: str) -> Response:
    """Ask for a password, once."""
    if not front_desk().link_is_open(secret):
        return _link_ended()
    return show("sign_in/set_password.html", form=Form())


@pages.post("/set-password/<secret>")
def set_password_now(secret: str) -> Response:
    """Set the password and use the link up."""
    form = Form()
    password = request.form.get("password", "")
    if problem := front_desk().password_problem(password):
        form.wrong("password", problem)
    elif password != request.form.get("again", ""):
        form.wrong("again", "Enter the same password twice.")
    if form.errors:
        # Said only to whoever holds an open link; anybody else hears the same as ever.
        if not front_desk().link_is_open(secret):
            return _link_ended()
        return show("sign_in/set_password.html", status=422, form=form)
    if not front_desk().set_password(secret, password, request_id=uuid4()):
        return _link_ended()
    _leave()
    session["password_set"] = True
    return redirect(url_for("sign_in.sign_in"), 303)


@pages.get("/invitation/<secret>")
def invitation(secret: str) -> Response:
    """Ask whoever holds an invitation for a password."""
    return _invitation(secret, Form())


@pages.post("/invitation/<secret>")
def accept_invitation(secret: str) -> Response:
    """Take the role, as the account the address has or as a new one."""
    form = Form()
    password = request.form.get("password", "")
    if problem := front_desk().password_problem(password):
        form.wrong("password", problem)
    elif password != request.form.get("again", ""):
        form.wrong("again", "Enter the same password twice.")
    else:
        try:
            if not front_desk().accept(secret, password, request_id=uuid4(), caller=caller()):
                form.wrong("password", NOT_ACCEPTED)
        except Throttled as throttled:
            refused = too_many(form, "password", throttled)
            return refused.tell(_invitation(secret, form, status=refused.status))
    if form.errors:
        return _invitation(secret, form, status=422)
    _leave()
    session["password_set"] = True
    return redirect(url_for("sign_in.sign_in"), 303)


def _invitation(secret: str, form: Form, *, status: int = 200) -> Response:
    offer = front_desk().offer(secret)
    if offer is None:
        return _link_ended()
    return show("sign_in/invitation.html", status=status, form=form, offer=offer)


def _go_on() -> Response:
    """On to the wanted page, or to the choice of a membership before it."""
    wanted = safe(request.values.get("next"))
    if current_user.viewer is None:
        return redirect(url_for("sign_in.choose_membership", next=wanted), 303)
    return redirect(wanted, 303)


def _ask_membership(form: Form, *, next_page: str | None, status: int = 200) -> Response:
    choices = front_desk().membership_choices(current_user.signed_in)
    return show("sign_in/membership.html", status=status, form=form, memberships=choices, next=safe(next_page))


def _leave() -> None:
    """Forget whoever was signed in on this browser; nothing of the old cookie is carried into the next sign-in."""
    if current_user.is_authenticated:
        front_desk().sign_out(current_user.signed_in, request_id=uuid4())
    logout_user()
    session.clear()


def _link_ended() -> Response:
    """Used, late and unknown links look alike."""
    return show("sign_in/link_ended.html", status=404)
