"""Need to know in plain Python: the template's grid, typed off its words, sharing nothing with the rules.

What stands here was written from the words of the agreement, not from the product's data; a difference is a finding.
"""

LEVELS = ("NONE", "STATUS", "CODED", "FULL")
COLUMNS = ("author", "sergeant", "triage", "practitioner", "clinician", "administrator", "voluntary", "manager")

# One line a field group, in the order of the agreement's clauses 4.1 to 4.17; one cell a column, `-` for nothing.
GRID = """
IDENTITY          | FULL   | FULL   | FULL  | FULL           | FULL                      | FULL  | FULL       | -
HEALTH_IDENTIFIER | -      | -      | -     | -              | FULL                      | FULL  | -          | -
CONTACTS          | FULL   | CODED  | FULL  | FULL           | FULL                      | FULL  | -          | -
FLAG_FACTS        | FULL   | FULL   | FULL  | FULL           | CODED; FULL if SHARE      | CODED | CODED      | -
FLAG_OPINION      | FULL   | FULL   | FULL  | FULL if SHARE  | FULL if SHARE             | -     | -          | -
STANDPOINT        | FULL   | FULL   | CODED | FULL if SHARE  | CODED if SHARE            | -     | -          | -
SOURCE_REFERENCE  | FULL   | FULL   | CODED | -              | -                         | -     | -          | -
TRIAGE            | STATUS | STATUS | FULL  | FULL           | FULL                      | CODED | -          | CODED
SOCIAL_CARE       | -      | -      | FULL  | FULL           | CODED if AGREED or SHARE  | -     | -          | -
HEALTH            | -      | -      | CODED | FULL if AGREED | FULL                      | CODED | -          | -
REFERRAL          | STATUS | STATUS | FULL  | FULL           | FULL                      | FULL  | FULL       | -
OUTCOME           | STATUS | STATUS | CODED | FULL           | FULL                      | FULL  | FULL       | -
LAWFUL_BASIS      | CODED  | CODED  | FULL  | FULL           | FULL                      | CODED | -          | -
THIRD_PARTIES     | FULL   | -      | FULL  | FULL if SHARE  | FULL if SHARE             | -     | -          | -
CARE_TEAM         | STATUS | STATUS | FULL  | FULL           | FULL                      | FULL  | -          | -
MEETING_NOTES     | -      | -      | FULL  | FULL           | FULL                      | -     | -          | -
UNMET_NEED        | STATUS | STATUS | FULL  | FULL           | FULL                      | CODED | -          | -
"""

# Whom a share reaches at an agency of a kind: role, and the column it reads by. Any other kind or role: nobody.
_HEALTH_BODY = {"PRACTITIONER": "practitioner", "CLINICIAN": "clinician"}
RECIPIENTS = {
    "LOCAL_AUTHORITY": {"TRIAGE_WORKER": "triage", "PRACTITIONER": "practitioner"},
    **dict.fromkeys(("PCT", "CCG", "GP_CONSORTIUM", "NHS_COMMISSIONING_BOARD", "ICB"), _HEALTH_BODY),
    "MENTAL_HEALTH_SERVICE": _HEALTH_BODY | {"SERVICE_ADMINISTRATOR": "administrator"},
    "COURT_LIAISON": {"PRACTITIONER": "practitioner"},
    "YOUTH_JUSTICE": {"PRACTITIONER": "practitioner"},
    "PROBATION": {"PRACTITIONER": "practitioner"},
    "GP": {"CLINICIAN": "clinician"},
    "VOLUNTARY": {"PRACTITIONER": "voluntary"},
}
RAISING_ROLES = {
    "OFFICER",
    "SERGEANT",
    "TRIAGE_WORKER",
    "PRACTITIONER",
    "CLINICIAN",
    "SERVICE_ADMINISTRATOR",
    "SERVICE_MANAGER",
}

# What each maskable field of the schema needs, by type.
NEEDS: dict[str, dict[str, tuple[str, str]]] = {
    "Flag": {
        "raisedBy": ("FLAG_FACTS", "CODED"),
        "ageBand": ("IDENTITY", "CODED"),
        "urgency": ("FLAG_FACTS", "CODED"),
        "concerns": ("FLAG_FACTS", "CODED"),
        "setting": ("FLAG_FACTS", "CODED"),
        "observedAt": ("FLAG_FACTS", "CODED"),
        "observedPrecision": ("FLAG_FACTS", "CODED"),
        "placeDescription": ("FLAG_FACTS", "FULL"),
        "fact": ("FLAG_FACTS", "FULL"),
        "ownWords": ("FLAG_FACTS", "FULL"),
        "strengths": ("FLAG_FACTS", "FULL"),
        "emergencyAction": ("FLAG_FACTS", "CODED"),
        "emergencyIncidentNumber": ("SOURCE_REFERENCE", "CODED"),
        "opinion": ("FLAG_OPINION", "FULL"),
        "standpoint": ("STANDPOINT", "CODED"),
        "sourceReference": ("SOURCE_REFERENCE", "CODED"),
        "thirdPartyNotes": ("THIRD_PARTIES", "FULL"),
        "told": ("LAWFUL_BASIS", "CODED"),
        "purpose": ("LAWFUL_BASIS", "CODED"),
        "triagedBy": ("TRIAGE", "CODED"),
        "triageDueAt": ("TRIAGE", "STATUS"),
        "decision": ("TRIAGE", "STATUS"),
        "decisions": ("TRIAGE", "STATUS"),
        "feedback": ("TRIAGE", "STATUS"),
        "informationRequests": ("TRIAGE", "STATUS"),
        "mergedInto": ("TRIAGE", "STATUS"),
        "mergedFlags": ("TRIAGE", "STATUS"),
        "closeOutcome": ("OUTCOME", "CODED"),
        "withdrawReason": ("FLAG_FACTS", "CODED"),
        "withdrawNote": ("FLAG_FACTS", "FULL"),
        "additions": ("FLAG_FACTS", "CODED"),
        "sources": ("FLAG_FACTS", "CODED"),
        "ward": ("FLAG_FACTS", "CODED"),
        "point": ("FLAG_FACTS", "FULL"),
        "transitions": ("TRIAGE", "STATUS"),
        "shares": ("LAWFUL_BASIS", "CODED"),
    },
    "Person": {
        "preferredName": ("IDENTITY", "CODED"),
        "ageBand": ("IDENTITY", "CODED"),
        "description": ("IDENTITY", "FULL"),
    },
    "PlaceGroup": {
        "description": ("FLAG_FACTS", "FULL"),
        "estimatedSize": ("FLAG_FACTS", "CODED"),
        "usualTimes": ("FLAG_FACTS", "FULL"),
    },
    "TriageDecision": {
        "decidedBy": ("TRIAGE", "CODED"),
        "reason": ("TRIAGE", "CODED"),
        "thresholdLevel": ("TRIAGE", "CODED"),
        "rationale": ("TRIAGE", "FULL"),
        "escalatedTo": ("TRIAGE", "CODED"),
    },
    "InformationRequest": {
        "askedBy": ("TRIAGE", "CODED"),
        "answeredBy": ("FLAG_FACTS", "CODED"),
        "answer": ("FLAG_FACTS", "FULL"),
    },
    "FlagAddition": {"fact": ("FLAG_FACTS", "FULL")},
    "FlagTransition": {"by": ("TRIAGE", "CODED")},
    "Share": {
        "lawfulBasis": ("LAWFUL_BASIS", "CODED"),
        "sourceRegime": ("LAWFUL_BASIS", "CODED"),
        "proportionalityNote": ("LAWFUL_BASIS", "FULL"),
        "answerDueAt": ("TRIAGE", "STATUS"),
        "engagement": ("TRIAGE", "STATUS"),
        "answeredAt": ("TRIAGE", "STATUS"),
        "answeredBy": ("TRIAGE", "CODED"),
        "answerNote": ("TRIAGE", "FULL"),
    },
}


def cells() -> dict[tuple[str, str], tuple[str, str | None, frozenset[str]]]:
    """Each (column, group) of the grid as (level, higher level or None, what raises it)."""
    found = {}
    for line in GRID.strip().splitlines():
        group, *texts = (part.strip() for part in line.split("|"))
        for column, text in zip(COLUMNS, texts, strict=True):
            found[column, group] = _cell(text)
    return found


def _cell(text: str) -> tuple[str, str | None, frozenset[str]]:
    level, higher, conditions = "NONE", None, frozenset[str]()
    for part in text.split(";"):
        words = part.split()
        if words == ["-"]:
            continue
        if "if" in words:
            higher, conditions = words[0], frozenset(words[2:]) - {"or"}
        else:
            level = words[0]
    return level, higher, conditions


CELLS = cells()
GROUPS = [line.split("|")[0].strip() for line in GRID.strip().splitlines()]


def higher(one: str, other: str) -> str:
    """The higher of two levels."""
    return max(one, other, key=LEVELS.index)


def reaches(held: str, needed: str) -> bool:
    """Whether a level held is enough."""
    return LEVELS.index(held) >= LEVELS.index(needed)
