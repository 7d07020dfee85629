"""Decides how the raise form is read: what must be answered, and which input of `raiseFlag` each answer becomes."""

import re
from typing import Any

from frontend.forms import Form
from frontend.times import read_local

# The beginnings of input paths and the fields they belong to.
PLACES = {
    "subject": "who",
    "subject.person.preferredName": "name",
    "subject.person.description": "looks",
    "subject.person.ageBandCode": "age_band",
    "subject.placeGroup.description": "group",
    "subject.placeGroup.estimatedSize": "group_size",
    "subject.placeGroup.usualTimes": "group_times",
    "subject.placeGroup.ageBandCode": "age_band",
    "ageBandCode": "age_band",
    "place": "place",
    "place.wardCode": "ward",
    "observedAt": "seen_day",
    "observedPrecision": "seen_day",
    "setting": "setting",
    "concernCode": "concerns",
    "concernCodes": "concerns",
    "moreConcernCodes": "concerns",
    "fact": "fact",
    "opinion": "opinion",
    "urgency": "urgency",
    "emergency": "emergency_action",
    "emergency.incidentNumber": "incident_number",
    "told": "told",
    "confirm": "confirm",
    "ownWords": "own_words",
    "strengths": "strengths",
    "thirdPartyNotes": "third_parties",
    "source": "source_value",
    "source.system": "source_system",
    "standpoint": "standpoint",
    "purposeCode": "purpose",
}

_SIZE = re.compile(r"[0-9]{1,4}")


def stops(form: Form, advice: dict[str, Any]) -> bool:
    """Whether danger was named and what to do first has not been answered: the form goes no further."""
    if form.text("urgency") != "IMMEDIATE":
        return False
    numbered = form.text("incident_number") or not advice["needsIncidentNumber"]
    return not (form.text("emergency_action") and numbered)


def check_stop(form: Form, advice: dict[str, Any]) -> None:
    """Say what the stop still needs."""
    form.need("emergency_action", "Call 999 first, then tick the box." if advice["tick"] else "Say what you did.")
    if advice["needsIncidentNumber"]:
        form.need("incident_number", "Write the incident number.")


def check_draft(form: Form) -> None:
    """Say what of a half-typed form cannot be kept as it stands; nothing is required."""
    _check_size(form)
    _check_seen(form)


def check(form: Form) -> None:
    """Say which of the eight answers is missing, in the order of the form."""
    form.need("urgency", "Say whether anyone is in danger now.")
    if form.text("who") not in ("PERSON", "GROUP"):
        form.wrong("who", "Say whether this is about one young person or a group at a place.")
    if form.text("who") == "PERSON" and not (form.text("name") or form.text("looks")):
        form.wrong("name", "Write what they are called, or what they look like.")
    if form.text("who") == "GROUP":
        form.need("group", "Say who is there, without names.")
        _check_size(form)
    form.need("age_band", "Choose about how old.")
    form.need("place", "Say where.")
    _check_seen(form)
    form.need("concerns", "Choose at least one worry.")
    form.need("fact", "Write what you saw or heard. One sentence is enough.")
    form.need("told", "Say whether you have told them about the flag.")
    form.need("confirm", "Confirm that answer 6 is only what you saw or heard.")
    if form.text("source_value"):
        form.need("source_system", "Say which system that reference is from.")


def _check_size(form: Form) -> None:
    if form.text("who") == "GROUP" and form.text("group_size") and not size(form):
        form.wrong("group_size", "Write about how many as a number, such as 7.")


def _check_seen(form: Form) -> None:
    if (form.text("seen_day") or form.text("seen_time")) and seen(form) is None:
        form.wrong("seen_day", "Write the day you saw it, and the time if you know it.")


def details(form: Form, draft: dict[str, Any] | None) -> dict[str, Any]:
    """The input of `raiseFlag`; with a draft, its id and the version the form was made from."""
    at = seen(form) or _recorded(draft)
    first, *more = form.many("concerns")
    given = {
        "subject": _subject(form),
        "place": {"description": form.text("place"), "wardCode": form.optional("ward")},
        "concernCode": first,
        "moreConcernCodes": more,
        "fact": form.text("fact"),
        "urgency": form.text("urgency"),
        "told": form.text("told"),
        "confirm": form.text("confirm") == "yes",
        "observedAt": at[0] if at else None,
        "observedPrecision": at[1] if at else None,
        "setting": form.optional("setting"),
        "standpoint": form.optional("standpoint"),
        "purposeCode": form.optional("purpose"),
        "opinion": form.optional("opinion"),
        "ownWords": form.optional("own_words"),
        "strengths": form.optional("strengths"),
        "thirdPartyNotes": form.optional("third_parties"),
        "source": _source(form),
        "emergency": _emergency(form),
        "draftId": draft["id"] if draft else None,
        "draftVersion": form.version() if draft else None,
        "withDrafts": draft.get("with") if draft else None,
        "idempotencyKey": form.key,
    }
    return {name: value for name, value in given.items() if value is not None}


def _subject(form: Form) -> dict[str, Any]:
    if form.text("who") == "GROUP":
        group = {
            "description": form.text("group"),
            "ageBandCode": form.text("age_band"),
            "estimatedSize": size(form),
            "usualTimes": form.optional("group_times"),
        }
        return {"placeGroup": group}
    person = {
        "preferredName": form.optional("name"),
        "description": form.optional("looks"),
        "ageBandCode": form.text("age_band"),
    }
    return {"person": person}


def size(form: Form) -> int | None:
    """About how many; None when that is no number."""
    typed = form.text("group_size")
    return int(typed) if _SIZE.fullmatch(typed) else None


def seen(form: Form) -> tuple[str, str] | None:
    """The time typed and how exactly; None when nothing, or no date, was typed: the portal then takes now."""
    day, time = form.text("seen_day"), form.text("seen_time")
    at = read_local(day, time or "00:00")
    if at is None:
        return None
    return at.isoformat(), "MOMENT" if time else "DAY"


def _recorded(draft: dict[str, Any] | None) -> tuple[str, str] | None:
    """When the draft was recorded for, which stands unless the form says otherwise."""
    if draft is None or draft["observedAt"] is None:
        return None
    return draft["observedAt"], draft["observedPrecision"]


def _source(form: Form) -> dict[str, str] | None:
    if not form.text("source_value"):
        return None
    return {"system": form.text("source_system"), "value": form.text("source_value")}


def _emergency(form: Form) -> dict[str, str | None] | None:
    if form.text("urgency") != "IMMEDIATE":
        return None
    return {"actionCode": form.text("emergency_action"), "incidentNumber": form.optional("incident_number")}
