"""What changed between two versions of a plan: words within a clause, money as numbers, the rest as it reads."""

from portal.plans.redline.comparing import redline
from portal.plans.redline.parts import Change, ChangeType, ClauseRedline, MoneyChange, Redline
from portal.plans.redline.wording import Piece, PieceKind, pieces

__all__ = [
    "Change", "ChangeType", "ClauseRedline", "MoneyChange", "Piece", "PieceKind", "Redline", "pieces", "redline",
]  # fmt: skip
