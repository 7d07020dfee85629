"""How an answer is held against the oracle: every field of every object counts as one case."""

from typing import Any

from tests.oracle.verbs import VERBS

WITHHELD = "withheld { fieldGroup fields because remedy clause { number } }"
DECISION = f"""
    outcome decidedBy {{ displayName }} reason {{ code }} escalatedTo {{ name }} thresholdLevel {{ code }} rationale
    {WITHHELD}
"""
FIELDS = {
    "raisedByAgency": "raisedByAgency { name }",
    "raisedBy": "raisedBy { displayName }",
    "ageBand": "ageBand { code }",
    "concerns": "concerns { code }",
    "emergencyAction": "emergencyAction { code }",
    "sourceReference": "sourceReference { system value }",
    "purpose": "purpose { code }",
    "triagedBy": "triagedBy { displayName }",
    "decision": f"decision {{ {DECISION} }}",
    "decisions": f"decisions(first: 9) {{ edges {{ node {{ {DECISION} }} }} }}",
    "informationRequests": f"""informationRequests(first: 9) {{ edges {{ node {{
        question lapsed askedBy {{ displayName }} answeredBy {{ displayName }} answer {WITHHELD}
    }} }} }}""",
    "additions": f"""additions(first: 9) {{ edges {{ node {{
        fact observedAt addedBy {{ displayName }} {WITHHELD}
    }} }} }}""",
    "mergedInto": f"mergedInto {{ id state fact {WITHHELD} }}",
    "mergedFlags": "mergedFlags(first: 9) { totalCount { value } edges { node { id } } }",
    "withdrawReason": "withdrawReason { code }",
    "closeOutcome": "closeOutcome { code }",
    "feedback": "feedback(first: 9) { edges { node { text engagement givenByAgency { name } } } }",
    "transitions": f"transitions(first: 9) {{ edges {{ node {{ from to by {{ displayName }} {WITHHELD} }} }} }}",
    "shares": f"""shares(first: 9) {{ edges {{ node {{
        state toAgency {{ name }} fromAgency {{ name }} fieldGroups purpose {{ code }} lawfulBasis {{ code }}
        sourceRegime proportionalityNote engagement answeredBy {{ displayName }} answerNote viewerCanAnswer
        flag {{ id state }} {WITHHELD}
    }} }} }}""",
    "subject": f"""subject {{
        __typename
        ... on Person {{ preferredName description ageBand {{ code }} restricted {WITHHELD} }}
        ... on PlaceGroup {{ description estimatedSize usualTimes {WITHHELD} }}
    }}""",
    "disclosure": "disclosure { because granted { fieldGroup level } }",
    "withheld": WITHHELD,
} | {
    name: name
    for name in (
        "id", "state", "urgency", "setting", "observedAt", "observedPrecision", "placeDescription", "fact", "ownWords",
        "strengths", "emergencyIncidentNumber", "opinion", "standpoint", "thirdPartyNotes", "told", "withdrawNote",
    )
}  # fmt: skip
# What hangs under a flag, each with fields and a mask of its own.
NESTED = frozenset(
    {
        "decision",
        "decisions",
        "informationRequests",
        "additions",
        "mergedInto",
        "mergedFlags",
        "feedback",
        "transitions",
        "shares",
        "subject",
    }
)
EVERYTHING = " ".join([*FIELDS.values(), *VERBS])
PLAIN = " ".join([*(text for name, text in FIELDS.items() if name not in NESTED), *VERBS])


def by_operation(node: dict[str, Any], *, read: str) -> dict[str, dict[str, Any]]:
    """The fields of a flag by what it takes to answer them: reading it, reading what hangs under it, asking a verb."""
    parts: dict[str, dict[str, Any]] = {read: {}, "nested": {}, "may": {}}
    for name, value in node.items():
        part = "may" if name in VERBS else "nested" if name in NESTED else read
        parts[part][name] = value
    return parts


def settled(value: Any) -> Any:
    """An answer with the lists that promise no order put into one."""
    if isinstance(value, dict):
        return {name: _in_order(name, settled(inner)) for name, inner in value.items()}
    return [settled(each) for each in value] if isinstance(value, list) else value


def _in_order(name: str, value: Any) -> Any:
    if name in {"fields", "fieldGroups"} and value is not None:
        return sorted(value)
    return sorted(value, key=lambda concept: concept["code"]) if name == "concerns" and value else value


def differences(found: Any, told: Any, *, path: str = "") -> tuple[int, list[str]]:
    """How many cases two values are, and where they differ; values are never printed, only where they stand."""
    if isinstance(told, dict) and isinstance(found, dict):
        pairs = [(f"{path}.{name}", found.get(name), told.get(name)) for name in told.keys() | found.keys()]
    elif isinstance(told, list) and isinstance(found, list) and len(told) == len(found):
        pairs = [(f"{path}[{place}]", *pair) for place, pair in enumerate(zip(found, told, strict=True))]
    else:
        return 1, [] if found == told else [f"{path}: answered {found!r}, must be {told!r}"]
    counted = [differences(one, other, path=where) for where, one, other in pairs]
    return sum(cases for cases, _ in counted) or 1, [each for _, wrong in counted for each in wrong]
