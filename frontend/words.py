"""Decides the words for what the schema says in capitals: one word for one thing, on every page."""

from typing import Any

ROLE = {
    "OFFICER": "officer",
    "SERGEANT": "sergeant",
    "TRIAGE_WORKER": "triage worker",
    "PRACTITIONER": "practitioner",
    "CLINICIAN": "clinician",
    "SERVICE_ADMINISTRATOR": "service administrator",
    "SERVICE_MANAGER": "service manager",
    "COMMISSIONER": "commissioner",
    "SIGNATORY": "signatory",
    "GUARDIAN": "guardian",
    "DPO": "data protection officer",
    "AGENCY_ADMINISTRATOR": "agency administrator",
}

FLAG_STATE = {
    "DRAFT": "Draft",
    "SUBMITTED": "New",
    "IN_TRIAGE": "In triage",
    "NFA": "No further action",
    "SHARED": "Shared",
}

# What each step was, for the history of a flag.
STEP = {
    "DRAFT": "Imported as a draft",
    "SUBMITTED": "Flag sent",
    "IN_TRIAGE": "Taken into triage",
    "NFA": "Decided: no further action",
    "SHARED": "Decided: shared",
}

URGENCY = {"ROUTINE": "Not urgent", "URGENT": "Cannot wait", "IMMEDIATE": "Danger when sent"}

SETTING = {
    "STREET": "In the street",
    "COMMUNITY": "At home or nearby",
    "CUSTODY": "In custody",
    "COURT": "At court",
    "SCHOOL": "At school or college",
}

STANDPOINT = {
    "AT_RISK": "At risk",
    "VICTIM": "Harmed by others",
    "SUSPECTED": "Suspected of an offence",
    "UNCLEAR": "Not clear",
}

TOLD = {
    "YES": "They know about this flag",
    "NO": "They do not know about this flag yet",
    "UNSAFE": "It was not safe to tell them",
}

OUTCOME = {"NO_FURTHER_ACTION": "No further action", "SHARE": "Shared"}

SHARE_STATE = {"ACTIVE": "Active", "ENDED": "Ended"}

# The minimal word back (domain: health tells police engaged, not engaged or closed, and no more).
ENGAGEMENT = {"ENGAGED": "Engaged", "NOT_ENGAGED": "Not engaged", "CLOSED": "Closed"}
SOURCE_REGIME = {
    "PART_2": "General processing (Data Protection Act 2018, part 2)",
    "PART_3": "Law enforcement processing (Data Protection Act 2018, part 3)",
}

# The rows of the need-to-know grid, in its order, then the groups outside it.
FIELD_GROUP = {
    "IDENTITY": "Who they are",
    "HEALTH_IDENTIFIER": "NHS number",
    "CONTACTS": "Contacts, communication",
    "FLAG_FACTS": "What was seen or heard",
    "FLAG_OPINION": "What the flagger thinks",
    "STANDPOINT": "Standpoint, offence",
    "SOURCE_REFERENCE": "Source reference",
    "TRIAGE": "Triage and feedback",
    "SOCIAL_CARE": "Social care status",
    "HEALTH": "Health need",
    "REFERRAL": "Referral",
    "OUTCOME": "Attendance, outcome",
    "LAWFUL_BASIS": "Agreement, lawful basis",
    "THIRD_PARTIES": "Family, third parties",
    "CARE_TEAM": "Care team",
    "MEETING_NOTES": "Meeting notes",
    "UNMET_NEED": "Unmet need",
    "RECORD": "The record itself",
    "REFERENCE": "Public reference data",
    "ACCOUNT": "Accounts",
    "AGREEMENT": "The agreement",
}

LEVEL = {"NONE": "None", "STATUS": "Status", "CODED": "Coded", "FULL": "Full"}

BECAUSE = {
    "RAISED_BY_US": "Your team raised this flag.",
    "PARTNERSHIP_TRIAGE": "You triage flags for this partnership.",
    "CARE_TEAM": "You are on the care team.",
    "SHARE": "It was shared with your agency.",
    "REFERRAL": "A referral was made to your agency.",
    "AUTHOR": "You raised this flag.",
    "REVIEW": "You opened a guardian’s review, with a reason.",
    "BREAK_GLASS": "You opened it in an emergency, with a reason.",
    "GRANT": "A tool’s grant covers it.",
}

WITHHELD_BECAUSE = {
    "NOT_IN_AGREEMENT": "does not give this to your role.",
    "LEVEL_TOO_LOW": "gives your role less than this.",
    "CONDITION_NOT_MET": "allows it only under a condition, such as a share that names it, and none is met.",
}


def sentence_list(items: list[str], last: str = "and") -> str:
    """The items as they are said: «a», «a and b», «a, b and c»."""
    *before, final = items or [""]
    return f"{', '.join(before)} {last} {final}" if before else final


def groups(codes: list[str]) -> str:
    """Field groups as one line; a share that names none rests on the grid alone."""
    return ", ".join(FIELD_GROUP[code] for code in codes) or "No more than the agreement gives"


def audience(opened_to: dict[str, Any]) -> str:
    """To whom a record was opened: one person, a team or a role in it, or a role of an agency."""
    if opened_to["user"]:
        return "you"
    if opened_to["team"]:
        who = f"{ROLE[opened_to['role']]}s" if opened_to["role"] else "everybody"
        return f"{who} in the team {opened_to['team']['name']}"
    return f"{ROLE[opened_to['role']]}s of {opened_to['agency']['name']}"


def lower_first(text: str) -> str:
    """The text with a small first letter, for the middle of a sentence; «NHS number» keeps its capitals."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """The text with a capital first letter, for the beginning of a line."""
    return text[:1].upper() + text[1:]


def up_to(count: dict[str, Any]) -> str:
    """A capped count: the number, or «99+» when there are more than were counted."""
    return f"{count['value']}+" if count["more"] else f"{count['value']}"
