"""What people type into forms, complete, for tests to change one answer of."""

RAISE = "/flags/raise"


def about_a_person(**changes: str | list[str]) -> dict[str, str | list[str]]:
    """The eight answers about one young person."""
    return {
        "urgency": "URGENT",
        "who": "PERSON",
        "name": "Kai",
        "age_band": "14_15",
        "place": "Bus shelter, Station Parade",
        "concerns": ["ALCOHOL", "LOW_MOOD"],
        "fact": "Sitting alone with two empty cans.\nSaid he “can’t sleep”.",
        "told": "YES",
        "confirm": "yes",
        "step": "send",
    } | changes


def about_a_group(**changes: str | list[str]) -> dict[str, str | list[str]]:
    """The eight answers about a group at a place."""
    group = {
        "who": "GROUP",
        "name": "",
        "group": "Young people with cans",
        "group_size": "7",
        "group_times": "Evenings",
    }
    return about_a_person(**group) | changes


def to_share(agency: str, **changes: str | list[str]) -> dict[str, str | list[str]]:
    """A decision to share with an agency."""
    return {
        "decision": "SHARE",
        "agency": agency,
        "purpose": "HEALTH_SUPPORT",
        "why_no_less": "They can only offer a place when they know who it is for.",
        "level": "LEVEL_3",
        "rationale": "Drinking alone,\nout of school.",
        "feedback_share": "Thank you. Health will offer them a place.",
    } | changes


def no_further_action(**changes: str | list[str]) -> dict[str, str | list[str]]:
    """A decision that nothing more is needed."""
    return {
        "decision": "NO_FURTHER_ACTION",
        "reason": "ALREADY_HELPED",
        "level": "LEVEL_1",
        "rationale": "A youth worker knows them.",
        "feedback_no_further_action": "Thank you. Somebody is already helping.",
    } | changes


def to_ask(**changes: str | list[str]) -> dict[str, str | list[str]]:
    """A decision to ask whoever raised it first."""
    return {
        "decision": "ASK",
        "question": "Was anybody older with him?",
        "level": "LEVEL_2",
        "rationale": "It could be either.",
        "feedback_ask": "Thank you. One question before we decide.",
    } | changes


def to_merge(into: str, **changes: str | list[str]) -> dict[str, str | list[str]]:
    """A decision that another flag carries this one on; the check beside it is passed already."""
    return {
        "decision": "MERGE",
        "into": into,
        "level": "LEVEL_2",
        "rationale": "The same bench, the same evening.",
        "feedback_merge": "Thank you. Your flag is carried on together with another one.",
        "step": "merge",
    } | changes


def to_escalate(agency: str, **changes: str | list[str]) -> dict[str, str | list[str]]:
    """A decision to hand a flag to safeguarding."""
    return {
        "decision": "ESCALATE",
        "safeguarding": agency,
        "escalation": "ABUSE_OR_NEGLECT",
        "level": "LEVEL_4",
        "rationale": "Bruises that nobody explains.",
        "feedback_escalate": "Thank you. The people who can act on it have it.",
    } | changes


# What each single step of a flag's life is answered with, complete.
STEPS: dict[str, dict[str, str | list[str]]] = {
    "answer": {"answer": "A man of about 30, at 21:40."},
    "withdraw": {"reason": "RAISED_BY_MISTAKE", "note": "It was another bench."},
    "reopen": {"fact": "Back on the bench, asleep at noon.", "seen_day": "2026-11-02", "seen_time": "12:00"},
    "close": {"outcome": "HELP_IN_PLACE", "feedback": "Thank you. He has somewhere to go now."},
    "tell": {"text": "He goes there on Thursdays now."},
}
