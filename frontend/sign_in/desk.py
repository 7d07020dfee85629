"""Decides how a sign-in form is read: who it proves somebody to be, and the role they choose."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Response as FlaskResponse
from flask import after_this_request, current_app, request
from flask_login import current_user
from werkzeug.wrappers import Response

from frontend.forms import Form
from frontend.sign_in.account import Account
from portal.identity.front_desk import FrontDesk
from portal.identity.throttle import Caller, Throttled

# The same words for an address nobody has and for a wrong password.
NOT_RIGHT = "The e-mail address or the password is not right. Check both and try again."
# The same words for every address, and for the right password too, which nobody has looked at.
TOO_MANY = "There were too many tries. Wait {wait}, then try again. Nobody has looked at what you typed."
# Half a year: a browser that is used less often than that is counted as anybody's.
KNOWN_SECONDS = 180 * 24 * 60 * 60
MINUTE = 60
NOT_RIGHT_STATUS, TOO_MANY_STATUS = 422, 429


@dataclass(frozen=True)
class NotSignedIn:
    """Nobody was signed in; the reason stands in the form, and `wait` says after how many seconds to try again."""

    status: int = NOT_RIGHT_STATUS
    wait: int | None = None

    def tell(self, response: Response) -> Response:
        """The response, with when to try again."""
        if self.wait is not None:
            response.headers["Retry-After"] = str(self.wait)
        return response


def front_desk() -> FrontDesk:
    """Where signing in happens."""
    found: FrontDesk = current_app.extensions["concord_desk"]
    return found


def account(form: Form) -> Account | NotSignedIn:
    """Whoever the form proves to be; or nobody, with the reason in the form."""
    password = request.form.get("password", "")
    form.need("email", "Enter your e-mail address.")
    if not password:
        form.wrong("password", "Enter your password.")
    if form.errors:
        return NotSignedIn()
    email = form.text("email")
    try:
        secret = front_desk().sign_in(email=email, password=password, request_id=uuid4(), caller=caller())
    except Throttled as throttled:
        return too_many(form, "email", throttled)
    signed_in = front_desk().who(secret) if secret else None
    if secret is None or signed_in is None:
        form.wrong("email", NOT_RIGHT)
        return NotSignedIn()
    _know_again(email)
    return Account(secret, signed_in)


def too_many(form: Form, field: str, throttled: Throttled) -> NotSignedIn:
    """Nobody, because there were too many tries; how long to wait stands in the form."""
    form.wrong(field, TOO_MANY.format(wait=_spelt(throttled.wait)))
    return NotSignedIn(TOO_MANY_STATUS, throttled.wait)


def caller() -> Caller:
    """Where this request comes from, as far as the server knows by itself."""
    return Caller(network=request.remote_addr, browser=request.cookies.get(_cookie_name()))


def _know_again(email: str) -> None:
    """Leave a mark in this browser, so that it is told from a stranger's at the next sign-in."""
    if (mark := front_desk().mark(email, caller())) is None:
        return

    @after_this_request
    def leave(response: FlaskResponse) -> FlaskResponse:
        response.set_cookie(
            _cookie_name(),
            mark,
            max_age=KNOWN_SECONDS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def _cookie_name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-browser"


def _spelt(seconds: int) -> str:
    number, unit = (seconds, "second") if seconds <= MINUTE else (-(-seconds // MINUTE), "minute")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def choose(typed: str) -> bool:
    """Act in a membership from now on; False when it is not one of one's own."""
    try:
        chosen = UUID(typed)
    except ValueError:
        return False
    return front_desk().choose_membership(current_user.secret, chosen, request_id=uuid4())
