"""Decides what every page that shows the text of a version needs beside it: money added up, and milestones in order."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from frontend.documents import document
from frontend.page import ask, found
from frontend.plans import drawings, sums
from frontend.times import LONDON

MORE = document("plans/more_contributions.graphql")
Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """One scheme with its money, its conditions of money and its evidence."""

    record: Record
    money: sums.Table
    conditions: list[Record]
    evidence: list[Record]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A version as its page shows it."""

    version: Record
    schemes: list[Scheme]
    money: sums.Table
    unpaid: list[int]
    milestones: list[Record]
    picture: drawings.Timeline
    evidence: list[Record]

    @property
    def rated(self) -> bool:
        """Whether the reader is told how milestones stand; the public reads only what was promised."""
        return any(milestone["rating"] for milestone in self.milestones)


def own(data: Record) -> Record:
    """The plan of a page that only its parties have; to whoever reads no more of it than the public there is none."""
    plan: Record = found(data["plan"])
    return plan if plan["among"] else found(None)


def shown(version: Record) -> Shown:
    """A version with everything of it that is added up, ordered or drawn."""
    paid = contributions(version)
    evidence = nodes(version["evidence"])
    schemes = [_scheme(record, paid, evidence) for record in nodes(version["schemes"])]
    milestones = in_order(version)
    money = sums.table(paid)
    return Shown(
        version=version,
        schemes=schemes,
        money=money,
        unpaid=sums.unpaid(money, version["period"]),
        milestones=milestones,
        picture=drawings.timeline(
            milestones,
            starts_on=date.fromisoformat(version["period"]["from"]),
            ends_on=date.fromisoformat(version["period"]["to"]),
            today=datetime.now(LONDON).date(),
        ),
        evidence=[each for each in evidence if each["scheme"] is None],
    )


def contributions(version: Record) -> list[Record]:
    """Every contribution of a version, however many pages of them there are: a sum of some would be a wrong one."""
    page = version["contributions"]
    paid = nodes(page)
    while page["pageInfo"]["hasNextPage"]:
        page = found(ask(MORE, id=version["id"], after=page["pageInfo"]["endCursor"])["version"])["contributions"]
        paid += nodes(page)
    return paid


def in_order(version: Record) -> list[Record]:
    """The milestones of all schemes by the day they are promised for, each with the name of its scheme."""
    every = [
        milestone | {"scheme": scheme["title"]}
        for scheme in nodes(version["schemes"])
        for milestone in scheme["milestones"]
    ]
    return sorted(every, key=lambda milestone: (milestone["targetOn"], milestone["key"]))


def nodes(connection: Record) -> list[Record]:
    """The records of a connection."""
    return [edge["node"] for edge in connection["edges"]]


def _scheme(record: Record, paid: list[Record], evidence: list[Record]) -> Scheme:
    own = [each for each in paid if each["scheme"]["key"] == record["key"]]
    return Scheme(
        record=record,
        money=sums.table(own),
        conditions=[each for each in own if each["condition"]],
        evidence=[each for each in evidence if each["scheme"] and each["scheme"]["key"] == record["key"]],
    )
