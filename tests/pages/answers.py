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
        "feedback": "Thank you. Health will offer them a place.",
    } | changes


def no_further_action(**changes: str | list[str]) -> dict[str, str | list[str]]:
    """A decision that nothing more is needed."""
    return {
        "decision": "NO_FURTHER_ACTION",
        "reason": "ALREADY_HELPED",
        "level": "LEVEL_1",
        "rationale": "A youth worker knows them.",
        "feedback": "Thank you. Somebody is already helping.",
    } | changes
