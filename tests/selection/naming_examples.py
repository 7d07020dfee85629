"""An example of every operation that names a record; whoever adds an operation adds one here."""

from typing import Any

from tests.factories.flags import report
from tests.selection.naming import Example, Key, Slot, Version

FLAG = {"id": Slot("Flag"), "expectedVersion": Version("Flag"), "idempotencyKey": Key()}
FLAGS = {"flags": [{"id": Slot("Flag"), "expectedVersion": Version("Flag")}], "idempotencyKey": Key()}
SAID = {"thresholdLevelCode": "LEVEL_2", "rationale": "Why.", "feedback": "Thank you."}
WORDS = {**SAID, "reasonCode": "NEED_MET"}
DUE = {"field": "RAISED_AT", "direction": "DESC"}


def _by(by: str, /, **arguments: Any) -> list[Example]:
    return [Example(by=by, arguments=arguments)]


def _changed(by: str, *inputs: dict[str, Any]) -> list[Example]:
    return [Example(by=by, arguments={"input": given}) for given in inputs]


def _record(type_name: str, **more: Any) -> dict[str, Any]:
    return {"id": Slot(type_name), "expectedVersion": Version(type_name), "idempotencyKey": Key(), **more}


def _decided(**decision: Any) -> dict[str, Any]:
    return {**FLAG, **SAID, "decision": decision}


def _kept(**filters: Any) -> dict[str, Any]:
    return {"filter": filters, "order": DUE, "idempotencyKey": Key()}


def _of_plan(by: str, type_name: str, **more: Any) -> list[Example]:
    return _changed(by, _record(type_name, **more))


def _in_version(by: str, **more: Any) -> list[Example]:
    return _changed(by, {"planVersionId": Slot("PlanVersion"), "idempotencyKey": Key(), **more})


YEARS = {"from": "2027-04-01", "to": "2030-03-31"}
PARTIES = [{"agencyId": Slot("Agency"), "required": True}]
PAID = [{"agencyId": Slot("Agency"), "year": 2027, "amount": {"amount": "80000.00"}, "route": "ALIGNED"}]
SCHEME = {
    "title": "Liaison", "needCodes": ["ALCOHOL"], "areaId": Slot("Area"), "capacityTarget": 9, "contributions": PAID,
}  # fmt: skip
CLAUSE = {"kind": "GENERAL", "heading": "Who decides", "text": "All of them."}
HASH = "0" * 64
SHARE = {"purposeCode": "SAFEGUARDING", "proportionalityNote": "Why.", "fieldGroups": []}
DRAFTS = report(
    draftId=Slot("Draft"), draftVersion=Version("Draft"), idempotencyKey=Key(),
    withDrafts=[{"id": Slot("OtherDraft"), "expectedVersion": Version("OtherDraft")}],
)  # fmt: skip
BEGUN = "2030-01-01"
EXAMPLES: dict[str, list[Example]] = {
    "node": _by("rowan", id=Slot("Flag")),
    "nodes": _by("rowan", ids=[Slot("Flag")]),
    "agency": _by("rowan", by={"id": Slot("Agency")}),
    "agencies": _by("rowan", filter={"partnershipId": Slot("Partnership")}),
    "flag": _by("rowan", by={"id": Slot("Flag")}),
    "flags": [
        Example(by="rowan", arguments={"filter": {name: [Slot(kind)]}})
        for name, kind in (("ids", "Flag"), ("raisedByAgencyIds", "Agency"), ("wardIds", "Area"))
    ],
    "importedPlaces": _by("rowan", filter={"samePlaceAs": Slot("Draft")}),
    "importedSquares": _by("rowan", filter={"samePlaceAs": Slot("Draft")}, across=6),
    "feedbackLedger": _by("morgan", partnershipId=Slot("Partnership")),
    "notifications": _by("rowan", flagId=Slot("Flag")),
    "users": _by("noor", filter={"teamId": Slot("Team")}),
    "auditEvents": [
        *_by("gail", filter={"recordId": Slot("AuditedRecord"), "at": {"from": "2020-01-01T00:00:00Z"}}),
        *_by("gail", filter={"personId": Slot("User"), "at": {"from": "2020-01-01T00:00:00Z"}}),
    ],
    "auditedPeople": _by("gail", id=Slot("User")),
    "auditedRecord": _by("gail", by={"id": Slot("AuditedRecord")}),
    "plan": _by("brook", by={"id": Slot("Plan")}),
    "planVersion": [
        *_by("brook", by={"id": Slot("PlanVersion")}),
        *_by("brook", by={"of": {"planId": Slot("Plan"), "number": 1}}),
    ],
    "planRedline": _by("brook", **{"from": Slot("PlanVersion"), "to": Slot("PlanVersion")}),
    "plans": [
        Example(by="brook", arguments={"filter": {name: Slot(kind)}})
        for name, kind in (
            ("partnershipId", "Partnership"), ("partyId", "Agency"), ("awaitingSignatureOf", "Agency"),
        )
    ],
    "draftPlan": _changed(
        "brook",
        {
            "partnershipId": Slot("Partnership"), "title": "Somewhere to go", "period": YEARS, "parties": PARTIES,
            "idempotencyKey": Key(),
        },
    ),
    "setPlanParticulars": _of_plan("brook", "Plan", title="Somewhere", period=YEARS),
    "setPlanParties": _of_plan("brook", "Plan", parties=PARTIES),
    "draftNextPlanVersion": _of_plan("brook", "Plan"),
    "proposePlanVersion": _of_plan("brook", "PlanVersion"),
    "saveScheme": _in_version("brook", schemeId=Slot("Scheme"), expectedVersion=Version("Scheme"), scheme=SCHEME),
    "removeScheme": _of_plan("brook", "Scheme"),
    "addClause": _in_version("brook", schemeId=Slot("Scheme"), **CLAUSE),
    "editClause": _of_plan("brook", "Clause", text="Each of them."),
    "moveClause": _of_plan("brook", "Clause", position=1),
    "removeClause": _of_plan("brook", "Clause"),
    "addEvidence": _in_version(
        "brook", schemeId=Slot("Scheme"), evidence={"typed": {"sentence": "One in three waits.", "source": "Survey"}}
    ),
    "removeEvidence": _of_plan("brook", "Evidence"),
    "answerStandard": _of_plan("brook", "StandardCheck", met=True),
    "counterPropose": _changed(
        "brook",
        {"clauseId": Slot("Clause"), "baseHash": HASH, "text": "Two of them.", "idempotencyKey": Key()},
        {"schemeId": Slot("Scheme"), "baseHash": HASH, "contributions": PAID, "idempotencyKey": Key()},
    ),
    "acceptProposal": _of_plan("brook", "Proposal"),
    "rejectProposal": _of_plan("brook", "Proposal", reason="Too late."),
    "withdrawProposal": _of_plan("brook", "Proposal"),
    "commentOnClause": _changed(
        "brook",
        {"clauseId": Slot("Clause"), "text": "Why?", "idempotencyKey": Key()},
        {"planVersionId": Slot("PlanVersion"), "text": "Why?", "idempotencyKey": Key()},
    ),
    "resolveComment": _of_plan("brook", "Comment"),
    "setPreSignChecks": _changed(
        "brook",
        {"planId": Slot("Plan"), "checks": [{"name": "Finance", "role": "COMMISSIONER"}], "idempotencyKey": Key()},
    ),
    "passPreSignCheck": _in_version("brook", code="FINANCE"),
    "openSigning": _of_plan("brook", "PlanVersion"),
    "signPlanVersion": _of_plan("ellis", "PlanVersion", contentHash=HASH, reauthentication="none"),
    "declineToSign": _in_version("ellis", reason="Too late."),
    "withdrawFromPlan": _of_plan("ellis", "Plan", lastDay=BEGUN, reason="No money."),
    "publishPlan": _of_plan("brook", "Plan"),
    "reportMilestone": _of_plan("brook", "Milestone", expectedOn="2027-06-20"),
    "raiseFlag": _changed("rowan", DRAFTS),
    "saveFlagDraft": _changed(
        "rowan",
        {"draftId": Slot("Draft"), "expectedVersion": Version("Draft"), "fact": "Seen again.", "idempotencyKey": Key()},
    ),
    "discardFlagDraft": _changed("rowan", _record("Draft")),
    "discardImportedFlags": _changed("rowan", {**FLAGS, "reasonCode": "NOT_ABOUT_CHILDREN"}),
    "startTriage": _changed("morgan", FLAG),
    "triageFlag": _changed(
        "morgan",
        _decided(merge={"intoId": Slot("Flag")}),
        _decided(share={"shares": [{"toAgencyId": Slot("Agency"), **SHARE}]}),
        _decided(escalate={"toAgencyId": Slot("Agency"), "reasonCode": "EXPLOITATION"}),
        _decided(noFurtherAction={"reasonCode": "NEED_MET"}),
    ),
    "startTriageOfMany": _changed("morgan", FLAGS),
    "endManyWithoutAction": _changed("morgan", {**FLAGS, **{k: v for k, v in WORDS.items() if k != "rationale"}}),
    "answerInformationRequest": _changed(
        "rowan", _record("AskedFlag", requestId=Slot("InformationRequest"), answer="The one by the library.")
    ),
    "giveFeedback": _changed("morgan", {**FLAG, "text": "A place is free."}),
    "withdrawFlag": _changed("rowan", {**FLAG, "reasonCode": "RAISED_BY_MISTAKE"}),
    "reopenFlag": _changed("rowan", {**FLAG, "newFact": "Seen again.", "observedAt": "2026-11-01T20:00:00Z"}),
    "closeFlag": _changed("morgan", {**FLAG, "outcomeCode": "HELP_IN_PLACE", "feedback": "It is done."}),
    "answerShare": _changed("sam", _record("Share", engagement="ENGAGED")),
    "exportFlag": _changed("rowan", {"flagId": Slot("Flag"), "purposeCode": "MEETING", "idempotencyKey": Key()}),
    "saveInboxView": _changed(
        "morgan",
        _kept(ids=[Slot("Flag")]),
        _kept(raisedByAgencyIds=[Slot("Agency")]),
        _kept(wardIds=[Slot("Area")]),
    ),
    "removeInboxView": _changed("rowan", _record("InboxView")),
    "acknowledgeNotification": _changed("rowan", {"id": Slot("Notification"), "idempotencyKey": Key()}),
    "acknowledgeNotifications": _changed("rowan", {"flagId": Slot("Flag"), "idempotencyKey": Key()}),
    "inviteUser": _changed(
        "noor",
        {
            "displayName": "Robin Lake", "email": "robin.lake@police.example", "role": "OFFICER",
            "teamIds": [Slot("Team")], "idempotencyKey": Key(),
        },
    ),
    "renewInvitation": _changed("noor", _record("Invitation")),
    "withdrawInvitation": _changed("noor", _record("Invitation")),
    "renameUser": _changed("noor", _record("User", displayName="Robin Lake")),
    "changeUserEmail": _changed("noor", _record("User", email="robin.lake@police.example")),
    "issuePasswordLink": _changed("noor", _record("User")),
    "disableUser": _changed("noor", _record("User")),
    "enableUser": _changed("noor", _record("User")),
    "grantMembership": _changed(
        "noor",
        {"userId": Slot("User"), "role": "SERGEANT", "teamIds": [Slot("Team")], "idempotencyKey": Key()},
    ),
    "endMembership": _changed("noor", _record("Membership", lastDay=BEGUN)),
    "setMembershipTeams": _changed("noor", _record("Membership", teamIds=[Slot("Team")])),
    "renameTeam": _changed("noor", _record("Team", name="Town")),
    "closeTeam": _changed("noor", _record("Team")),
    "setPartnershipClocks": _changed("hollis", _record("Partnership", clocks=[{"kind": "SHARE_ANSWER", "minutes": 9}])),
    "setWorkingWeek": _changed(
        "hollis", _record("Partnership", hours=[{"weekday": 1, "opens": "09:00", "closes": "17:00"}])
    ),
    "setPartnershipDay": _changed("hollis", _record("Partnership", day=BEGUN, working=False, name="Fair")),
    "removePartnershipDay": _changed("hollis", _record("Partnership", day=BEGUN)),
    "setDutyDesks": _changed(
        "hollis",
        _record("Partnership", desks=[{"kind": "DAY", "name": "Desk", "telephone": "01632 960100", "hours": "Day"}]),
    ),
    "setConcern": _changed("hollis", _record("Partnership", display="Lonely")),
    "endConcern": _changed("hollis", _record("Partnership", code="ALCOHOL")),
    "orderConcerns": _changed("hollis", _record("Partnership", codes=["ALCOHOL"])),
    "setWard": _changed("hollis", _record("Partnership", kind="WARD", name="Town", wardId=Slot("Area"))),
    "endWard": _changed("hollis", _record("Partnership", wardId=Slot("Area"))),
}  # fmt: skip
