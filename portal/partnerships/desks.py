"""Decides how a partnership changes the numbers of its duty team: the whole list at once, from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.errors import Invalid, InvalidCode, InvalidField
from portal.partnerships.leading import add, beginning, led, make_way, wrong
from portal.partnerships.models import DutyDesk, DutyDeskKind
from portal.text import SHORT, text_problems

DESKS_LIMIT = 6
_OF_A_NUMBER = frozenset("0123456789 +()-")
# Three digits are the shortest number anybody is asked to ring (999, 101).
SHORTEST_NUMBER = 3


@dataclass(frozen=True, kw_only=True)
class DeskWanted:
    """A desk as it is to be rung."""

    kind: DutyDeskKind
    name: str
    telephone: str
    hours: str


def set_desks(
    session: Session,
    viewer: Viewer,
    *,
    partnership_id: UUID,
    expected_version: int,
    desks: Sequence[DeskWanted],
    day: date | None,
) -> UUID:
    """Give other numbers from a day on, in the order in which people read them; at least one always answers."""
    led(session, viewer, partnership_id, expected_version=expected_version)
    if problems := _problems(desks):
        raise Invalid(*problems)
    at = beginning(day)
    make_way(session, DutyDesk, DutyDesk.partnership_id == partnership_id, at=at)
    add(
        session,
        *(
            DutyDesk(
                partnership_id=partnership_id,
                kind=each.kind,
                name=each.name.strip(),
                telephone=each.telephone.strip(),
                hours=each.hours.strip(),
                position=place,
                valid_from=at,
            )
            for place, each in enumerate(desks)
        ),
    )
    return partnership_id


def _problems(desks: Sequence[DeskWanted]) -> list[InvalidField]:
    problems = []
    if not 1 <= len(desks) <= DESKS_LIMIT:
        problems.append(wrong(("desks",), InvalidCode.OUT_OF_RANGE, f"Give 1 to {DESKS_LIMIT} numbers."))
    for place, each in enumerate(desks):
        path = ("desks", str(place))
        problems += text_problems((*path, "name"), each.name, limit=SHORT, needed="Enter the name of the team.")
        problems += text_problems((*path, "hours"), each.hours, limit=SHORT, needed="Say when the number is answered.")
        digits = sum(character.isdecimal() for character in each.telephone)
        if set(each.telephone) - _OF_A_NUMBER or not SHORTEST_NUMBER <= digits <= SHORT:
            problems.append(
                wrong((*path, "telephone"), InvalidCode.FORMAT, "Enter a telephone number, like 01632 960110.")
            )
    return problems
