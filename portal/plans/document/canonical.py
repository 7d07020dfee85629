"""Decides which bytes a document is, and back: canonical JSON (RFC 8785) of text, whole numbers, yes, no and nothing.

There is no fraction anywhere: money and targets are text, so no reader can round them.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any
from uuid import UUID

import rfc8785

from portal.plans.document.leaves import Leaf, leaves_of, sha256_of
from portal.plans.document.parts import (
    AgencyKey,
    Area,
    Clause,
    Contribution,
    Evidence,
    Measure,
    Milestone,
    Need,
    Party,
    PlanDocument,
    Scheme,
    Standard,
)


def canonical(document: PlanDocument) -> bytes:
    """The bytes of a document: the same document is the same bytes everywhere (RFC 8785)."""
    return rfc8785.dumps(_plain(document))


def content_hash(content: bytes) -> str:
    """The SHA-256 of canonical bytes, in hexadecimal: what is signed."""
    return hashlib.sha256(content).hexdigest()


def leaves(document: PlanDocument) -> tuple[Leaf, ...]:
    """The named places of a document with their hashes, in their fixed order."""
    return leaves_of(_plain(document))


def clause_hash(kind: str, heading: str, text: str) -> str:
    """The hash of what a clause says, wherever it stands: what other words for it answer."""
    return sha256_of({"kind": str(kind), "heading": heading, "text": text})


def money_hash(contributions: Iterable[Contribution]) -> str:
    """The hash of who pays what for a scheme, in whatever order and under whatever keys: what other money answers."""
    money = ({name: value for name, value in _plain(each).items() if name != "key"} for each in contributions)
    return sha256_of(sorted(money, key=rfc8785.dumps))


def document_of(content: bytes) -> PlanDocument:
    """Take canonical bytes that this portal froze and give the document they are."""
    read = json.loads(content)
    return PlanDocument(
        **{name: read[name] for name in ("format", "reference", "number", "title", "template")},
        **_dated(read, "starts_on", "ends_on", only=True),
        parties=tuple(Party(**_dated(each, "active_from")) for each in read["parties"]),
        clauses=_clauses(read["clauses"]),
        schemes=tuple(_scheme(each) for each in read["schemes"]),
        standards=tuple(Standard(**each) for each in read["standards"]),
        evidence=tuple(
            Evidence(**_dated(_keyed(each), "read_on") | {"scheme": each["scheme"] and UUID(each["scheme"])})
            for each in read["evidence"]
        ),
    )


def _scheme(read: dict[str, Any]) -> Scheme:
    return Scheme(
        key=UUID(read["key"]),
        title=read["title"],
        needs=tuple(Need(**each) for each in read["needs"]),
        area=Area(**_dated(read["area"], "active_from")),
        capacity_target=read["capacity_target"],
        clauses=_clauses(read["clauses"]),
        contributions=tuple(
            Contribution(**_keyed(each) | {"agency": AgencyKey(**_dated(each["agency"], "active_from"))})
            for each in read["contributions"]
        ),
        milestones=tuple(Milestone(**_dated(_keyed(each), "target_on")) for each in read["milestones"]),
        measures=tuple(Measure(**_keyed(each)) for each in read["measures"]),
    )


def _clauses(read: list[dict[str, Any]]) -> tuple[Clause, ...]:
    return tuple(Clause(**_keyed(each)) for each in read)


def _keyed(read: dict[str, Any]) -> dict[str, Any]:
    return read | {"key": UUID(read["key"])}


def _dated(read: dict[str, Any], *names: str, only: bool = False) -> dict[str, Any]:
    dates = {name: date.fromisoformat(read[name]) for name in names}
    return dates if only else read | dates


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    # Enumerated codes are text, and are written as such.
    return str(value) if isinstance(value, str) else value
