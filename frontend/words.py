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

# An incident of another system that a flag was made from, for where a part of it is withheld.
IMPORTED = {"fact": "What was imported", "reference": "Its reference", "observedAt": "When it was recorded for"}

FLAG_STATE = {
    "DRAFT": "Draft",
    "SUBMITTED": "New",
    "IN_TRIAGE": "In triage",
    "MORE_INFO_REQUESTED": "Question asked",
    "NFA": "No further action",
    "MERGED": "Part of another flag",
    "SHARED": "Shared",
    "REFERRED": "Referred",
    "ESCALATED": "With safeguarding",
    "CLOSED": "Closed",
    "EXPIRED": "Ended at its date",
    "WITHDRAWN": "Withdrawn",
}

# How much is told of a number that is not one's own.
COUNT_BAND = {
    "NONE": "0",
    "ONE_TO_FOUR": "1 to 4",
    "FIVE_TO_NINE": "5 to 9",
    "TEN_OR_MORE": "10 or more",
}

# What a partnership promises to do in time.
CLOCK = {
    "TRIAGE": "A decision on a flag",
    "SHARE_ANSWER": "An answer to a share",
    "INFORMATION": "An answer to a question",
}

# What a list says of a flag to which nothing was answered yet.
NO_ANSWER = {
    "SUBMITTED": "Nobody has opened it yet.",
    "IN_TRIAGE": "A triage worker is reading it.",
    "WITHDRAWN": "It was withdrawn before it was decided.",
}

# What each step was, for the history of a flag: by where it led, unless where it came from makes it another step.
STEP = {
    "DRAFT": "Kept as a draft",
    "SUBMITTED": "Flag sent",
    "IN_TRIAGE": "Taken into triage",
    "MORE_INFO_REQUESTED": "Question asked",
    "NFA": "Decided: no further action",
    "MERGED": "Decided: belongs to another flag",
    "SHARED": "Decided: shared",
    "REFERRED": "Referred to a service",
    "ESCALATED": "Handed to safeguarding",
    "CLOSED": "Closed with an outcome",
    "EXPIRED": "Ended at its date, nothing owed",
    "WITHDRAWN": "Withdrawn",
}
STEP_FROM = {
    ("NFA", "IN_TRIAGE"): "Opened again on new facts",
    ("CLOSED", "IN_TRIAGE"): "Opened again on new facts",
    ("EXPIRED", "IN_TRIAGE"): "Opened again on new facts",
    ("MORE_INFO_REQUESTED", "IN_TRIAGE"): "Question answered, back in triage",
    ("ESCALATED", "SHARED"): "Decided: shared again",
    ("REFERRED", "SHARED"): "Shared again",
}
# The same steps when nobody took them: a time had come.
STEP_BY_CLOCK = {
    ("MORE_INFO_REQUESTED", "IN_TRIAGE"): "No answer in time, back in triage",
}
NOBODY = "The clock, by itself"

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

OUTCOME = {
    "NO_FURTHER_ACTION": "No further action",
    "MORE_INFORMATION": "Ask the flagger a question",
    "MERGE": "It belongs to another flag",
    "SHARE": "Shared",
    "ESCALATE": "Handed to safeguarding",
}

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
    "SAFEGUARDING": "It was handed to your agency for safeguarding.",
    "OVERDUE": "It is overdue, and you manage the agency that triages.",
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


def step(taken: dict[str, Any]) -> str:
    """What one step of a flag's life was."""
    path = (taken["from"], taken["to"])
    if by_clock(taken) and path in STEP_BY_CLOCK:
        return STEP_BY_CLOCK[path]
    return STEP_FROM.get(path, STEP[taken["to"]])


def by_clock(taken: dict[str, Any]) -> bool:
    """Whether nobody took a step: no name is there, and none is withheld."""
    return taken["by"] is None and not any("by" in item["fields"] for item in taken["withheld"])


# The phonetic alphabet of radio (ICAO Annex 10), for the one letter a reference begins with, and its figures.
_SPOKEN = {"F": "Foxtrot"}
_FIGURES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def spoken(reference: str) -> str:
    """A reference as it is said on the radio: «Foxtrot, one zero four two»."""
    letter, _, number = reference.partition("-")
    return f"{_SPOKEN[letter]}, {' '.join(_FIGURES[int(figure)] for figure in number)}"


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


def plans_wait(number: int) -> str:
    """How many plans wait for whoever looks: «1 plan waits», «3 plans wait»."""
    return "1 plan waits" if number == 1 else f"{number} plans wait"


def up_to(count: dict[str, Any]) -> str:
    """A capped count: the number, or «99+» when there are more than were counted."""
    return f"{count['value']}+" if count["more"] else f"{count['value']}"
