"""Who may see what, told again in plain Python: the story of each flag, and what follows from it for each viewer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from portal.access.viewer import Viewer
from tests.oracle.grid import CELLS, GROUPS, LEVELS, NEEDS, RECIPIENTS, higher, reaches

ANSWERING = {"SERVICE_ADMINISTRATOR", "CLINICIAN", "PRACTITIONER"}


@dataclass
class ToldShare:
    """A share as it was opened: to whom, naming which groups, and what became of it."""

    to_agency: UUID
    to_kind: str
    values: dict[str, Any]
    named: frozenset[str]
    expired: bool = False
    answered: bool = False


@dataclass
class ToldFlag:
    """A flag's story: who did what, and what they typed."""

    id: str
    key: UUID
    partnership: UUID
    lead_agency: UUID
    raising_agency: UUID
    state: str
    # The author's user and teams once it is raised; the teams an import is waiting for while it is a draft.
    author: UUID | None
    teams: frozenset[UUID]
    values: dict[str, Any]
    subject_type: str
    subject: dict[str, Any]
    person_id: str | None = None
    person_key: UUID | None = None
    shares: list[ToldShare] = field(default_factory=list)
    # Newest first, as each is told.
    decisions: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    additions: list[dict[str, Any]] = field(default_factory=list)
    # The agencies it was handed to for safeguarding.
    escalated_to: set[UUID] = field(default_factory=set)
    merged_into: "ToldFlag | None" = None
    carried: list["ToldFlag"] = field(default_factory=list)
    feedback: list[dict[str, Any]] = field(default_factory=list)
    transitions: list[dict[str, Any]] = field(default_factory=list)
    # Not decided in time.
    late: bool = False
    imported: bool = False
    # Its place in the order in which flags were raised.
    number: int = 0

    @property
    def decision(self) -> dict[str, Any] | None:
        """The decision in force."""
        return self.decisions[0] if self.decisions else None


def reasons(flag: ToldFlag, viewer: Viewer | None) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every relationship that opens a flag to a viewer: (reason, column of the grid, groups a share names)."""
    if viewer is None:
        return
    role, same_agency = str(viewer.role), viewer.agency_id == flag.raising_agency
    same_team = same_agency and bool(flag.teams & set(viewer.team_ids))
    if flag.state == "DRAFT":
        if same_team:
            yield "RAISED_BY_US", "author", frozenset()
        return
    if same_agency and viewer.user_id == flag.author:
        yield "AUTHOR", "author", frozenset()
    if role == "TRIAGE_WORKER" and viewer.agency_id == flag.lead_agency:
        yield "PARTNERSHIP_TRIAGE", "triage", frozenset()
    if role == "SERGEANT" and same_team:
        yield "RAISED_BY_US", "sergeant", frozenset()
    yield from _opened(flag, viewer, role)
    if flag.late and role == "SERVICE_MANAGER" and viewer.agency_id == flag.lead_agency:
        yield "OVERDUE", "manager", frozenset()


def _opened(flag: ToldFlag, viewer: Viewer, role: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """What an escalation and the shares of a flag open."""
    if viewer.agency_id in flag.escalated_to and role in RECIPIENTS["LOCAL_AUTHORITY"]:
        yield "SAFEGUARDING", RECIPIENTS["LOCAL_AUTHORITY"][role], frozenset()
    for share in flag.shares:
        column = RECIPIENTS.get(share.to_kind, {}).get(role)
        if column is not None and share.to_agency == viewer.agency_id and not share.expired:
            yield "SHARE", column, share.named


def sees_person(flag: ToldFlag, viewer: Viewer | None) -> bool:
    """Whether a flag opens its person too: everybody who sees it for another reason than that it is late."""
    return flag.person_id is not None and any(reason != "OVERDUE" for reason, _, _ in reasons(flag, viewer))


def held(flag: ToldFlag, viewer: Viewer | None, *, of_person: bool = False) -> dict[str, str] | None:
    """The level a viewer holds of each group, by the highest of their relationships; None when there is none.

    That a flag is late opens nothing of its person.
    """
    columns = [
        (column, named) for reason, column, named in reasons(flag, viewer) if not (of_person and reason == "OVERDUE")
    ]
    if not columns:
        return None
    levels = dict.fromkeys(GROUPS, "NONE")
    for column, named in columns:
        for group in GROUPS:
            level, raised_to, conditions = CELLS[column, group]
            met = "SHARE" in conditions and group in named
            levels[group] = higher(levels[group], raised_to if met and raised_to else level)
    return levels


def granted(levels: dict[str, str]) -> list[dict[str, str]]:
    """What `disclosure.granted` must say."""
    return [{"fieldGroup": group, "level": levels[group]} for group in GROUPS if levels[group] != "NONE"]


def withheld(flag: ToldFlag, viewer: Viewer, type_name: str) -> list[dict[str, Any]]:
    """What `withheld` of an object of this type must say."""
    levels = held(flag, viewer)
    assert levels is not None
    return _closed(type_name, tuple(levels.items()), frozenset(column for _, column, _ in reasons(flag, viewer)))


@cache
def _closed(type_name: str, held_levels: tuple[tuple[str, str], ...], columns: frozenset[str]) -> list[dict[str, Any]]:
    levels, said = dict(held_levels), []
    for group in sorted(GROUPS):
        closed = {
            name: needed
            for name, (of, needed) in NEEDS[type_name].items()
            if of == group and not reaches(levels[group], needed)
        }
        if not closed:
            continue
        most = max(closed.values(), key=LEVELS.index)
        askable = any(
            raised_to is not None and reaches(raised_to, most)
            for column in columns
            for _, raised_to, _ in [CELLS[column, group]]
        )
        because = "LEVEL_TOO_LOW" if levels[group] != "NONE" else "NOT_IN_AGREEMENT"
        said.append(
            {
                "fieldGroup": group,
                "fields": sorted(closed),
                "because": "CONDITION_NOT_MET" if askable else because,
                "remedy": "REQUEST_SHARE" if askable else "AMEND_AGREEMENT",
                "clause": {"number": f"4.{GROUPS.index(group) + 1}"},
            }
        )
    return said


def masked(flag: ToldFlag, viewer: Viewer, type_name: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values of an object of this type as the viewer must read them."""
    levels = held(flag, viewer)
    assert levels is not None
    needs = NEEDS[type_name]
    return {
        name: value if name not in needs or reaches(levels[needs[name][0]], needs[name][1]) else None
        for name, value in values.items()
    } | {"withheld": withheld(flag, viewer, type_name)}


def answer(flag: ToldFlag, viewer: Viewer | None) -> dict[str, Any] | None:
    """The whole answer about a flag that the viewer must be given."""
    levels = held(flag, viewer)
    if levels is None or viewer is None:
        return None
    decision = None if flag.decision is None else masked(flag, viewer, "TriageDecision", flag.decision)
    return masked(
        flag,
        viewer,
        "Flag",
        flag.values
        | {
            "id": flag.id,
            "state": flag.state,
            "decision": decision,
            "decisions": edges([masked(flag, viewer, "TriageDecision", each) for each in flag.decisions]),
            "informationRequests": edges([masked(flag, viewer, "InformationRequest", each) for each in flag.questions]),
            "additions": edges([masked(flag, viewer, "FlagAddition", each) for each in flag.additions]),
            "mergedInto": _carrier(flag, viewer),
            "mergedFlags": _carried(flag, viewer),
            "feedback": edges(flag.feedback),
            "transitions": edges([masked(flag, viewer, "FlagTransition", each) for each in flag.transitions]),
            "shares": edges([_share(flag, viewer, each) for each in flag.shares]),
            "subject": _subject(flag, viewer),
            "disclosure": {"because": next(reasons(flag, viewer))[0], "granted": granted(levels)},
        },
    )


def _carrier(flag: ToldFlag, viewer: Viewer) -> dict[str, Any] | None:
    """The flag that carries it on, to those who see that flag, at the levels they hold of it."""
    head = flag.merged_into
    if head is None or held(head, viewer) is None:
        return None
    return masked(head, viewer, "Flag", {"id": head.id, "state": head.state, "fact": head.values["fact"]})


def _carried(flag: ToldFlag, viewer: Viewer) -> dict[str, Any]:
    seen = [each for each in flag.carried if held(each, viewer)]
    return {"totalCount": {"value": len(seen)}} | edges([{"id": each.id} for each in seen])


def edges(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """A list as a connection answers it."""
    return {"edges": [{"node": node} for node in nodes]}


def _share(flag: ToldFlag, viewer: Viewer, share: ToldShare) -> dict[str, Any]:
    receives = str(viewer.role) in ANSWERING and viewer.agency_id == share.to_agency
    live = share.values | {
        "state": "ENDED" if share.expired else "ACTIVE",
        "viewerCanAnswer": receives and not share.answered and not share.expired,
        "flag": {"id": flag.id, "state": flag.state},
    }
    return masked(flag, viewer, "Share", live)


def _subject(flag: ToldFlag, viewer: Viewer) -> dict[str, Any] | None:
    if flag.subject_type == "Person" and not sees_person(flag, viewer):
        return None
    return {"__typename": flag.subject_type} | masked(flag, viewer, flag.subject_type, flag.subject)
