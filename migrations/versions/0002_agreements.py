"""Create sharing agreements: versions, clauses, the need-to-know grid, lawful bases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "lawful_basis",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("provision", sa.String(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("checked_note", sa.String(), nullable=False),
        sa.Column("needs_policy_document", sa.Boolean(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_lawful_basis")),
    )
    op.create_table(
        "purpose_basis",
        sa.Column("purpose_code", sa.String(), nullable=False),
        sa.Column("lawful_basis_code", sa.String(), nullable=False),
        sa.Column("agency_kinds", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("age_band_codes", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lawful_basis_code"], ["lawful_basis.code"], name=op.f("fk_purpose_basis_lawful_basis_code")
        ),
        sa.PrimaryKeyConstraint("purpose_code", "lawful_basis_code", name=op.f("pk_purpose_basis")),
    )
    op.create_table(
        "sharing_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_sharing_agreement_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_agreement")),
    )
    op.create_index(op.f("ix_sharing_agreement_partnership_id"), "sharing_agreement", ["partnership_id"], unique=False)
    op.create_table(
        "agreement_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "IN_FORCE",
                "ENDED",
                name="agreementversionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("in_force_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_to", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["sharing_agreement.id"], name=op.f("fk_agreement_version_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_version")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_agreement_version_agreement_id_number")),
    )
    op.create_table(
        "agreement_clause",
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column(
            "field_group",
            sa.Enum(
                "IDENTITY",
                "HEALTH_IDENTIFIER",
                "CONTACTS",
                "FLAG_FACTS",
                "FLAG_OPINION",
                "STANDPOINT",
                "SOURCE_REFERENCE",
                "TRIAGE",
                "SOCIAL_CARE",
                "HEALTH",
                "REFERRAL",
                "OUTCOME",
                "LAWFUL_BASIS",
                "THIRD_PARTIES",
                "CARE_TEAM",
                "MEETING_NOTES",
                "UNMET_NEED",
                name="fieldgroup",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["agreement_version_id"], ["agreement_version.id"], name=op.f("fk_agreement_clause_agreement_version_id")
        ),
        sa.PrimaryKeyConstraint("agreement_version_id", "number", name=op.f("pk_agreement_clause")),
        sa.UniqueConstraint(
            "agreement_version_id", "field_group", name=op.f("uq_agreement_clause_agreement_version_id_field_group")
        ),
    )
    op.create_table(
        "grid_cell",
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("column_code", sa.String(), nullable=False),
        sa.Column(
            "field_group",
            sa.Enum(
                "IDENTITY",
                "HEALTH_IDENTIFIER",
                "CONTACTS",
                "FLAG_FACTS",
                "FLAG_OPINION",
                "STANDPOINT",
                "SOURCE_REFERENCE",
                "TRIAGE",
                "SOCIAL_CARE",
                "HEALTH",
                "REFERRAL",
                "OUTCOME",
                "LAWFUL_BASIS",
                "THIRD_PARTIES",
                "CARE_TEAM",
                "MEETING_NOTES",
                "UNMET_NEED",
                name="fieldgroup",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column(
            "condition",
            sa.Enum(
                "AGREED",
                "SHARE",
                "AGREED_OR_SHARE",
                name="gridcondition",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("conditional_level", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "(condition is null) = (conditional_level is null) and (conditional_level is null or conditional_level between level + 1 and 3)",
            name=op.f("ck_grid_cell_condition_raises_the_level"),
        ),
        sa.CheckConstraint("level between 0 and 3", name=op.f("ck_grid_cell_level_is_a_level")),
        sa.ForeignKeyConstraint(
            ["agreement_version_id"], ["agreement_version.id"], name=op.f("fk_grid_cell_agreement_version_id")
        ),
        sa.PrimaryKeyConstraint("agreement_version_id", "column_code", "field_group", name=op.f("pk_grid_cell")),
    )
    op.create_table(
        "grid_recipient",
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("agency_kind_code", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "OFFICER",
                "SERGEANT",
                "TRIAGE_WORKER",
                "PRACTITIONER",
                "CLINICIAN",
                "SERVICE_ADMINISTRATOR",
                "SERVICE_MANAGER",
                "COMMISSIONER",
                "SIGNATORY",
                "GUARDIAN",
                "DPO",
                "AGENCY_ADMINISTRATOR",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("column_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_version_id"], ["agreement_version.id"], name=op.f("fk_grid_recipient_agreement_version_id")
        ),
        sa.PrimaryKeyConstraint("agreement_version_id", "agency_kind_code", "role", name=op.f("pk_grid_recipient")),
    )


def downgrade() -> None:
    op.drop_table("grid_recipient")
    op.drop_table("grid_cell")
    op.drop_table("agreement_clause")
    op.drop_table("agreement_version")
    op.drop_table("sharing_agreement")
    op.drop_table("purpose_basis")
    op.drop_table("lawful_basis")
