"""Decides how a triage decision is read from its form: share with one agency, or no further action."""

from typing import Any

from frontend.forms import Form

PLACES = {
    "decision": "decision",
    "decision.share": "agency",
    "decision.share.shares": "agency",
    "decision.share.shares.toAgencyId": "agency",
    "decision.share.shares.fieldGroups": "groups",
    "decision.share.shares.purposeCode": "purpose",
    "decision.share.shares.proportionalityNote": "why_no_less",
    "decision.noFurtherAction": "reason",
    "thresholdLevelCode": "level",
    "rationale": "rationale",
    "feedback": "feedback",
}


def check(form: Form) -> None:
    """Say which answer is missing, in the order of the form."""
    form.need("decision", "Say what you decided.")
    if form.text("decision") == "SHARE":
        form.need("agency", "Choose the agency you share with.")
        form.need("purpose", "Choose what the share is for.")
        form.need("why_no_less", "Write why no less would do.")
    if form.text("decision") == "NO_FURTHER_ACTION":
        form.need("reason", "Choose why there is no further action.")
    form.need("level", "Choose the level of need.")
    form.need("rationale", "Write why you decided this.")
    form.need("feedback", "Tell the officer what you decided. They see this text and little else.")


def details(form: Form, flag_id: str) -> dict[str, Any]:
    """The input of `triageFlag`."""
    return {
        "id": flag_id,
        "expectedVersion": form.version(),
        "decision": _decision(form),
        "thresholdLevelCode": form.text("level"),
        "rationale": form.text("rationale"),
        "feedback": form.text("feedback"),
        "idempotencyKey": form.key,
    }


def _decision(form: Form) -> dict[str, Any]:
    if form.text("decision") != "SHARE":
        return {"noFurtherAction": {"reasonCode": form.text("reason")}}
    share = {
        "toAgencyId": form.text("agency"),
        "fieldGroups": form.many("groups"),
        "purposeCode": form.text("purpose"),
        "proportionalityNote": form.text("why_no_less"),
    }
    return {"share": {"shares": [share]}}
