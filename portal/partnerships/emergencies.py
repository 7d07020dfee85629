"""Decides what danger asks of each kind of agency before any form: reads `data/emergency_advice.csv` into its table."""

from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from portal.partnerships.models import EmergencyAdvice
from portal.shipped import BrokenFile, lay, numbered_rows
from portal.vocabularies.loading import shipped_codes

ADVICE = Path(__file__).parent / "data" / "emergency_advice.csv"
COLUMNS = ("agency_kinds", "title", "body", "steps", "actions", "tick", "call_999", "incident_number")
# Cells that hold several texts, one after the other.
BETWEEN = " | "
YES = "yes"


@dataclass(frozen=True, kw_only=True)
class ShippedAdvice:
    """The advice for one kind of agency as shipped."""

    agency_kind_code: str
    title: str
    body: str
    steps: list[str]
    action_codes: list[str]
    tick: str | None
    call_999: bool
    needs_incident_number: bool


def read_emergency_advice(path: Path = ADVICE) -> dict[str, ShippedAdvice]:
    """Take the file of advice and give it by kind of agency; a line speaks for every kind it names.

    Raises BrokenFile for a kind or an action no vocabulary has, a kind without advice, one with two, and for advice
    that leaves nothing to answer.
    """
    kinds, actions = shipped_codes("agency-kind"), shipped_codes("emergency-action")
    found: dict[str, ShippedAdvice] = {}
    for line, row in numbered_rows(path, COLUMNS):
        named = _several(row["actions"])
        if not named or set(named) - actions or not row["title"] or not row["body"]:
            raise BrokenFile(path, line, "advice needs a title, a text and actions of the vocabulary.")
        if (len(named) == 1) != bool(row["tick"]):
            raise BrokenFile(path, line, "one action needs a sentence to tick, and several need none.")
        for kind in _several(row["agency_kinds"]):
            if kind not in kinds or kind in found:
                raise BrokenFile(path, line, f"{kind} is no kind of agency, or has its advice already.")
            found[kind] = ShippedAdvice(
                agency_kind_code=kind,
                title=row["title"],
                body=row["body"],
                steps=_several(row["steps"]),
                action_codes=named,
                tick=row["tick"] or None,
                call_999=row["call_999"] == YES,
                needs_incident_number=row["incident_number"] == YES,
            )
    if missing := kinds - found.keys():
        raise BrokenFile(path, 1, f"there is no advice for {', '.join(sorted(missing))}.")
    return found


def load_emergency_advice(session: Session) -> int:
    """Lay the shipped advice into the database as its owner, and give how many kinds were added or changed."""
    rows = [asdict(advice) for advice in read_emergency_advice().values()]
    return lay(session, EmergencyAdvice, rows, key=("agency_kind_code",))


def advice_for(session: Session, agency_kind: str) -> EmergencyAdvice:
    """What somebody of this kind of agency does first; every kind has its advice."""
    return session.get_one(EmergencyAdvice, agency_kind)


def _several(cell: str) -> list[str]:
    return cell.split(BETWEEN) if cell else []
