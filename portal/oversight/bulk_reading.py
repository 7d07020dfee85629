"""Decides when reading is bulk reading: a number of different records in a stretch of time, by role, and nothing else.

Records are counted, not looks at them: a flag read ten times is one. A list counts, because it shows: a page of 50
flags is 50 records. A flag and whom it is about count as one, because nobody sees the one without the other. What shows
no field of any group, such as a receipt reference in the audit, does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.access.viewer import Role


@dataclass(frozen=True, kw_only=True)
class Rule:
    """So many different records in so many minutes are expected of a role, and why."""

    window_minutes: int
    allowed: int
    reason: str


HOUR, DAY = 60, 1440
# The numbers are ours, to begin with: no source we found gives any. They are measured against the busiest hub we read
# of, which takes 5,000 contacts a month (domain: complaints), 240 on a working day.
DEFAULT = (
    Rule(
        window_minutes=HOUR,
        allowed=100,
        reason="Two full pages of a list, in work that goes flag by flag.",
    ),
    Rule(
        window_minutes=DAY,
        allowed=300,
        reason="More than a hub with 5,000 contacts a month is sent on a working day.",
    ),
)
# Whoever triages goes through lists of all that waits, to find what is most pressing: a day's flags and half as many.
TRIAGE = (
    Rule(
        window_minutes=HOUR,
        allowed=400,
        reason="All that waits in such a hub, a day and a half of flags, read through to its end once.",
    ),
    Rule(
        window_minutes=DAY,
        allowed=800,
        reason="All that waits, the new flags of the day, and as many that were decided before.",
    ),
)
BY_ROLE: Mapping[Role, tuple[Rule, ...]] = {Role.TRIAGE_WORKER: TRIAGE}


def rules(role: Role) -> tuple[Rule, ...]:
    """The rules for a role, the shortest window first."""
    return BY_ROLE.get(role, DEFAULT)


def exceeded(role: Role, records: Mapping[int, int]) -> Rule | None:
    """The first rule that somebody has gone past, given how many records each window (in minutes) holds."""
    return next((rule for rule in rules(role) if records.get(rule.window_minutes, 0) > rule.allowed), None)
