"""Decides how a state is written down: who is in it, how they come to it, and the words that prove they did."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playwright.sync_api import Page

from portal.db import Database
from tests.factories import told_plans as plans
from tests.factories.cast import Cast
from tests.factories.flags import answered, ended, group_report, imported, raised, report, shared, taken

# Takes a window and the stage, brings the window into the state, and gives words that stand on the page then.
Reach = Callable[[Page, "Stage"], str]


@dataclass
class Stage:
    """A partnership with a record of each kind to look at, and one in which nothing has happened."""

    cast: Cast
    empty: Cast
    owner: Database

    @cached_property
    def new(self) -> dict[str, Any]:
        """A flag that waits for triage, with something in every field."""
        return raised(
            self.cast,
            urgency="IMMEDIATE",
            emergency={"actionCode": "POLICE_PROTECTION", "incidentNumber": "SC-0412"},
            source={"system": "Records", "value": "OC 4471/26"},
            strengths="Plays football.",
            moreConcernCodes=["LOW_MOOD", "NOT_IN_SCHOOL"],
        )

    @cached_property
    def group(self) -> dict[str, Any]:
        """A flag about a group at a place."""
        return raised(self.cast, subject=group_report()["subject"], urgency="ROUTINE", told="NO")

    @cached_property
    def unbroken(self) -> dict[str, Any]:
        """A flag whose words have no spaces, as long as they may be."""
        word = "Taumatawhakatangihangakoauauotamateaturipukakapikimaungahoronukupokaiwhenuakitanatahu" * 2
        person = {"preferredName": word, "description": word, "ageBandCode": "14_15"}
        source = {"system": word, "value": word}
        return raised(
            self.cast, subject={"person": person}, place={"description": word}, fact=word, ownWords=word, source=source
        )

    @cached_property
    def taken(self) -> dict[str, Any]:
        """A flag that Morgan has in hand."""
        return taken(self.cast)

    @cached_property
    def shared(self) -> dict[str, Any]:
        """A flag that health has not answered."""
        return shared(self.cast, fieldGroups=["FLAG_OPINION"])

    @cached_property
    def answered(self) -> dict[str, Any]:
        """A flag that health has answered."""
        return answered(self.cast)

    @cached_property
    def ended(self) -> dict[str, Any]:
        """A flag closed with no further action."""
        return ended(self.cast)

    @cached_property
    def draft(self) -> dict[str, Any]:
        """An imported incident."""
        return imported(self.cast)

    @cached_property
    def negotiated(self) -> dict[str, Any]:
        """A plan in its second version, with a milestone missed, a counter-proposal and comments on it."""
        return plans.negotiated(self.cast)

    @cached_property
    def signing(self) -> dict[str, Any]:
        """A plan that one of its parties signed, another declined to sign, and the third still has to check."""
        return plans.half_signed(self.cast)

    @cached_property
    def public(self) -> dict[str, Any]:
        """A plan that anybody may read."""
        return plans.published(self.cast)

    @cached_property
    def unbroken_plan(self) -> dict[str, Any]:
        """A plan whose words have no spaces, with as much money as there can be, in many years."""
        return plans.unbroken(self.cast)

    @cached_property
    def many(self) -> None:
        """More flags of Ari's than one page lists."""
        for number in range(27):
            raised(self.cast, by=self.cast.ari, **report(place={"description": f"Barton Street {number}"}))


@dataclass(frozen=True, kw_only=True)
class State:
    """One page in one state: the template that shows it, and somebody of the cast, or of the empty partnership."""

    name: str
    who: str | None
    shows: str
    empty: bool
    reach: Reach


STATES: dict[str, State] = {}


def state(who: str | None, shows: str, *, empty: bool = False) -> Callable[[Reach], Reach]:
    """Register how somebody comes to a state of a template; the function's name is the state's."""

    def register(reach: Reach) -> Reach:
        name = reach.__name__
        assert name not in STATES, f"Two states are called {name}: rename one in tests/browser/states."
        STATES[name] = State(name=name, who=who, shows=shows, empty=empty, reach=reach)
        return reach

    return register
