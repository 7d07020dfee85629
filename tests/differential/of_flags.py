"""How flags and everything under them are told."""

from typing import Any

from tests.differential.asking import Asking, Thing, reaches, withheld
from tests.differential.declared import GROUPS, NEEDS
from tests.differential.listing import Listed, listed
from tests.differential.rows import NEVER, Row
from tests.differential.told import Arguments, coded, concept, first_of, latest_first, named, tells, things

# Where a flag begins, and where nobody has to do anything about it any more.
NOTHING_TO_DO = {"DRAFT", "NFA", "MERGED", "CLOSED", "EXPIRED", "WITHDRAWN"}
# By which row of theirs a side decides by the clock of triage.
BY_TRIAGES_CLOCK = ("PARTNERSHIP_TRIAGE", "OVERDUE")

for place, told in {
    "Flag.partnership": named("Partnership", "partnership", "partnership_id"),
    "Flag.raisedByAgency": named("Agency", "agency", "raised_by_agency_id"),
    "Flag.raisedBy": named("Actor", "membership", "raised_by_membership_id"),
    "Flag.triagedBy": named("Actor", "membership", "triaged_by_membership_id"),
    "Flag.ward": named("Area", "area", "ward_id"),
    "Flag.mergedInto": named("Flag", "flag", "merged_into_flag_id"),
    "Flag.ageBand": coded("age-band", "age_band_code"),
    "Flag.emergencyAction": coded("emergency-action", "emergency_action_code"),
    "Flag.purpose": coded("purpose", "purpose_code"),
    "Flag.withdrawReason": coded("withdraw-reason", "withdraw_reason_code"),
    "Flag.closeOutcome": coded("close-outcome", "close_outcome_code"),
    "Person.ageBand": coded("age-band", "age_band_code"),
    "TriageDecision.decidedBy": named("Actor", "membership", "decided_by_membership_id"),
    "TriageDecision.escalatedTo": named("Agency", "agency", "escalated_to_agency_id"),
    "TriageDecision.thresholdLevel": coded("threshold-level", "threshold_level_code"),
    "Feedback.givenByAgency": named("Agency", "agency", "given_by_agency_id"),
    "InformationRequest.askedBy": named("Actor", "membership", "asked_by_membership_id"),
    "InformationRequest.answeredBy": named("Actor", "membership", "answered_by_membership_id"),
    "FlagAddition.addedBy": named("Actor", "membership", "added_by_membership_id"),
    "FlagTransition.by": named("Actor", "membership", "by_membership_id"),
    "FlagExport.exportedBy": named("Actor", "membership", "exported_by_membership_id"),
    "FlagExport.purpose": coded("export-purpose", "purpose_code"),
    "Share.fromAgency": named("Agency", "agency", "from_agency_id"),
    "Share.toAgency": named("Agency", "agency", "to_agency_id"),
    "Share.flag": named("Flag", "flag", "flag_id"),
    "Share.purpose": coded("purpose", "purpose_code"),
    "Share.agreementVersion": named("AgreementVersion", "agreement_version", "agreement_version_id"),
    "Share.lawfulBasis": named("LawfulBasis", "lawful_basis", "lawful_basis_code", key="code"),
    "Share.answeredBy": named("Actor", "membership", "answered_by_membership_id"),
    "Notification.flag": named("Flag", "flag", "flag_id"),
    "Disclosure.audience": named("Audience", "audience", "audience_id"),
    "Disclosure.agreementVersion": named("AgreementVersion", "agreement_version", "agreement_version_id"),
    "Audience.agency": named("Agency", "agency", "agency_id"),
    "Audience.team": named("Team", "team", "team_id"),
    "Audience.user": named("User", "user_account", "user_id"),
    "Withheld.askAgency": named("Agency", "agency", "lead_agency_id"),
    "Flag.isOpen": lambda ask, thing, arguments: thing["state"] not in NOTHING_TO_DO,
    "SourceReference.system": lambda ask, thing, arguments: thing["source_system"],
    "SourceReference.value": lambda ask, thing, arguments: thing["source_reference"],
    "Point.approximate": lambda ask, thing, arguments: thing["point_is_approximate"],
    "FlagTransition.from": lambda ask, thing, arguments: thing["from_state"],
    "FlagTransition.to": lambda ask, thing, arguments: thing["to_state"],
}.items():
    tells(place)(told)


def _under(place: str, type_name: str, table: str, moment: str) -> None:
    """A connection over what hangs under a flag, newest first."""

    def tell(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
        rows = ask.rows.where(table, flag_id=thing["id"])
        return listed(ask, type_name, rows, arguments, by=lambda row: row[moment], descending=True)

    tells(place)(tell)


_under("Flag.decisions", "TriageDecision", "triage_decision", "decided_at")
_under("Flag.feedback", "Feedback", "feedback", "given_at")
_under("Flag.informationRequests", "InformationRequest", "information_request", "asked_at")
_under("Flag.additions", "FlagAddition", "flag_addition", "added_at")
_under("Flag.transitions", "FlagTransition", "flag_transition", "at")
_under("Flag.shares", "Share", "share", "created_at")


@tells("Flag.mergedFlags")
def _merged(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows = ask.rows.where("flag", merged_into_flag_id=thing["id"])
    return listed(ask, "Flag", rows, arguments, by=lambda row: row["raised_at"], descending=True)


@tells("Flag.decision")
def _decision(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    rows = ask.rows.where("triage_decision", flag_id=thing["id"])
    newest = first_of(rows, lambda row: (latest_first(row["decided_at"]), row["id"]))
    return ask.see("TriageDecision", newest)


@tells("TriageDecision.reason")
def _reason(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    vocabulary = "escalation-reason" if thing["outcome"] == "ESCALATE" else "nfa-reason"
    return concept(ask, vocabulary, thing["reason_code"])


@tells("Flag.subject")
def _subject(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    if thing["person_id"] is not None:
        return ask.see("Person", ask.rows.one("person", id=thing["person_id"]))
    return ask.see("PlaceGroup", ask.rows.one("place_group", flag_id=thing["id"]))


@tells("Flag.point")
def _point(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return None if thing["latitude"] is None else Thing("Point", thing.row)


@tells("Flag.sourceReference")
def _source(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return None if thing["source_reference"] is None else Thing("SourceReference", thing.row)


@tells("Flag.sources")
def _sources(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = ask.rows.where("flag_source", flag_id=thing["id"])
    return things(ask, "FlagSource", sorted(rows, key=lambda row: (row["observed_at"], row["id"])))


@tells("Flag.concerns")
def _concerns(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    moment = thing["raised_at"] or ask.moment
    codes = [row["concern_code"] for row in ask.rows.where("flag_concern", flag_id=thing["id"])]
    said = [in_words_of(ask, thing["partnership_id"], "concern", code, moment) for code in codes]
    return [Thing("Concept", row) for row in sorted(said, key=lambda row: (row["position"], row["code"]))]


def in_words_of(ask: Asking, partnership_id: Any, vocabulary: str, code: str, moment: Any) -> Row:
    """An entry as a partnership said it at a moment: its latest words by then, or those it was shipped with."""
    shipped = ask.rows.one("concept", vocabulary=vocabulary, code=code)
    own = list(ask.rows.where("local_concept", partnership_id=partnership_id, vocabulary=vocabulary, code=code))
    begun = [row for row in own if row["valid_from"] <= moment]
    if begun:
        return max(begun, key=lambda row: row["valid_from"])
    if shipped is not None:
        offered = shipped["valid_from"] <= ask.today and (
            shipped["valid_to"] is None or shipped["valid_to"] >= ask.today
        )
        return shipped | {"offered": offered}
    # One that began later is there in the words it has in the end, but not to be chosen.
    return max(own, key=lambda row: row["valid_from"]) | {"offered": False}


@tells("Flag.viewerDueAt")
def _due(ask: Asking, thing: Thing, arguments: Arguments) -> Any:
    times = [row["due_at"] for row in ask.disclosures(thing["id"]) if row["due_at"] and may_read_due(ask, row)]
    soonest = min(times, default=None)
    return None if soonest == NEVER else soonest


def may_read_due(ask: Asking, row: Row) -> bool:
    """Whether the time on a disclosure row is the viewer's to read."""
    levels = ask.held(row["root_id"])
    return row["because"] not in BY_TRIAGES_CLOCK or (levels is not None and reaches(levels["TRIAGE"], "STATUS"))


@tells("Flag.disclosure", "Person.disclosure")
def _disclosure(ask: Asking, thing: Thing, arguments: Arguments) -> Thing:
    assert thing.root is not None
    rows = ask.disclosures(thing.root)
    lasting = min(rows, key=lambda row: (latest_first(row["valid_to"] or NEVER), row["id"]))
    return Thing("Disclosure", lasting, thing.root, thing.levels)


@tells("Disclosure.granted")
def _granted(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    assert thing.levels is not None
    rows = [{"field_group": group, "level": thing.levels[group]} for group in GROUPS]
    return [Thing("GroupGrant", row) for row in rows if row["level"] != "NONE"]


def _withheld(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    return withheld(ask, thing)


for type_name in NEEDS:
    if NEEDS[type_name]:
        tells(f"{type_name}.withheld")(_withheld)


@tells("Withheld.clause")
def _clause(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    wanted = {each: thing[each] for each in ("agreement_version_id", "field_group")}
    return ask.see("AgreementClause", ask.rows.one("agreement_clause", **wanted))


@tells("Share.state")
def _state(ask: Asking, thing: Thing, arguments: Arguments) -> str:
    over = thing["valid_to"] is not None and thing["valid_to"] <= ask.moment
    return "ENDED" if over else str(thing["state"])


@tells("Share.fieldGroups")
def _field_groups(ask: Asking, thing: Thing, arguments: Arguments) -> list[str]:
    return [group for place, group in enumerate(GROUPS) if thing["field_groups"] >> (3 * place) & 1]
