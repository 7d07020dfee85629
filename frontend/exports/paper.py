"""Decides what a copy of a flag is: the paper that is printed, and what it says."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from frontend.printing import printed

TEMPLATE = Path(__file__).parent / "paper.typ"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A label with what stands beside it; `held` where the value is withheld from whoever prints."""

    label: str
    value: str
    held: bool = False


@dataclass(frozen=True, kw_only=True)
class Block:
    """Lines that belong together, under a heading of their own where there are several."""

    lines: tuple[Line, ...]
    heading: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the paper under its heading."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Everything a copy says."""

    reference: str
    about: str
    standing: tuple[str, ...]
    taken_by: str
    taken_at: str
    # The moment again, for the file itself, so that the same copy has the same bytes.
    made: str
    purpose: str
    copy: str
    demo: bool
    sections: tuple[Section, ...] = field(default=())


def print_paper(paper: Paper) -> bytes:
    """Give a paper as PDF. A character that no font of ours can show stands as [U+…], and the paper says so."""
    return printed(TEMPLATE, asdict(paper), made=datetime.fromisoformat(paper.made))
