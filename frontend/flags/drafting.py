"""Decides how a half-typed form is kept: as a draft of one's own, and back into the form it came from."""

import hashlib
import json
from typing import Any
from uuid import UUID, uuid5

from werkzeug.datastructures import MultiDict

from frontend.documents import document
from frontend.flags import answers
from frontend.forms import Form, Refusal, Saved, send
from frontend.page import ask
from frontend.times import typed_day, typed_time

SAVE = document("flags/save_draft.graphql")
DISCARD = document("flags/discard_draft.graphql")
OWN = document("flags/own_draft.graphql")
# Answers that go into the form as the draft has them, by the field of the form.
PLAIN = {
    "urgency": "urgency",
    "place": "placeDescription",
    "setting": "setting",
    "fact": "fact",
    "opinion": "opinion",
    "own_words": "ownWords",
    "strengths": "strengths",
    "third_parties": "thirdPartyNotes",
    "told": "told",
    "standpoint": "standpoint",
    "incident_number": "emergencyIncidentNumber",
}
CODED = {"age_band": "ageBand", "purpose": "purpose", "emergency_action": "emergencyAction"}


def own_draft(draft_id: str) -> dict[str, Any] | None:
    """A draft of one's own that can still be written on; None when there is none, or no longer."""
    if not draft_id:
        return None
    draft: dict[str, Any] | None = ask(OWN, id=draft_id)["flag"]
    return draft


def save(form: Form, own: dict[str, Any] | None) -> Saved | Refusal:
    """Keep what the form holds, over the draft it came from if that is still there."""
    typed = {**_typed(form), **({} if own is None else {"draftId": own["id"], "expectedVersion": form.version()})}
    return send(SAVE, {**typed, "idempotencyKey": _key(form, typed if own else None)})


def discard(form: Form, own: dict[str, Any]) -> Saved | Refusal:
    """Delete the draft for good."""
    key = str(uuid5(UUID(form.key), "discard"))
    return send(DISCARD, {"id": own["id"], "expectedVersion": form.version(), "idempotencyKey": key})


def filled(draft: dict[str, Any]) -> MultiDict[str, str]:
    """The answers of the form as the draft has them; only the confirmation is asked for again."""
    typed: MultiDict[str, str] = MultiDict({"draft_id": draft["id"]})
    for name, field in PLAIN.items():
        typed[name] = draft[field] or ""
    for name, field in CODED.items():
        typed[name] = draft[field]["code"] if draft[field] else ""
    typed["ward"] = draft["ward"]["code"]["value"] if draft["ward"] else ""
    typed.setlist("concerns", [concern["code"] for concern in draft["concerns"] or ()])
    source = draft["sourceReference"] or {"system": "", "value": ""}
    typed["source_system"], typed["source_value"] = source["system"] or "", source["value"]
    # A draft is finished later, so "just now" is the time at which it was first kept.
    at = draft["observedAt"] or draft["createdAt"]
    typed["seen_day"] = typed_day(at)
    typed["seen_time"] = typed_time(at) if draft["observedPrecision"] == "MOMENT" else ""
    _fill_subject(typed, draft["subject"])
    return typed


def _fill_subject(typed: MultiDict[str, str], subject: dict[str, Any] | None) -> None:
    if subject is None:
        return
    if subject["__typename"] == "Person":
        typed["who"], typed["name"] = "PERSON", subject["preferredName"] or ""
        typed["looks"] = subject["description"] or ""
        return
    typed["who"], typed["group"] = "GROUP", subject["description"] or ""
    typed["group_size"] = str(subject["estimatedSize"] or "")
    typed["group_times"] = subject["usualTimes"] or ""


def _typed(form: Form) -> dict[str, Any]:
    """The input of `saveFlagDraft` without its key; what was not answered is left out."""
    at, precision = answers.seen(form) or (None, None)
    source = {"system": form.text("source_system"), "value": form.text("source_value")}
    action = form.optional("emergency_action")
    given = {
        "subject": _subject(form),
        "ageBandCode": form.optional("age_band"),
        "place": {"description": form.optional("place"), "wardCode": form.optional("ward")},
        "concernCodes": form.many("concerns"),
        "fact": form.optional("fact"),
        "urgency": form.optional("urgency"),
        "told": form.optional("told"),
        "observedAt": at,
        "observedPrecision": precision,
        "setting": form.optional("setting"),
        "standpoint": form.optional("standpoint"),
        "purposeCode": form.optional("purpose"),
        "opinion": form.optional("opinion"),
        "ownWords": form.optional("own_words"),
        "strengths": form.optional("strengths"),
        "thirdPartyNotes": form.optional("third_parties"),
        "source": source if any(source.values()) else None,
        "emergency": {"actionCode": action, "incidentNumber": form.optional("incident_number")} if action else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _subject(form: Form) -> dict[str, Any] | None:
    if form.text("who") == "PERSON":
        return {"person": {"preferredName": form.optional("name"), "description": form.optional("looks")}}
    if form.text("who") == "GROUP":
        group = {
            "description": form.optional("group"),
            "estimatedSize": answers.size(form),
            "usualTimes": form.optional("group_times"),
        }
        return {"placeGroup": group}
    return None


def _key(form: Form, typed: dict[str, Any] | None) -> str:
    """One form makes one draft, however often it is saved; after that, each change of it is saved once."""
    what = "draft" if typed is None else hashlib.sha256(json.dumps(typed, sort_keys=True).encode()).hexdigest()
    return str(uuid5(UUID(form.key), what))
