"""How root fields are told: where a read begins, and who may begin there."""

from collections.abc import Callable
from uuid import UUID

from portal.flags.states import OPEN
from portal.oversight.bulk_reading import BY_ROLE, DEFAULT
from tests.differential.asking import Asking, Thing
from tests.differential.declared import ROOTS
from tests.differential.listing import Listed, listed
from tests.differential.of_agencies import administered, not_over, own_partnership, works_here
from tests.differential.of_flags import in_words_of
from tests.differential.of_plans import of_own_plan, of_seen_version, sees_plan, sees_version
from tests.differential.rows import Row
from tests.differential.told import Arguments, column_of, filter_of, tells


def _mine(ask: Asking, row: Row) -> bool:
    return ask.viewer is not None and bool(row["membership_id"] == ask.viewer.membership_id)


def _of_own_agency(ask: Asking, row: Row) -> bool:
    return ask.viewer is not None and bool(row["agency_id"] == ask.viewer.agency_id)


def _overseen(ask: Asking, row: Row) -> bool:
    """Whether somebody has, had or will have a role in the agency whose audit the viewer reads."""
    if ask.viewer is None or ask.viewer.role not in {"GUARDIAN", "DPO"}:
        return False
    return any(ask.rows.where("membership", user_id=row["id"], agency_id=ask.viewer.agency_id))


def _oneself(ask: Asking, row: Row) -> bool:
    return ask.viewer is not None and bool(row["id"] == ask.viewer.user_id)


def _party(ask: Asking, partnership_id: UUID) -> bool:
    return ask.viewer is not None and partnership_id in ask.viewer.partnership_ids


def _party_to(ask: Asking, agreement_id: UUID) -> bool:
    [agreement] = ask.rows.where("sharing_agreement", id=agreement_id)
    return _party(ask, agreement["partnership_id"])


def _waits(ask: Asking, row: Row) -> bool:
    open_still = row["accepted_at"] is None and row["withdrawn_at"] is None
    return administered(ask) == row["agency_id"] and open_still


# By global id: the table of a type, and who may fetch one beside whoever sees the record it hangs under.
Seen = Callable[[Asking, Row], bool]
FETCHED: dict[str, tuple[str, Seen]] = {
    "Flag": ("flag", lambda ask, row: True),
    "Person": ("person", lambda ask, row: True),
    "PlaceGroup": ("place_group", lambda ask, row: True),
    "FlagSource": ("flag_source", lambda ask, row: True),
    "FlagExport": ("flag_export", lambda ask, row: True),
    "TriageDecision": ("triage_decision", lambda ask, row: True),
    "Feedback": ("feedback", lambda ask, row: True),
    "InformationRequest": ("information_request", lambda ask, row: True),
    "FlagAddition": ("flag_addition", lambda ask, row: True),
    "FlagTransition": ("flag_transition", lambda ask, row: True),
    "Share": ("share", lambda ask, row: True),
    "Agency": ("agency", lambda ask, row: True),
    "Area": ("area", lambda ask, row: True),
    "Notification": ("notification", _mine),
    "InboxView": ("saved_view", _mine),
    "Team": ("team", _of_own_agency),
    "Membership": ("membership", _of_own_agency),
    "User": ("user_account", lambda ask, row: _oneself(ask, row) or works_here(ask, row["id"])),
    "Partnership": ("partnership", lambda ask, row: _party(ask, row["id"])),
    "SharingAgreement": ("sharing_agreement", lambda ask, row: _party(ask, row["partnership_id"])),
    "AgreementVersion": ("agreement_version", lambda ask, row: _party_to(ask, row["agreement_id"])),
    "Invitation": ("invitation", _waits),
    "Plan": ("plan", sees_plan),
    "PlanVersion": ("plan_version", sees_version),
    "Scheme": ("plan_scheme", of_seen_version),
    "Clause": ("plan_clause", of_seen_version),
    "Contribution": ("plan_contribution", of_seen_version),
    "Milestone": ("plan_milestone", of_seen_version),
    "Measure": ("plan_measure", of_seen_version),
    "Evidence": ("plan_evidence", of_seen_version),
    "StandardCheck": ("plan_standard", of_seen_version),
    "PlanSignature": ("plan_signature", of_seen_version),
    "Proposal": ("plan_proposal", of_own_plan),
    "Comment": ("plan_comment", of_own_plan),
}


def fetched(ask: Asking, type_name: str, row: Row) -> bool:
    """Whether the viewer may fetch a record of a type by its id."""
    return FETCHED[type_name][1](ask, row) and (type_name not in ROOTS or ask.may_see(type_name, row))


def fetch(ask: Asking, sealed: str) -> Thing | None:
    """Any record by its id; one that is not there for this viewer is remembered."""
    opened = ask.seal.open_id(sealed)
    if opened is None or opened[0] not in FETCHED:
        ask.named_in_vain = True
        return None
    row = ask.rows.one(FETCHED[opened[0]][0], id=opened[1])
    found = ask.see(opened[0], row) if row is not None and fetched(ask, opened[0], row) else None
    if found is None:
        ask.missed.add(opened[1])
    return found


@tells("Query.node")
def _node(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return fetch(ask, arguments["id"])


@tells("Query.nodes")
def _nodes(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing | None]:
    return [fetch(ask, each) for each in arguments["ids"]]


@tells("Query.viewer")
def _viewer(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return ask.see("Viewer", ask.rows.one("membership", id=ask.viewer.membership_id)) if ask.viewer else None


@tells("Query.instance")
def _instance(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return ask.see("Instance", ask.rows.one("installation", id=1))


@tells("Query.flag")
def _flag(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    by = arguments["by"]
    if "id" in by:
        return _by_key(ask, "Flag", "flag", by["id"])
    said = by["reference"].upper()
    row = next((row for row in ask.rows.where("flag") if row["reference"].upper() == said), None)
    found = ask.see("Flag", row)
    ask.named_in_vain = ask.named_in_vain or found is None
    return found


def _by_key(ask: Asking, type_name: str, table: str, sealed: str) -> Thing | None:
    key = ask.key(sealed, type_name)
    found = None if key is None else ask.see(type_name, ask.rows.one(table, id=key))
    if key is None:
        ask.named_in_vain = True
    elif found is None:
        ask.missed.add(key)
    return found


@tells("Query.agency")
def _agency(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    by = arguments["by"]
    if "id" in by:
        return _by_key(ask, "Agency", "agency", by["id"])
    code, day = by["code"], by["code"]["on"] or ask.today
    rows = ask.rows.where("agency", code_list=code["list"], code=code["value"])
    held = [row for row in rows if row["active_from"] <= day and (row["active_to"] is None or row["active_to"] >= day)]
    return ask.see("Agency", held[0] if held else None)


@tells("Query.agencies")
def _agencies(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    wanted = filter_of(arguments)
    rows = list(ask.rows.where("agency"))
    if "kinds" in wanted:
        rows = [row for row in rows if row["kind_code"] in wanted["kinds"]]
    if "codeList" in wanted:
        rows = [row for row in rows if row["code_list"] == wanted["codeList"]]
    if "partnershipId" in wanted:
        key = ask.key(wanted["partnershipId"], "Partnership")
        members = {row["agency_id"] for row in ask.rows.where("partnership_member", partnership_id=key)}
        rows = [row for row in rows if row["id"] in members]
    return listed(ask, "Agency", rows, arguments, by=lambda row: row["name"])


@tells("Query.concepts")
def _concepts(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    vocabulary, partnership = arguments["vocabulary"], own_partnership(ask)
    partnership_id = None if partnership is None else partnership["id"]
    shipped = [row["code"] for row in ask.rows.where("concept", vocabulary=vocabulary)]
    own = [
        row["code"]
        for row in ask.rows.where("local_concept", vocabulary=vocabulary)
        if row["partnership_id"] == partnership_id
    ]
    said = [in_words_of(ask, partnership_id, vocabulary, code, ask.moment) for code in {*shipped, *own}]
    offered = [row for row in said if row["offered"]]
    return listed(ask, "Concept", offered, arguments, by=lambda row: row["position"], tie=lambda row: row["code"])


@tells("Query.partnerships")
def _partnerships(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows = [row for row in ask.rows.where("partnership") if _party(ask, row["id"])]
    return listed(ask, "Partnership", rows, arguments, by=lambda row: row["name"])


@tells("Query.notifications")
def _notifications(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    waits_while = {
        "NEW_FLAG": {"SUBMITTED"},
        "QUESTION": {"MORE_INFO_REQUESTED"},
        "WITHDRAWN": {"WITHDRAWN"},
        "OVERDUE": {str(state) for state in OPEN},
    }
    rows = [row for row in ask.rows.where("notification", read_at=None) if _mine(ask, row)]
    rows = [
        row
        for row in rows
        for flag in ask.rows.where("flag", id=row["flag_id"])
        if row["kind"] not in waits_while or flag["state"] in waits_while[row["kind"]]
    ]
    if arguments.get("flagId") is not None:
        rows = [row for row in rows if row["flag_id"] == ask.key(arguments["flagId"], "Flag")]
    return listed(ask, "Notification", rows, arguments, by=lambda row: row["created_at"], descending=True)


@tells("Query.users")
def _users(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    wanted = filter_of(arguments)
    rows = [row for row in ask.rows.where("user_account") if works_here(ask, row["id"])]
    if "search" in wanted:
        said = wanted["search"].strip().lower()
        rows = [row for row in rows if said in row["display_name"].lower() or said in row["email"].lower()]
    if "teamId" in wanted:
        team = ask.key(wanted["teamId"], "Team")
        rows = [row for row in rows if team is not None and _at_work(ask, row, team)]
    if "current" in wanted:
        rows = [row for row in rows if (row["disabled_at"] is None and _at_work(ask, row, None)) is wanted["current"]]
    return listed(ask, "User", rows, arguments, by=lambda row: row["display_name"])


def _at_work(ask: Asking, user: Row, team_id: UUID | None) -> bool:
    """Whether somebody has a role at work in the agency the viewer administers, and in a team if one is named."""
    roles = ask.rows.where("membership", user_id=user["id"], agency_id=administered(ask))
    teams = {row["membership_id"] for row in ask.rows.where("team_member") if row["team_id"] == team_id}
    return any(not_over(ask, role) and (team_id is None or role["id"] in teams) for role in roles)


@tells("Query.auditedPeople")
def _audited_people(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    said = (arguments.get("search") or "").strip().lower()
    rows = [row for row in ask.rows.where("user_account") if _overseen(ask, row)]
    rows = [row for row in rows if said in row["display_name"].lower()]
    if arguments.get("id") is not None:
        rows = [row for row in rows if row["id"] == ask.key(arguments["id"], "User")]
    return listed(ask, "User", rows, arguments, by=lambda row: row["display_name"])


@tells("Query.readingRules")
def _rules(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    every = [(str(role), rule) for role, rules in BY_ROLE.items() for rule in rules] + [
        (None, rule) for rule in DEFAULT
    ]
    return [Thing("ReadingRule", vars(rule) | {"role": role}) for role, rule in every] if ask.viewer else []


@tells("Query.teams")
def _teams(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows = [row for row in ask.rows.where("team") if _of_own_agency(ask, row)]
    return listed(ask, "Team", rows, arguments, by=lambda row: row["name"])


@tells("Query.invitations")
def _invitations(ask: Asking, thing: Thing, arguments: Arguments) -> Listed:
    rows = [row for row in ask.rows.where("invitation") if _waits(ask, row)]
    return listed(ask, "Invitation", rows, arguments, by=lambda row: row["display_name"])


COUNTED = "own owed owedBand overdue overdueBand inTime inTimeBand"


@tells("Query.feedbackLedger")
def _ledger(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing] | None:
    """The numbers are asked alone: the database counts them over what the viewer does not see."""
    document = f"query($id: ID!) {{ feedbackLedger(partnershipId: $id) {{ agency {{ id }} {COUNTED} }} }}"
    found = ask.alone(document, {"id": arguments["partnershipId"]})["feedbackLedger"]
    key = ask.key(arguments["partnershipId"], "Partnership")
    if found is None:
        ask.missed |= set() if key is None else {key}
        ask.named_in_vain = True
        return None
    ask.counted = True
    return [
        Thing(
            "FeedbackLedgerEntry",
            {column_of(name): each[name] for name in COUNTED.split()}
            | {"agency_id": ask.key(each["agency"]["id"], "Agency")},
        )
        for each in found
    ]
