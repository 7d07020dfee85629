"""Decides how what a plan still lacks is listed: a line to each thing, and the checks of one agency in one line."""

from collections import Counter
from typing import Any

Record = dict[str, Any]
# What the rules refuse has a list of its own, with the rule; checks stand under each party.
PROBLEM, CHECK = "PROBLEM", "CHECK"


def lacking(plan: Record) -> list[str]:
    """What the version a plan stands at lacks before it is agreed, in words and in the order to settle it."""
    checks = Counter(each["agency"]["name"] for each in plan["missing"] if each["code"] == CHECK)
    lines = (_line(each, checks) for each in plan["missing"] if each["code"] != PROBLEM)
    return list(dict.fromkeys(lines))


def _line(missing: Record, checks: Counter[str]) -> str:
    if missing["code"] != CHECK or checks[missing["agency"]["name"]] == 1:
        return str(missing["message"])
    agency = missing["agency"]["name"]
    return f"{agency} has yet to pass {checks[agency]} of its checks."
