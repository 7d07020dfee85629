"""Decides how two versions are laid beside each other: what changed of clauses, of money and of all else."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from frontend.plans import telling

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Redline:
    """What changed from one version to another."""

    before: int
    after: int
    clauses: list[Record]
    money: list[Record]
    other: list[Record]
    steps: list[Record]
    summary: str
    total_before: str
    total_after: str

    @property
    def nothing(self) -> bool:
        """Whether the two versions say the same."""
        return not (self.clauses or self.money or self.other)


def compared(line: Record, versions: dict[int, Record], before: int, after: int) -> Redline:
    """The redline as its page shows it."""
    return Redline(
        before=before,
        after=after,
        clauses=line["clauses"],
        money=line["contributions"],
        other=line["other"],
        steps=[
            versions[number]
            for number in sorted(versions)
            if before < number <= after and versions[number]["proposedBy"]
        ],
        summary=_summary(line),
        total_before=versions[before]["totals"]["total"]["amount"],
        total_after=versions[after]["totals"]["total"]["amount"],
    )


def _summary(line: Record) -> str:
    """«2 clauses changed, 1 added; 3 amounts changed.»"""
    kinds = Counter(clause["change"] for clause in line["clauses"])
    counts = [
        f"{kinds[change]} {telling.CHANGE[change].lower()}"
        for change in ("CHANGED", "ADDED", "REMOVED")
        if kinds[change]
    ]
    clauses = f"Clauses: {', '.join(counts)}." if counts else "No clause changed."
    paid = telling.counted(len(line["contributions"]), "amount")
    return f"{clauses} {paid} changed." if line["contributions"] else f"{clauses} No money changed."
