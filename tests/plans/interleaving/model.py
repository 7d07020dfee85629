"""How a plan is agreed, told again in plain Python: nothing here is imported from the portal."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Self

ON_THE_TABLE = ("PROPOSED", "SIGNING")
FROM = {
    "propose": {"DRAFT": "PROPOSED", "NEGOTIATION": "NEGOTIATION"},
    "next": {"PROPOSED": "NEGOTIATION", "NEGOTIATION": "NEGOTIATION", "SIGNING": "NEGOTIATION", "DRAFT": "DRAFT"},
    "open": {"PROPOSED": "SIGNING", "NEGOTIATION": "SIGNING"},
    "agree": {"SIGNING": "AGREED"},
}


@dataclass(frozen=True)
class Person:
    """Somebody in one of their hats."""

    name: str
    agency: str
    role: str
    # Two hats of one person have the same.
    human: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that somebody tries, said in the words of the model."""

    kind: str
    who: Person
    # The version it is about, by number, and the count that it was decided on.
    number: int = 0
    expected: int = 0
    # New words, the name of a counter-proposal, the code of a check, or an agency, as the kind asks for.
    token: str = ""
    # What a counter-proposal answers, and what a signature says that it is over: the number of a version.
    base: int = 0
    proof: str = "good"
    required: tuple[tuple[str, bool], ...] = ()


class Refused(Exception):
    """The step is not done; the kind of failure that is answered."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass
class Version:
    """One text of the plan."""

    number: int
    parties: dict[str, bool]
    words: str
    funder: str
    state: str = "DRAFT"
    count: int = 1
    clause_count: int = 1
    scheme_count: int = 1
    authors: tuple[str, ...] = ()
    signed: set[str] = field(default_factory=set)
    declined: set[str] = field(default_factory=set)
    passed: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Proposal:
    """Other words for the one clause."""

    base: str
    agency: str
    human: str
    state: str = "OPEN"
    count: int = 1


@dataclass
class Model:
    """A plan with one scheme and one clause, and whoever may touch it."""

    versions: list[Version]
    # What each agency checks: code and the role that passes it.
    checks: dict[str, dict[str, str]]
    state: str = "DRAFT"
    count: int = 1
    been: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    proposals: dict[str, Proposal] = field(default_factory=dict)

    @property
    def current(self) -> Version:
        return self.versions[-1]

    def copy(self) -> Self:
        return deepcopy(self)

    def apply(self, step: Step) -> str:
        """Take a step, or leave everything as it is; gives `done` or the kind of failure."""
        try:
            getattr(self, f"_{step.kind}")(step)
        except Refused as refused:
            return refused.kind
        return "done"

    def view(self) -> dict[str, Any]:
        """What the database must hold after the steps taken so far."""
        return {
            "state": self.state,
            "count": self.count,
            "current": self.current.number,
            "left": sorted(self.left),
            "proposals": {name: [each.state, each.count] for name, each in sorted(self.proposals.items())},
            "versions": [
                {
                    "number": each.number,
                    "state": each.state,
                    "count": each.count,
                    "parties": dict(sorted(each.parties.items())),
                    "words": each.words,
                    "funder": each.funder,
                    "signed": sorted(each.signed),
                    "declined": sorted(each.declined),
                    "passed": sorted(f"{agency} {code}" for agency, code in each.passed),
                }
                for each in self.versions
            ],
        }

    def _of(self, number: int) -> Version:
        return self.versions[number - 1]

    def _permit(self, step: Step, version: Version, *, role: str) -> None:
        if step.who.agency not in self.been:
            raise Refused("NotFound")
        if step.who.role != role or step.who.agency not in version.parties:
            raise Refused("NotPermitted")

    def _next(self, state: str, parties: dict[str, bool]) -> Version:
        old = self.current
        old.state, old.count = "SUPERSEDED", old.count + 1
        new = Version(number=old.number + 1, parties=dict(parties), words=old.words, funder=old.funder, state=state)
        self.versions.append(new)
        return new

    def _move(self, step: str) -> None:
        self.state = FROM[step][self.state]
        self.count += 1

    def _edit(self, step: Step) -> None:
        version = self._of(step.number)
        self._permit(step, version, role="COMMISSIONER")
        _stands(version, "DRAFT")
        _fresh(step, version.clause_count)
        version.words = step.token
        version.clause_count += 1
        version.count += 1

    def _fund(self, step: Step) -> None:
        version = self._of(step.number)
        self._permit(step, version, role="COMMISSIONER")
        _stands(version, "DRAFT")
        _fresh(step, version.scheme_count)
        version.funder = step.token
        version.scheme_count += 1
        version.count += 1

    def _require(self, step: Step) -> None:
        version = self.current
        self._permit(step, version, role="COMMISSIONER")
        _fresh(step, self.count)
        _stands(version, "DRAFT")
        if {agency for agency, _ in step.required} != set(version.parties):
            raise Refused("Invalid")
        version.parties = dict(step.required)
        version.count += 1
        self.count += 1

    def _propose(self, step: Step) -> None:
        version = self._of(step.number)
        self._permit(step, version, role="COMMISSIONER")
        _fresh(step, version.count)
        _stands(version, "DRAFT")
        _funded(version)
        version.state, version.authors = "PROPOSED", (step.who.human,)
        version.count += 1
        self._move("propose")

    def _counter(self, step: Step) -> None:
        version = self.current
        self._permit(step, version, role="COMMISSIONER")
        _stands(version, *ON_THE_TABLE)
        base = self._of(step.base).words
        if base != version.words:
            raise Refused("Conflict")
        self.proposals[step.token] = Proposal(base=base, agency=step.who.agency, human=step.who.human)

    def _said(self, step: Step, *, own: bool) -> Proposal:
        found = self.proposals[step.token]
        if step.who.agency not in self.been:
            raise Refused("NotFound")
        theirs = found.agency == step.who.agency
        # Taking back is for whoever made it, also once they left; deciding is for the others that are still there.
        if step.who.role != "COMMISSIONER" or theirs != own or not (own or step.who.agency in self.current.parties):
            raise Refused("NotPermitted")
        _fresh(step, found.count)
        if found.state != "OPEN":
            raise Refused("Invalid")
        return found

    def _accept(self, step: Step) -> None:
        found = self._said(step, own=False)
        _stands(self.current, *ON_THE_TABLE)
        if found.base != self.current.words:
            raise Refused("Conflict")
        _funded(self.current)
        new = self._next("PROPOSED", self.current.parties)
        new.words, new.count, new.clause_count = step.token, 2, 2
        new.authors = (found.human, step.who.human)
        found.state, found.count = "ACCEPTED", found.count + 1
        self._move("next")

    def _reject(self, step: Step) -> None:
        found = self._said(step, own=False)
        found.state, found.count = "REJECTED", found.count + 1

    def _take_back(self, step: Step) -> None:
        found = self._said(step, own=True)
        found.state, found.count = "WITHDRAWN", found.count + 1

    def _revise(self, step: Step) -> None:
        self._permit(step, self.current, role="COMMISSIONER")
        _fresh(step, self.count)
        _stands(self.current, *ON_THE_TABLE)
        self._next("DRAFT", self.current.parties)
        self._move("next")

    def _open(self, step: Step) -> None:
        version = self._of(step.number)
        self._permit(step, version, role="COMMISSIONER")
        _fresh(step, version.count)
        _stands(version, "PROPOSED")
        _funded(version)
        waiting = any(each.state == "OPEN" and each.base == version.words for each in self.proposals.values())
        if waiting or sum(version.parties.values()) < 2:
            raise Refused("Invalid")
        version.state, version.count = "SIGNING", version.count + 1
        self._move("open")

    def _check(self, step: Step) -> None:
        version = self._of(step.number)
        if step.who.agency not in self.been:
            raise Refused("NotFound")
        own = self.checks.get(step.who.agency, {})
        if step.who.role not in own.values() or step.who.agency not in version.parties:
            raise Refused("NotPermitted")
        _stands(version, *ON_THE_TABLE)
        if step.token not in own:
            raise Refused("Invalid")
        if own[step.token] != step.who.role:
            raise Refused("NotPermitted")
        if (step.who.agency, step.token) in version.passed:
            raise Refused("Invalid")
        version.passed.add((step.who.agency, step.token))

    def _sign(self, step: Step) -> None:
        version = self._of(step.number)
        agency = step.who.agency
        self._permit(step, version, role="SIGNATORY")
        _fresh(step, version.count)
        _stands(version, "SIGNING")
        if step.who.human in version.authors:
            raise Refused("NotPermitted")
        open_checks = {code for code in self.checks[agency] if (agency, code) not in version.passed}
        if step.base != step.number or agency in version.signed or open_checks:
            raise Refused("Invalid")
        if step.proof != "good":
            raise Refused("NotPermitted")
        version.signed.add(agency)
        if {each for each, required in version.parties.items() if required} <= version.signed:
            version.state, version.count = "AGREED", version.count + 1
            self._move("agree")

    def _decline(self, step: Step) -> None:
        version = self._of(step.number)
        self._permit(step, version, role="SIGNATORY")
        _stands(version, "SIGNING")
        if step.who.agency in version.signed | version.declined:
            raise Refused("Invalid")
        version.declined.add(step.who.agency)

    def _withdraw(self, step: Step) -> None:
        version = self.current
        self._permit(step, version, role="SIGNATORY")
        _fresh(step, self.count)
        _stands(version, "DRAFT", *ON_THE_TABLE)
        if len(version.parties) == 1:
            raise Refused("Invalid")
        others = {agency: required for agency, required in version.parties.items() if agency != step.who.agency}
        if version.state == "DRAFT":
            version.parties, version.count = others, version.count + 1
        else:
            self._next("DRAFT", others)
        self.left.add(step.who.agency)
        self._move("next")


def _stands(version: Version, *states: str) -> None:
    if version.state not in states:
        raise Refused("Invalid")


def _fresh(step: Step, count: int) -> None:
    if step.expected != count:
        raise Refused("Conflict")


def _funded(version: Version) -> None:
    """Who pays for a scheme has to sign the plan."""
    if not version.parties.get(version.funder):
        raise Refused("Invalid")
