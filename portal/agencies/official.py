"""Decides how real bodies and places are named: by code, list and first day, because no code alone is identity."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class CodeList(StrEnum):
    """Lists that official codes come from; the same code in two lists is two codes."""

    ODS = "ODS"
    GSS = "GSS"
    POLICE_UK = "POLICE-UK"
    FIND_A_COURT = "HMCTS-FACT"


class Certainty(StrEnum):
    """How sure it is that one area lies in another."""

    EXACT = "EXACT"
    # The source puts several trusts and authorities into one group and does not say which lies in which.
    GROUP_ONLY = "GROUP_ONLY"


class OfficialKey(NamedTuple):
    """What tells one body or place from every other: the list, the code and since when."""

    code_list: str
    code: str
    active_from: date


@dataclass(frozen=True, kw_only=True)
class Official:
    """A body or a place as a list names it. `active_to` is its last day, None while no list says that it ended."""

    kind_code: str
    name: str
    code_list: str
    code: str
    active_from: date
    active_to: date | None = None

    @property
    def key(self) -> OfficialKey:
        """Its list, code and first day."""
        return OfficialKey(self.code_list, self.code, self.active_from)


class Within(NamedTuple):
    """One area lies in another, and how sure that is."""

    area: OfficialKey
    within: OfficialKey
    certainty: Certainty


class Serves(NamedTuple):
    """An agency serves an area."""

    agency: OfficialKey
    area: OfficialKey
