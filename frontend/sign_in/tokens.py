"""Decides how somebody signed in takes a token of their own: by pressing a button, shown once, and never in an address.

The schema reads no cookie, so a tool, and the explorer of the schema, sends such a token instead. It acts in the
membership its taker acts in, sees what they see and no more, and is written down when it is given.
"""

from uuid import uuid4

from flask import Blueprint, Response, jsonify
from flask_login import current_user

from frontend import times
from frontend.page import show
from frontend.sign_in.desk import front_desk
from portal.identity.tokens import OwnToken

pages = Blueprint("tokens", __name__)


@pages.post("/developers/token")
def take() -> Response:
    """Show a new token, once."""
    return show("sign_in/token.html", token=_new())


@pages.post("/developers/graphiql/token")
def take_for_explorer() -> Response:
    """Give a new token to the explorer, which keeps it in the memory of its page."""
    token = _new()
    ends = times.clock_time(token.expires_at.isoformat())
    return jsonify({"token": token.secret, "said": f"You have a token until {ends}."})


def _new() -> OwnToken:
    return front_desk().take_token(current_user.viewer, request_id=uuid4())
