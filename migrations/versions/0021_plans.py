"""Create plans: versions written together and frozen when proposed, schemes, money, talk, checks and signatures."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"

ROLES = (
    "OFFICER", "SERGEANT", "TRIAGE_WORKER", "PRACTITIONER", "CLINICIAN", "SERVICE_ADMINISTRATOR", "SERVICE_MANAGER",
    "COMMISSIONER", "SIGNATORY", "GUARDIAN", "DPO", "AGENCY_ADMINISTRATOR",
)  # fmt: skip
EVENT_KINDS = (
    "DRAFTED", "EDITED", "PROPOSED", "COUNTERED", "ACCEPTED", "REJECTED", "TAKEN_BACK", "COMMENTED", "RESOLVED",
    "REVISED", "CHECKED", "SIGNING_OPENED", "SIGNED", "DECLINED", "WITHDREW", "AGREED", "IN_FORCE", "PUBLISHED",
    "MILESTONE_REPORTED",
)  # fmt: skip
# In the order in which they can be made.
TABLES = (
    "plan", "plan_party", "plan_version", "plan_version_party", "plan_standard", "plan_evidence", "plan_problem",
    "plan_event", "plan_scheme", "plan_clause", "plan_contribution", "plan_milestone", "plan_measure",
    "plan_milestone_report", "plan_proposal", "plan_comment", "plan_check", "plan_check_pass", "plan_signature",
    "plan_refusal", "plan_publication",
)  # fmt: skip


def uuid(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def uuids(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(map(uuid, names))


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def day(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def coded(column: str, *values: str, name: str) -> sa.Column[Any]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=False)


def versioned() -> tuple[sa.Column[Any], ...]:
    return number("version"), moment("created_at"), moment("updated_at")


def table(
    name: str,
    *parts: Any,
    keys: dict[str, str],
    primary: tuple[str, ...] = ("id",),
    unique: tuple[tuple[str, ...], ...] = (),
    checks: dict[str, str] | None = None,
) -> None:
    """One table; `keys` leads from columns to the tables whose ids they hold, `checks` from names to conditions."""
    op.create_table(
        name,
        *parts,
        *(sa.CheckConstraint(holds, name=op.f(f"ck_{name}_{told}")) for told, holds in (checks or {}).items()),
        *(sa.ForeignKeyConstraint([key], [f"{to}.id"], name=op.f(f"fk_{name}_{key}")) for key, to in keys.items()),
        sa.PrimaryKeyConstraint(*primary, name=op.f(f"pk_{name}")),
        *(sa.UniqueConstraint(*columns, name=op.f(f"uq_{name}_{'_'.join(columns)}")) for columns in unique),
    )


def index(of: str, column: str) -> None:
    op.create_index(op.f(f"ix_{of}_{column}"), of, [column])


def plans() -> None:
    table(
        "plan",
        uuid("id"),
        words("reference"),
        uuid("partnership_id"),
        coded("state", "DRAFT", "PROPOSED", "NEGOTIATION", "SIGNING", "AGREED", "IN_FORCE", name="planstate"),
        number("current_number"),
        moment("published_at", nullable=True),
        *versioned(),
        keys={"partnership_id": "partnership"},
        unique=(("reference",),),
    )
    index("plan", "partnership_id")
    table(
        "plan_party",
        *uuids("plan_id", "agency_id"),
        day("joined_on"),
        day("left_on", nullable=True),
        words("left_because", nullable=True),
        uuid("left_by_membership_id", nullable=True),
        keys={"plan_id": "plan", "agency_id": "agency", "left_by_membership_id": "membership"},
        primary=("plan_id", "agency_id"),
        checks={
            "period_runs_forward": "left_on is null or left_on >= joined_on",
            "leaving_has_a_reason": "(left_on is null) = (left_because is null)",
        },
    )
    index("plan_party", "agency_id")


def versions() -> None:
    table(
        "plan_version",
        *uuids("id", "plan_id"),
        number("number"),
        coded("state", "DRAFT", "PROPOSED", "SUPERSEDED", "SIGNING", "AGREED", name="planversionstate"),
        words("title"),
        day("starts_on"),
        day("ends_on"),
        words("template_code", nullable=True),
        uuid("based_on_id", nullable=True),
        uuid("drafted_by_membership_id"),
        uuid("proposed_by_membership_id", nullable=True),
        uuid("accepted_by_membership_id", nullable=True),
        moment("proposed_at", nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        words("content_hash", nullable=True),
        words("merkle_root", nullable=True),
        moment("signing_opened_at", nullable=True),
        moment("agreed_at", nullable=True),
        *versioned(),
        keys={
            "plan_id": "plan",
            "based_on_id": "plan_version",
            "drafted_by_membership_id": "membership",
            "proposed_by_membership_id": "membership",
            "accepted_by_membership_id": "membership",
        },
        unique=(("plan_id", "number"), ("id", "content_hash")),
        checks={
            "period_runs_forward": "ends_on > starts_on",
            "frozen_when_proposed": (
                "(state = 'DRAFT') = (content is null) and (content is null) = (content_hash is null)"
                " and (content is null) = (merkle_root is null) and (content is null) = (proposed_at is null)"
                " and (content is null) = (proposed_by_membership_id is null)"
            ),
            "hash_is_of_the_content": "content_hash = encode(sha256(content), 'hex')",
        },
    )
    index("plan_version", "based_on_id")
    current = sa.text("state in ('DRAFT', 'PROPOSED', 'SIGNING')")
    op.create_index("uq_plan_version_current", "plan_version", ["plan_id"], unique=True, postgresql_where=current)
    table(
        "plan_version_party",
        *uuids("plan_version_id", "agency_id"),
        sa.Column("required", sa.Boolean(), nullable=False),
        keys={"plan_version_id": "plan_version", "agency_id": "agency"},
        primary=("plan_version_id", "agency_id"),
    )
    index("plan_version_party", "agency_id")


def beside_the_schemes() -> None:
    table(
        "plan_standard",
        *uuids("id", "plan_version_id"),
        number("position"),
        words("standard_code"),
        sa.Column("met", sa.Boolean(), nullable=False),
        words("note", nullable=True),
        *versioned(),
        keys={"plan_version_id": "plan_version"},
        unique=(("plan_version_id", "standard_code"),),
    )
    table(
        "plan_evidence",
        *uuids("id", "plan_version_id", "key"),
        uuid("scheme_key", nullable=True),
        number("position"),
        words("sentence"),
        words("source"),
        day("read_on"),
        *versioned(),
        keys={"plan_version_id": "plan_version"},
        unique=(("plan_version_id", "key"),),
    )
    codes = (
        "ROUTE_NOT_ALLOWED", "YEAR_OUTSIDE_PLAN", "TOTALS_DIFFER", "UNFUNDED_SCHEME", "FUNDER_NOT_PARTY",
        "AGENCY_ENDS_FIRST",
    )  # fmt: skip
    table(
        "plan_problem",
        *uuids("id", "plan_version_id"),
        number("position"),
        coded("code", *codes, name="planproblemcode"),
        uuid("scheme_key", nullable=True),
        uuid("agency_id", nullable=True),
        words("message"),
        words("source"),
        keys={"plan_version_id": "plan_version", "agency_id": "agency"},
    )
    index("plan_problem", "plan_version_id")
    table(
        "plan_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        uuid("plan_id"),
        uuid("plan_version_id", nullable=True),
        coded("kind", *EVENT_KINDS, name="planeventkind"),
        moment("at"),
        uuid("agency_id", nullable=True),
        uuid("membership_id", nullable=True),
        uuid("subject_id", nullable=True),
        keys={
            "plan_id": "plan",
            "plan_version_id": "plan_version",
            "agency_id": "agency",
            "membership_id": "membership",
        },
    )
    index("plan_event", "plan_id")
    index("plan_event", "plan_version_id")


def schemes() -> None:
    table(
        "plan_scheme",
        *uuids("id", "plan_version_id", "key"),
        number("position"),
        words("title"),
        sa.Column("need_codes", sa.ARRAY(sa.String()), nullable=False),
        uuid("area_id"),
        number("capacity_target"),
        words("money_hash"),
        *versioned(),
        keys={"plan_version_id": "plan_version", "area_id": "area"},
        unique=(("plan_version_id", "key"),),
        checks={"capacity_is_no_debt": "capacity_target >= 0"},
    )
    kinds = ("SPECIFICATION", "CAPACITY", "MONEY", "MILESTONE", "MEASURE", "GENERAL")
    of_a_scheme(
        "plan_clause",
        number("position"),
        coded("kind", *kinds, name="clausekind"),
        words("heading"),
        words("text"),
        words("clause_hash"),
        uuid("last_changed_by_membership_id"),
        keys={"last_changed_by_membership_id": "membership"},
        of_the_plan=True,
    )
    routes = ("S75_POOLED", "S256", "S76", "PCC_GRANT", "POLICE_COLLABORATION", "ALIGNED", "IN_KIND")
    of_a_scheme(
        "plan_contribution",
        uuid("agency_id"),
        number("year"),
        sa.Column("amount", sa.Numeric(14, 2), nullable=False),
        coded("route", *routes, name="fundingroute"),
        words("condition", nullable=True),
        keys={"agency_id": "agency"},
        checks={"amount_is_given": "amount > 0", "year_is_a_year": "year between 1990 and 2200"},
    )
    once = ["plan_version_id", "scheme_key", "agency_id", "year", "route"]
    op.create_index("uq_plan_contribution_once", "plan_contribution", once, unique=True)
    of_a_scheme("plan_milestone", number("position"), words("title"), day("target_on"))
    of_a_scheme(
        "plan_measure",
        number("position"),
        words("name_code"),
        sa.Column("target", sa.Numeric(12, 2), nullable=False),
        checks={"target_is_no_debt": "target >= 0"},
    )


def of_a_scheme(
    name: str,
    *parts: Any,
    keys: dict[str, str] | None = None,
    checks: dict[str, str] | None = None,
    of_the_plan: bool = False,
) -> None:
    """A table whose rows belong to a scheme of their version, or of the plan as a whole where that may be."""
    scheme = ["plan_version_id", "scheme_key"]
    table(
        name,
        *uuids("id", "plan_version_id"),
        uuid("scheme_key", nullable=of_the_plan),
        uuid("key"),
        *parts,
        *versioned(),
        sa.ForeignKeyConstraint(
            scheme,
            ["plan_scheme.plan_version_id", "plan_scheme.key"],
            name=op.f(f"fk_{name}_plan_version_id_scheme_key"),
        ),
        keys={"plan_version_id": "plan_version", **(keys or {})},
        unique=(("plan_version_id", "key"),),
        checks=checks,
    )


def talk() -> None:
    table(
        "plan_milestone_report",
        *uuids("id", "plan_id", "milestone_key"),
        day("expected_on", nullable=True),
        day("reached_on", nullable=True),
        uuid("reported_by_membership_id"),
        moment("reported_at"),
        keys={"plan_id": "plan", "reported_by_membership_id": "membership"},
        checks={"expected_or_reached": "(expected_on is null) <> (reached_on is null)"},
    )
    op.create_index("ix_plan_milestone_report_of", "plan_milestone_report", ["plan_id", "milestone_key", "reported_at"])
    table(
        "plan_proposal",
        *uuids("id", "plan_id", "plan_version_id"),
        uuid("clause_key", nullable=True),
        uuid("scheme_key", nullable=True),
        words("base_hash"),
        words("words", nullable=True),
        sa.Column("contributions", JSONB(), nullable=True),
        words("reason", nullable=True),
        *uuids("proposed_by_membership_id", "agency_id"),
        coded("state", "OPEN", "ACCEPTED", "REJECTED", "WITHDRAWN", name="proposalstate"),
        uuid("decided_by_membership_id", nullable=True),
        moment("decided_at", nullable=True),
        words("decided_because", nullable=True),
        *versioned(),
        keys={
            "plan_id": "plan",
            "plan_version_id": "plan_version",
            "proposed_by_membership_id": "membership",
            "agency_id": "agency",
            "decided_by_membership_id": "membership",
        },
        checks={
            "answers_one_thing": "(clause_key is null) <> (scheme_key is null)",
            "words_or_money": (
                "(clause_key is null) = (words is null) and (scheme_key is null) = (contributions is null)"
            ),
            "decided_when_not_open": "(state = 'OPEN') = (decided_at is null)",
            "rejected_with_a_reason": "state <> 'REJECTED' or decided_because is not null",
        },
    )
    table(
        "plan_comment",
        *uuids("id", "plan_id", "plan_version_id"),
        uuid("clause_key", nullable=True),
        words("text"),
        *uuids("commented_by_membership_id", "agency_id"),
        moment("resolved_at", nullable=True),
        uuid("resolved_by_membership_id", nullable=True),
        *versioned(),
        keys={
            "plan_id": "plan",
            "plan_version_id": "plan_version",
            "commented_by_membership_id": "membership",
            "agency_id": "agency",
            "resolved_by_membership_id": "membership",
        },
        checks={"resolved_by_somebody": "(resolved_at is null) = (resolved_by_membership_id is null)"},
    )
    for of in ("plan_proposal", "plan_comment"):
        index(of, "plan_id")
        index(of, "plan_version_id")


def signing() -> None:
    table(
        "plan_check",
        *uuids("plan_id", "agency_id"),
        words("code"),
        words("name"),
        number("position"),
        coded("role", *ROLES, name="role"),
        keys={"plan_id": "plan", "agency_id": "agency"},
        primary=("plan_id", "agency_id", "code"),
    )
    table(
        "plan_check_pass",
        *uuids("plan_version_id", "plan_id", "agency_id"),
        words("code"),
        uuid("passed_by_membership_id"),
        moment("passed_at"),
        sa.ForeignKeyConstraint(
            ["plan_id", "agency_id", "code"],
            ["plan_check.plan_id", "plan_check.agency_id", "plan_check.code"],
            name=op.f("fk_plan_check_pass_plan_id_agency_id_code"),
        ),
        keys={"plan_version_id": "plan_version", "passed_by_membership_id": "membership"},
        primary=("plan_version_id", "agency_id", "code"),
    )
    table(
        "plan_signature",
        *uuids("id", "plan_version_id"),
        words("content_hash"),
        *uuids("agency_id", "user_id", "membership_id"),
        coded("role", *ROLES, name="role"),
        words("signed_name"),
        coded("method", "PASSWORD", "PASSKEY", name="signaturemethod"),
        moment("signed_at"),
        sa.ForeignKeyConstraint(
            ["plan_version_id", "content_hash"],
            ["plan_version.id", "plan_version.content_hash"],
            name=op.f("fk_plan_signature_plan_version_id_content_hash"),
        ),
        keys={"agency_id": "agency", "user_id": "user_account", "membership_id": "membership"},
        unique=(("plan_version_id", "agency_id"),),
        checks={"signed_by_a_signatory": "role = 'SIGNATORY'"},
    )
    of_an_agency = {"plan_version_id": "plan_version", "agency_id": "agency", "membership_id": "membership"}
    table(
        "plan_refusal",
        *uuids("id", "plan_version_id", "agency_id", "membership_id"),
        words("reason"),
        moment("refused_at"),
        keys=of_an_agency,
        unique=(("plan_version_id", "agency_id"),),
    )
    table(
        "plan_publication",
        *uuids("plan_version_id", "agency_id", "membership_id"),
        moment("at"),
        keys=of_an_agency,
        primary=("plan_version_id", "agency_id"),
    )


def upgrade() -> None:
    op.execute("create sequence plan_reference_seq start 1001")
    plans()
    versions()
    beside_the_schemes()
    schemes()
    talk()
    signing()


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
    op.execute("drop sequence plan_reference_seq")
