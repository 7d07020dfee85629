"""Decides what is said about where the reference data comes from: sentences its licences ask for, kept as data."""

from dataclasses import dataclass
from pathlib import Path

from portal.shipped import numbered_rows

ATTRIBUTIONS = Path(__file__).parent / "data" / "attributions.csv"


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """One sentence to show on the about page, what it covers, and the licence it answers."""

    covers: str
    sentence: str
    licence: str
    licence_address: str


def read_attributions(path: Path = ATTRIBUTIONS) -> tuple[Attribution, ...]:
    """Give every attribution in the order it is shown."""
    return tuple(
        Attribution(**row) for _, row in numbered_rows(path, ("covers", "sentence", "licence", "licence_address"))
    )
