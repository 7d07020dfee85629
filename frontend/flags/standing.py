"""Decides what is said of where a flag stands: in words, what happens next, and by when."""

from dataclasses import dataclass
from typing import Any

from frontend import words

Record = dict[str, Any]
# Whose flag it is: the author's, and the sergeant's of the author's team.
FLAGGERS = frozenset({"AUTHOR", "RAISED_BY_US"})


@dataclass(frozen=True)
class Standing:
    """Where a flag stands and what happens next; with a due time, what is due then and since when that time runs."""

    says: str
    label: str = ""
    due: str | None = None
    since: str | None = None


def is_flaggers(flag: Record) -> bool:
    """Whether the reader is on the side that raised it."""
    return flag["disclosure"]["because"] in FLAGGERS


def standing(flag: Record) -> Standing:
    """What to say of a flag to whoever reads it; from what its document asked, which is what the reader may see."""
    said = {
        "SUBMITTED": _new,
        "IN_TRIAGE": _in_triage,
        "MORE_INFO_REQUESTED": _asked,
        "SHARED": _shared,
    }.get(flag["state"])
    return said(flag) if said else Standing(_SAYS[flag["state"]](flag))


def nodes(connection: Record | None) -> list[Record]:
    """The records of a list that may be withheld as a whole."""
    return [edge["node"] for edge in connection["edges"]] if connection else []


def open_question(flag: Record) -> Record | None:
    """The question that waits for an answer, if there is one; one whose time ran out can still be answered."""
    waiting = [asked for asked in nodes(flag["informationRequests"]) if not asked["answeredAt"]]
    return next((asked for asked in waiting if not asked["lapsed"]), waiting[0] if waiting else None)


def _new(flag: Record) -> Standing:
    says = "Nobody has opened it yet. Whoever raised it gets an answer in every case."
    return _until_decided(flag, says)


def _in_triage(flag: Record) -> Standing:
    if flag["triagedBy"] is None and not _held(flag, "triagedBy"):
        says = "It is open again and waits for a triage worker. Whoever raised it gets an answer in every case."
        return _until_decided(flag, says)
    who = f": {flag['triagedBy']['displayName']}" if flag["triagedBy"] else ""
    return _until_decided(flag, f"A triage worker is reading it{who}. Whoever raised it gets an answer in every case.")


def _until_decided(flag: Record, says: str) -> Standing:
    label = "You hear by" if is_flaggers(flag) else "Decide by"
    return Standing(says, label, flag["triageDueAt"], flag["raisedAt"])


def _asked(flag: Record) -> Standing:
    asked = open_question(flag)
    whom = "you" if flag["viewerCanAnswerInformation"] else "whoever raised it"
    says = (
        f"Triage asked {whom} a question and goes on when it is answered. Without an answer in time it goes on anyway."
    )
    return Standing(says, "Answer by", asked["dueAt"], asked["askedAt"]) if asked and asked["dueAt"] else Standing(says)


def _shared(flag: Record) -> Standing:
    active = [share for share in nodes(flag["shares"]) if share["state"] == "ACTIVE"]
    waiting = [share for share in active if share["engagement"] is None and not _held(share, "engagement")]
    if waiting:
        names = words.sentence_list(sorted({share["toAgency"]["name"] for share in waiting}))
        says = f"It is with {names}. They say whether the young person is engaged, and whoever raised it hears that."
        due = [share for share in waiting if share["answerDueAt"]]
        first = min(due, key=lambda share: str(share["answerDueAt"]), default=None)
        return Standing(says, "Answer by", first["answerDueAt"], first["validFrom"]) if first else Standing(says)
    if active:
        return Standing("It is shared and answered. Triage closes it with an outcome when nothing more is needed.")
    return Standing("It is shared with an agency that can help.")


def _closed(flag: Record) -> str:
    outcome = flag["closeOutcome"]
    return f"It is closed{': ' + words.lower_first(outcome['display']) if outcome else ''}. {_AGAIN}"


def _withdrawn(flag: Record) -> str:
    return f"{flag['raisedByAgency']['name']} withdrew it. Nobody works on it any more."


def _held(record: Record, field: str) -> bool:
    return any(field in item["fields"] for item in record["withheld"])


_AGAIN = "It is opened again when somebody sees something new."
_SAYS = {
    "DRAFT": lambda _: "It is not sent. Nobody in triage sees it.",
    "NFA": lambda _: f"Nothing more is done for now. {_AGAIN}",
    "MERGED": lambda _: "It belongs to another flag and is carried on there.",
    "REFERRED": lambda _: "A service was asked to take part.",
    "ESCALATED": lambda _: "Safeguarding has it. It is closed with an outcome, or shared again.",
    "CLOSED": _closed,
    "EXPIRED": lambda _: f"Its time ran out with nothing owed, so it ended. {_AGAIN}",
    "WITHDRAWN": _withdrawn,
}
