"""Decides the words for plans: where one stands, what happened to it, which power money flows through, and amounts."""

from datetime import date
from decimal import Decimal
from typing import Any

from frontend.words import sentence_list

PLAN_STATE = {
    "DRAFT": "Draft",
    "PROPOSED": "Proposed",
    "NEGOTIATION": "In negotiation",
    "SIGNING": "Signing",
    "AGREED": "Agreed",
    "IN_FORCE": "In force",
}
VERSION_STATE = {
    "DRAFT": "Being written",
    "PROPOSED": "Proposed",
    "SUPERSEDED": "Replaced",
    "SIGNING": "Open for signing",
    "AGREED": "Agreed",
}
# What a plan waits for: "It waits for ...".
TASK = {
    "SIGNATURE": "your signature",
    "CHECK": "a check of your agency",
    "ANSWER": "your answer to a counter-proposal",
    "OPENING": "somebody to open it for signing",
    "PUBLICATION": "your word on making it public",
}
# A tag repeats its word in colour: nothing is told by the colour alone.
STATE_TAG = {"SIGNING": "cc-tag--due", "AGREED": "cc-tag--ok", "IN_FORCE": "cc-tag--ok", "SUPERSEDED": "cc-tag--plain"}
CLAUSE_KIND = {
    "SPECIFICATION": "What the service does",
    "CAPACITY": "How much of it",
    "MONEY": "Who pays what",
    "MILESTONE": "By when",
    "MEASURE": "How it is judged",
    "GENERAL": "General",
}
ROUTE = {
    "S75_POOLED": "Section 75 pooled fund",
    "S256": "Section 256, NHS to council",
    "S76": "Section 76, council to NHS",
    "PCC_GRANT": "Police and crime commissioner’s grant",
    "POLICE_COLLABORATION": "Police collaboration agreement",
    "ALIGNED": "Aligned, not pooled",
    "IN_KIND": "In kind: staff, rooms or time",
}
RATING = {"GREEN": "On time", "AMBER": "Late by up to 30 days", "RED": "Late by more than 30 days"}
PROBLEM = {
    "ROUTE_NOT_ALLOWED": "This route is closed to that agency",
    "YEAR_OUTSIDE_PLAN": "Money in a year the plan does not cover",
    "TOTALS_DIFFER": "Shares do not add up",
    "UNFUNDED_SCHEME": "Nobody pays for a scheme",
    "FUNDER_NOT_PARTY": "A payer is not a party",
    "AGENCY_ENDS_FIRST": "A party ends before the plan does",
}
PROPOSAL_STATE = {"OPEN": "Waiting", "ACCEPTED": "Accepted", "REJECTED": "Rejected", "WITHDRAWN": "Taken back"}
CHANGE = {"CHANGED": "Changed", "ADDED": "Added", "REMOVED": "Removed"}
METHOD = {"PASSWORD": "Password entered again", "PASSKEY": "Passkey"}
EVENT = {
    "DRAFTED": "Plan begun",
    "EDITED": "Draft edited",
    "PROPOSED": "Proposed",
    "COUNTERED": "Counter-proposal made",
    "ACCEPTED": "Counter-proposal accepted",
    "REJECTED": "Counter-proposal rejected",
    "TAKEN_BACK": "Counter-proposal taken back",
    "COMMENTED": "Comment made",
    "RESOLVED": "Comment settled",
    "REVISED": "A new version begun",
    "CHECKED": "Check passed",
    "SIGNING_OPENED": "Opened for signing",
    "SIGNED": "Signed",
    "DECLINED": "Declined to sign",
    "WITHDREW": "Left the plan",
    "AGREED": "Agreed: every required party signed these bytes",
    "IN_FORCE": "Came into force",
    "PUBLISHED": "Agreed to publish",
    "MILESTONE_REPORTED": "Milestone reported",
}
# What moves a plan on stands out in its history.
KEY_EVENTS = frozenset({"PROPOSED", "ACCEPTED", "SIGNING_OPENED", "SIGNED", "WITHDREW", "AGREED", "IN_FORCE"})


def tasks(codes: list[str]) -> str:
    """What a plan waits for, as it is said after "It waits for"."""
    return sentence_list([TASK[code] for code in codes])


def pounds(amount: str | Decimal) -> str:
    """An amount as people write it: «£80,000», and «£80,000.50» when there are pence."""
    exact = Decimal(amount)
    sign = "−" if exact < 0 else ""
    pence = ",.0f" if exact == exact.to_integral_value() else ",.2f"
    return f"{sign}£{abs(exact):{pence}}"


def change(before: str | None, after: str | None) -> str:
    """The difference of two amounts with its sign: «+£2,000»; no difference is «£0»."""
    difference = Decimal(after or 0) - Decimal(before or 0)
    return f"+{pounds(difference)}" if difference > 0 else pounds(difference)


def changed(before: str | None, after: str | None) -> str:
    """What became of a thing, in a word: «Changed», «Added», «Removed»."""
    if before and after:
        return CHANGE["CHANGED"]
    return CHANGE["ADDED" if after else "REMOVED"]


def percent(share: str) -> str:
    """A share from 0 to 1 as «40%», rounded to a whole number."""
    return f"{Decimal(share) * 100:.0f}%"


def number(value: str) -> str:
    """A plain figure without needless zeros: «1,200» or «7.5»."""
    exact = Decimal(value)
    return f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact.normalize():,f}"


def target(measure: str, aim: str) -> str:
    """What the measure of a code aims at, in its unit: «£750», «14 days»."""
    if measure == "COST_PER_PERSON":
        return pounds(aim)
    figure = number(aim)
    return f"{figure} {'day' if figure == '1' else 'days'}" if measure == "WAITING_DAYS" else figure


def year(first: int) -> str:
    """A financial year by its first calendar year: «2027/28»."""
    return f"{first}/{(first + 1) % 100:02d}"


def years_in_words(found: list[int]) -> str:
    """Financial years as they are said: «2027/28 and 2029/30»."""
    return sentence_list([year(each) for each in found])


def years(period: dict[str, Any]) -> str:
    """The calendar years of a period, for a line of a list: «2027 to 2030»."""
    begins, ends = date.fromisoformat(period["from"]).year, date.fromisoformat(period["to"]).year
    return f"{begins}" if begins == ends else f"{begins} to {ends}"


def bytes_in_short(digest: str) -> str:
    """The beginning of a hash in groups of four, as people compare it: «7f3a 91c2 e04d»."""
    return " ".join(digest[place : place + 4] for place in range(0, 12, 4))


def bytes_in_full(digest: str) -> str:
    """A whole hash in groups of four."""
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def slippage(days: int) -> str:
    """How far a milestone is from its promise: «12 days late», «1 day early», «On time»."""
    if days == 0:
        return "On time"
    unit = "day" if abs(days) == 1 else "days"
    return f"{abs(days)} {unit} {'late' if days > 0 else 'early'}"


def counted(how_many: int, one: str, more: str | None = None) -> str:
    """A number with its noun: «1 clause», «3 clauses»."""
    return f"{how_many} {one if how_many == 1 else more or f'{one}s'}"
