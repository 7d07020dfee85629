"""Decides which law a share rests on: the catalogue is data, officers choose a purpose, and the basis follows."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agreements.models import LawfulBasis, PurposeBasis
from portal.shipped import BrokenFile, lay, numbered_rows
from portal.vocabularies.loading import shipped_codes

DATA = Path(__file__).parent / "data"
BASIS_COLUMNS = (
    "code", "title", "provision", "conditions", "needs_policy_document", "in_force_from", "checked_note",
)  # fmt: skip
RULE_COLUMNS = ("purpose", "lawful_basis", "agency_kinds", "age_bands")


@dataclass(frozen=True, kw_only=True)
class ShippedBasis:
    """One entry of the catalogue; without `in_force_from` it is enacted and nothing may rest on it yet."""

    code: str
    title: str
    provision: str
    conditions: str
    needs_policy_document: bool
    in_force_from: date | None
    checked_note: str
    position: int


class Rule(Protocol):
    """What choosing a basis needs to know of a rule, whether it was read from a file or from the database."""

    @property
    def purpose_code(self) -> str: ...
    @property
    def lawful_basis_code(self) -> str: ...
    @property
    def agency_kinds(self) -> list[str] | None: ...
    @property
    def age_band_codes(self) -> list[str] | None: ...
    @property
    def position(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class ShippedRule:
    """For a purpose, the basis that follows for some kinds of agency and some ages; None means any."""

    purpose_code: str
    lawful_basis_code: str
    agency_kinds: list[str] | None
    age_band_codes: list[str] | None
    position: int


def basis_that_follows(rules: Iterable[Rule], *, purpose: str, agency_kind: str, age_band: str) -> str | None:
    """Take a purpose, the kind of the agency that shares and an age band, and give the code of the basis, if any.

    The first rule in order of position that names the purpose and does not exclude the agency or the age decides.
    """
    for rule in sorted(rules, key=lambda rule: rule.position):
        fits_agency = rule.agency_kinds is None or agency_kind in rule.agency_kinds
        fits_age = rule.age_band_codes is None or age_band in rule.age_band_codes
        if rule.purpose_code == purpose and fits_agency and fits_age:
            return rule.lawful_basis_code
    return None


def following_basis(session: Session, *, purpose: str, agency_kind: str, age_band: str) -> str | None:
    """The code of the basis that follows by the rules in the database, or None when none does."""
    rules = session.scalars(select(PurposeBasis).order_by(PurposeBasis.position)).all()
    return basis_that_follows(rules, purpose=purpose, agency_kind=agency_kind, age_band=age_band)


def read_bases(path: Path = DATA / "lawful_bases.csv") -> tuple[ShippedBasis, ...]:
    """Take the catalogue and give its entries in order; raises BrokenFile for one that does not say who checked it."""
    bases: dict[str, ShippedBasis] = {}
    for line, row in numbered_rows(path, BASIS_COLUMNS):
        if not all((row["code"], row["title"], row["provision"], row["conditions"], row["checked_note"])):
            raise BrokenFile(path, line, "a lawful basis needs its words and a note on who has checked them.")
        if row["code"] in bases or row["needs_policy_document"] not in {"true", "false"}:
            raise BrokenFile(path, line, "the code is there already, or the policy document is neither true nor false.")
        bases[row["code"]] = ShippedBasis(
            code=row["code"],
            title=row["title"],
            provision=row["provision"],
            conditions=row["conditions"],
            needs_policy_document=row["needs_policy_document"] == "true",
            in_force_from=date.fromisoformat(row["in_force_from"]) if row["in_force_from"] else None,
            checked_note=row["checked_note"],
            position=len(bases) + 1,
        )
    return tuple(bases.values())


def read_rules(path: Path = DATA / "purpose_bases.csv") -> tuple[ShippedRule, ...]:
    """Take the rules and give them in order.

    Raises BrokenFile for an unknown purpose, kind or age band, and for a basis that is unknown or not in force.
    """
    in_force = {basis.code for basis in read_bases() if basis.in_force_from is not None}
    rules: list[ShippedRule] = []
    for line, row in numbered_rows(path, RULE_COLUMNS):
        kinds, bands = _several(row["agency_kinds"]), _several(row["age_bands"])
        known = (
            {row["purpose"]} <= shipped_codes("purpose")
            and row["lawful_basis"] in in_force
            and set(kinds or ()) <= shipped_codes("agency-kind")
            and set(bands or ()) <= shipped_codes("age-band")
        )
        if not known:
            raise BrokenFile(path, line, "the purpose, basis, agency kind or age band is unknown, or not in force.")
        rules.append(
            ShippedRule(
                purpose_code=row["purpose"],
                lawful_basis_code=row["lawful_basis"],
                agency_kinds=kinds,
                age_band_codes=bands,
                position=len(rules) + 1,
            )
        )
    return tuple(rules)


def load_lawful_bases(session: Session) -> int:
    """Lay the catalogue and its rules into the database as its owner, and give how many rows were added or changed."""
    bases = lay(session, LawfulBasis, [asdict(basis) for basis in read_bases()], key=("code",))
    rules = [asdict(rule) for rule in read_rules()]
    return bases + lay(session, PurposeBasis, rules, key=("purpose_code", "lawful_basis_code"))


def _several(cell: str) -> list[str] | None:
    return cell.split("|") if cell else None
