"""Decides when flags like one's own are shown before it is sent: once, and never while somebody is in danger."""

from typing import Any

from frontend.documents import document
from frontend.forms import Form
from frontend.page import ask

SIMILAR = document("flags/similar.graphql")
SEEN = "seen"


def similar_flags(form: Form) -> list[dict[str, Any]]:
    """The flags to show before this one is sent; none once they were shown, and none when every minute counts."""
    if form.text("similar") == SEEN or form.text("urgency") == "IMMEDIATE":
        return []
    person = {"preferredName": _searchable(form, "name"), "description": _searchable(form, "looks")}
    subject = {"person": person} if form.text("who") == "PERSON" else {"placeGroup": {}}
    wanted = {"subject": subject, "place": _searchable(form, "place"), "idempotencyKey": form.key}
    found: list[dict[str, Any]] = ask(SIMILAR, input=wanted)["similarFlags"]
    return found


def _searchable(form: Form, name: str) -> str:
    """What was typed without what no text of a database holds; whether it can be kept is for sending to say."""
    return form.text(name).replace("\0", " ").encode("utf-8", "ignore").decode()
