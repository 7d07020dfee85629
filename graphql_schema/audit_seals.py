"""What the world can ask of the seals of the audit: hashes for everybody signed in to hold the audit to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, func, literal
from sqlalchemy.orm import InstrumentedAttribute

from graphql_schema.selection.declare import column, expression, made, paged, planned
from graphql_schema.selection.paged import Order, Start, Window
from graphql_schema.selection.planner import Planner
from graphql_schema.selection.record import Json, Scope
from portal.attestation import PublicKey, write_note
from portal.audit import models
from portal.audit.checkpoints import text_of
from portal.audit.sealing import PURPOSE


def _signed_in(scope: Scope, row: FromClause) -> ColumnElement[bool]:
    return literal(scope.viewer is not None)


def _hex(attribute: InstrumentedAttribute[bytes], description: str) -> Any:
    key = attribute.property.columns[0].name
    return expression(lambda scope: func.encode(scope.row.c[key], "hex"), description)


@planned(models.AuditSeal, readers="REFERENCE")
@strawberry.type(description="A Merkle root over lines of audit, bound to every seal before it. [REFERENCE]")
class AuditSeal:
    number: int = column(models.AuditSeal.number, "1, 2, 3.")
    sealed_at: datetime = column(models.AuditSeal.sealed_at, "When.")
    rows: int = column(models.AuditSeal.leaf_count, "How many lines it covers.")
    root: str = _hex(models.AuditSeal.merkle_root, "The Merkle root, in hexadecimal.")
    chain_hash: str = _hex(models.AuditSeal.chain_hash, "The hash that binds it to every seal before it.")
    signature: str = _hex(models.AuditSeal.signature, "The installation's Ed25519 signature.")


def _signed(scope: Scope) -> ColumnElement[Any]:
    row = scope.row.c
    return func.json_build_object(
        "number", row.seal_number, "at", row.at, "chain", func.encode(row.chain_hash, "hex"),
        "key", func.encode(row.public_key, "hex"), "signature", func.encode(row.signature, "hex"),
    )  # fmt: skip


def _key(kept: Json) -> PublicKey:
    return PublicKey(f"concord-{PURPOSE}", bytes.fromhex(kept["key"]))


def _note(kept: Json) -> str:
    said = text_of(kept["number"], bytes.fromhex(kept["chain"]), datetime.fromisoformat(kept["at"]))
    return write_note(said, _key(kept), bytes.fromhex(kept["signature"]))


@planned(models.AuditCheckpoint, readers="REFERENCE")
@strawberry.type(description="A seal as it was signed to be kept outside, where nobody here can change it. [REFERENCE]")
class AuditCheckpoint:
    seal_number: int = column(models.AuditCheckpoint.seal_number, "The seal it holds.")
    at: datetime = column(models.AuditCheckpoint.at, "When it was signed.")
    chain_hash: str = _hex(models.AuditCheckpoint.chain_hash, "The chain up to that seal, in one hash.")
    # Bytes that were signed are put together in one place, for the mail, the command and this field alike.
    note: str = made(_signed, _note, "The signed note, as it is kept outside.")
    public_key: str = made(_signed, lambda kept: str(_key(kept)), "The key that verifies it, as name+hash+key.")


def _of_seal(
    self: Any,
    seal_number: int | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> None: ...


def _newest(key: str) -> Any:
    def begin(planner: Planner, scope: Scope, row: FromClause, arguments: Mapping[str, Any], window: Window) -> Start:
        number = arguments.get("sealNumber")
        where = [] if number is None else [row.c[key] == number]
        return Start(source=row, where=where, order=Order(sort=row.c[key], tie=row.c[key], descending=True))

    return begin


def audit_seals_field() -> Any:
    """The root field over seals."""
    return paged("AuditSeal", _signed_in, "Seals of the audit, newest first.", begin=_newest("number"))


def audit_checkpoints_field() -> Any:
    """The root field over checkpoints."""
    return paged(
        "AuditCheckpoint",
        _signed_in,
        "Checkpoints of the audit, newest first; the one of a seal where it is named.",
        begin=_newest("seal_number"),
        signature=_of_seal,
    )
