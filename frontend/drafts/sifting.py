"""Decides how imported incidents are narrowed down: by month, by words, by a part of the map or by the place of one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from frontend.times import LONDON

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,10})?")
LONGEST_WORDS = 100
EDGES = ("south", "west", "north", "east")
DECEMBER = 12


@dataclass(frozen=True, kw_only=True)
class Sifting:
    """What was asked for, as it stands in the address, and what of it cannot be understood."""

    month: str = ""
    words: str = ""
    part: str = ""
    place_of: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Sifting":
        """Read the address of the page; what cannot be understood narrows nothing down."""
        month, words = arguments.get("month", "").strip(), arguments.get("words", "").strip()
        part = arguments.get("part", "")
        errors = {}
        if month and not MONTH.fullmatch(month):
            errors["month"] = "Write the month as year and month, such as 2021-05."
        if len(words) > LONGEST_WORDS:
            errors["words"] = f"Write at most {LONGEST_WORDS} characters."
        return cls(
            month=month,
            words=words,
            part=part if len(_degrees(part)) == len(EDGES) else "",
            place_of=arguments.get("place_of", ""),
            errors=errors,
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.filter())

    def query(self, **changes: str) -> dict[str, str]:
        """The parameters of an address that asks the same, with some of them changed."""
        asked = {"month": self.month, "words": self.words, "part": self.part, "place_of": self.place_of} | changes
        return {name: value for name, value in asked.items() if value}

    def filter(self) -> dict[str, Any]:
        """What is asked, as the schema's ImportedFilter."""
        wanted: dict[str, Any] = {}
        if self.month and "month" not in self.errors:
            wanted |= _within_month(self.month)
        if self.words and "words" not in self.errors:
            wanted["text"] = self.words
        if self.part:
            wanted["within"] = dict(zip(EDGES, _degrees(self.part), strict=True))
        if self.place_of:
            wanted["samePlaceAs"] = self.place_of
        return wanted


def part_of(square: Mapping[str, str]) -> str:
    """A part of the map as it stands in an address."""
    return ",".join(square[edge] for edge in EDGES)


def _degrees(part: str) -> list[str]:
    return [each for each in part.split(",") if DEGREES.fullmatch(each)] if part.count(",") == len(EDGES) - 1 else []


def _within_month(month: str) -> dict[str, str]:
    year, number = (int(each) for each in month.split("-"))
    start = datetime(year, number, 1, tzinfo=LONDON)
    end = datetime(year + number // DECEMBER, number % DECEMBER + 1, 1, tzinfo=LONDON)
    return {"observedFrom": start.isoformat(), "observedBefore": end.isoformat()}
