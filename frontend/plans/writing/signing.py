"""Decides how a version is signed: its whole text first, then the password again, then the signature over its hash."""

from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import document
from frontend.forms import STATUS, Form
from frontend.kept import typed_form
from frontend.page import found, show
from frontend.plans import pages, telling
from frontend.plans.beside import ALONE
from frontend.plans.showing import shown
from frontend.plans.writing.answering import Change, keep, make
from frontend.plans.writing.editing import draft_of, elsewhere
from frontend.sign_in.again import forget_proof, proof_for

Record = dict[str, Any]
QUESTION = document("plans/writing/sign.graphql")
SIGN = document("plans/writing/sign_version.graphql")
SIGNED = document("plans/writing/signed.graphql")


@pages.get("/plans/<plan_id>/sign")
def sign(plan_id: str) -> AnyResponse:
    """Exactly what is signed; and once the password was typed again, the button that signs it."""
    data = draft_of(QUESTION, plan_id)
    if not _reads_to_sign(data["version"]):
        return elsewhere(plan_id)
    return _shown(data, Form())


@pages.post("/plans/<plan_id>/sign")
def send_signature(plan_id: str) -> AnyResponse:
    """Sign the bytes that were shown, and no others."""
    form, data = typed_form(), draft_of(QUESTION, plan_id)
    content_hash = form.text("content_hash")
    given_before = _own_signature(data["version"])
    if given_before and given_before["contentHash"] == content_hash:
        # The button was pressed twice, or a page from before was sent again: these bytes are signed.
        return redirect(url_for("plans.signed", plan_id=plan_id), code=303)
    agency = data["viewer"]["agency"]
    if form.text("for_agency") not in {"", agency["id"]}:
        # Another role was chosen in another tab: the button named an agency, and it signs for no other.
        message = f"This page was opened for another agency, and you act for {agency['name']} by now."
        form.unplaced.append(f"{message} Sign for it, or choose your other role again.")
        return _shown(data, form, status=STATUS["Conflict"])
    given = {
        "id": form.text("version_id"),
        "expectedVersion": form.version(),
        "contentHash": content_hash,
        # Without a proof the domain refuses, and says what to do.
        "reauthentication": proof_for(content_hash) or "",
    }

    def then(_: Record) -> str:
        forget_proof()
        return url_for("plans.signed", plan_id=plan_id)

    return make(
        form,
        Change(mutation=SIGN, given=given),
        then=then,
        again=lambda status: _shown(draft_of(QUESTION, plan_id), form, status=status),
    )


@pages.get("/plans/<plan_id>/signed")
def signed(plan_id: str) -> AnyResponse:
    """The signature of one's own agency over the current version, and who is still missing."""
    data = draft_of(SIGNED, plan_id)
    signature = found(_own_signature(data["version"]))
    still = [
        each["agency"]["name"] for each in data["version"]["parties"] if each["required"] and not each["signature"]
    ]
    return show("plans/writing/signed.html", data, signature=signature, still=still, telling=telling)


def _own_signature(version: Record) -> Record | None:
    return next((each["signature"] for each in version["parties"] if each["isViewers"]), None)


def _reads_to_sign(version: Record) -> bool:
    """Whether somebody reads the page: who may sign now, and who could but for checks or for having written it."""
    return bool(version["viewerCanSign"] or version["viewerCanDecline"])


def _shown(data: Record, form: Form, *, status: int = 200) -> AnyResponse:
    version = data["version"]
    if not _reads_to_sign(version):
        return keep(data, form, {}, title="Nothing was signed", status=status)
    own = next((each for each in data["plan"]["parties"] if each["isViewers"]), None)
    return show(
        "plans/writing/sign.html",
        data,
        status=status,
        form=form,
        whole=shown(version),
        proved=proof_for(version["contentHash"]) is not None,
        open_checks=[each for each in own["checks"] if not each["passedAt"]] if own else [],
        beside=ALONE,
        telling=telling,
    )
