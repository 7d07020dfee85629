"""Which columns hold what somebody typed, by the tables as they are declared: a new one is among them by itself."""

from sqlalchemy import JSON, Enum, String
from sqlalchemy.dialects.postgresql import ARRAY

from portal.operations.catalog.listed import MACHINERY, PUBLIC, WITHOUT_ROOT
from portal.tables import metadata

# Texts that nobody typed, with who writes them.
WRITTEN_BY_US = {
    ("flag", "reference"): "the portal numbers flags",
    ("disclosure", "flag_state"): "a state",
    ("disclosure", "urgency"): "a member of a closed set",
    ("saved_view", "queue"): "a member of a closed set",
    ("saved_view", "states"): "states",
    ("saved_view", "due"): "a member of a closed set",
    ("saved_view", "urgencies"): "members of a closed set",
    ("saved_view", "raised_by_agency_ids"): "ids",
    ("saved_view", "ward_ids"): "ids",
    ("saved_view", "held_by"): "a member of a closed set",
    ("saved_view", "order_field"): "a member of a closed set",
    ("saved_view", "order_direction"): "a member of a closed set",
    ("invitation", "team_ids"): "ids",
    ("audit_event", "operation"): "the name of an operation of the schema",
    ("audit_event", "outcome"): "the name of what came of it",
    ("plan", "reference"): "the portal numbers plans",
    ("plan_version", "merkle_root"): "a hash",
    ("plan_check", "code"): "the portal numbers checks",
    ("plan_signature", "signed_name"): "copied from an account by the database; accounts are tried themselves",
    ("plan_problem", "message"): "what a validator found, of agencies and schemes by number",
    ("plan_problem", "source"): "the rule a validator holds to",
    ("idempotency_record", "operation"): "the name of an operation of the schema",
    ("idempotency_record", "result"): "ids",
}
# What a code and a hash look like in every table.
ENDINGS = ("_code", "_codes", "_hash")
Column = tuple[str, str]


def texts() -> list[Column]:
    """Every column of a table about somebody that could hold words."""
    return [
        (table.name, column.name)
        for table in metadata.sorted_tables
        if table.name not in PUBLIC | MACHINERY
        for column in table.columns
        if isinstance(column.type, String | JSON | ARRAY) and not isinstance(column.type, Enum)
        if not column.foreign_keys
    ]


def typed() -> list[Column]:
    """Every column that holds what somebody typed: of young people, and of staff."""
    return [column for column in texts() if column not in WRITTEN_BY_US and not column[1].endswith(ENDINGS)]


def said() -> list[Column]:
    """Every column that holds what somebody said of a young person."""
    return [column for column in typed() if column[0] not in WITHOUT_ROOT]
