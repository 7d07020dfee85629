"""Decides how a signatory proves again who they are: the password once more, for one version of one plan.

What it proves is kept in the cookie of the sign-in, signed, for this person, this role, these bytes and five minutes.
It is in no address, and whatever signs a version takes it from here: `proof_for` gives it, `forget_proof` takes it
out of the cookie.
"""

import time
from uuid import uuid4

from flask import Blueprint, abort, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response

from frontend.documents import document
from frontend.forms import STATUS, Form
from frontend.page import ask, found, show
from frontend.sign_in.desk import NOT_RIGHT_STATUS, caller, front_desk, too_many
from portal.identity.reauthentication import LIFETIME
from portal.identity.throttle import Throttled

QUESTION = document("sign_in/again.graphql")
KEPT = "proof"
NOT_RIGHT = "The password is not right. Check it and try again."
MOVED_ON = "The plan changed while you had this page open, so it is another version now. Read it before you sign."

pages = Blueprint("again", __name__)


@pages.get("/sign-in/again/<plan_id>")
def again(plan_id: str) -> Response:
    """Ask for the password; only of whoever nothing else keeps from signing."""
    return _form(plan_id, Form())


@pages.post("/sign-in/again/<plan_id>")
def again_now(plan_id: str) -> Response:
    """Keep the proof for the version that was shown, and go on to where it is signed."""
    form = Form(request.form)
    version = _to_sign(ask(QUESTION, id=plan_id))["currentVersion"]
    if form.text("content_hash") != version["contentHash"]:
        form.unplaced.append(MOVED_ON)
        return _form(plan_id, form, status=STATUS["Conflict"])
    password = request.form.get("password", "")
    if not password:
        form.wrong("password", "Enter your password.")
        return _form(plan_id, form, status=NOT_RIGHT_STATUS)
    try:
        proof = front_desk().prove_again(
            current_user.viewer, password, content_hash=version["contentHash"], request_id=uuid4(), caller=caller()
        )
    except Throttled as throttled:
        refused = too_many(form, "password", throttled)
        return refused.tell(_form(plan_id, form, status=refused.status))
    if proof is None:
        form.wrong("password", NOT_RIGHT)
        return _form(plan_id, form, status=NOT_RIGHT_STATUS)
    session[KEPT] = [version["contentHash"], int(time.time() + LIFETIME.total_seconds()), proof]
    return redirect(f"/plans/{plan_id}/sign", 303)


def proof_for(content_hash: str) -> str | None:
    """The proof that whoever is signed in gave for these bytes in the last five minutes, to sign them with."""
    kept_hash, until, proof = session.get(KEPT) or (None, 0, None)
    return proof if kept_hash == content_hash and until > time.time() else None


def forget_proof() -> None:
    """Keep a proof no longer that was used, or was given in another role."""
    session.pop(KEPT, None)


def _form(plan_id: str, form: Form, *, status: int = 200) -> Response:
    data = ask(QUESTION, id=plan_id)
    return show("sign_in/again.html", data, status=status, form=form, plan=_to_sign(data))


def _to_sign(data: dict[str, object]) -> dict[str, dict[str, str]]:
    """The plan, for whoever may sign it; for anybody else there is no such page."""
    plan: dict[str, dict[str, str]] = found(data["plan"])
    if not plan["currentVersion"]["viewerCanSign"]:
        abort(404)
    return plan
