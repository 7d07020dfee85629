"""Create records: roots, flags, people, shares, disclosures, the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "viewer_context_key",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("inner_pad", sa.LargeBinary(), nullable=False),
        sa.Column("outer_pad", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewer_context_key")),
    )
    op.create_table(
        "audience",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
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
            nullable=True,
        ),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "role is not null or team_id is not null or user_id is not null", name=op.f("ck_audience_names_somebody")
        ),
        sa.CheckConstraint(
            "user_id is null or (role is null and team_id is null)", name=op.f("ck_audience_user_stands_alone")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_audience_agency_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_audience_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_audience_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
    )
    op.create_index(
        "uq_audience_whom",
        "audience",
        ["agency_id", "role", "team_id", "user_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "READ",
                "WRITE",
                "DENY",
                "SHARE",
                "SIGN_IN",
                name="auditaction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_audit_event_membership_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_audit_event_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_table(
        "idempotency_record",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_idempotency_record_membership_id")),
        sa.PrimaryKeyConstraint("membership_id", "key", name=op.f("pk_idempotency_record")),
    )
    op.create_table(
        "root",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("FLAG", "PERSON", name="rootkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("created_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_membership_id"], ["membership.id"], name=op.f("fk_root_created_by_membership_id")
        ),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_root_partnership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_root")),
    )
    op.create_table(
        "audit_subject",
        sa.Column("audit_event_id", sa.BigInteger(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("field_groups", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["audit_event_id"], ["audit_event.id"], name=op.f("fk_audit_subject_audit_event_id")),
        sa.PrimaryKeyConstraint("audit_event_id", "root_id", name=op.f("pk_audit_subject")),
    )
    op.create_index("ix_audit_subject_root", "audit_subject", ["root_id", "audit_event_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("preferred_name", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("age_band_code", sa.String(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "preferred_name is not null or description is not null", name=op.f("ck_person_is_named_or_described")
        ),
        sa.ForeignKeyConstraint(["id"], ["root.id"], name=op.f("fk_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "SUBMITTED",
                "IN_TRIAGE",
                "NFA",
                "SHARED",
                name="flagstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("raised_by_agency_id", sa.Uuid(), nullable=False),
        sa.Column("raised_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("age_band_code", sa.String(), nullable=False),
        sa.Column("purpose_code", sa.String(), nullable=False),
        sa.Column("lawful_basis_code", sa.String(), nullable=True),
        sa.Column(
            "urgency",
            sa.Enum(
                "ROUTINE", "URGENT", "IMMEDIATE", name="urgency", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "setting",
            sa.Enum(
                "STREET",
                "COMMUNITY",
                "CUSTODY",
                "COURT",
                "SCHOOL",
                name="flagsetting",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "standpoint",
            sa.Enum(
                "AT_RISK",
                "VICTIM",
                "SUSPECTED",
                "UNCLEAR",
                name="standpoint",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "observed_precision",
            sa.Enum(
                "MOMENT", "DAY", "MONTH", name="timeprecision", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("place_description", sa.String(), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("own_words", sa.String(), nullable=True),
        sa.Column("strengths", sa.String(), nullable=True),
        sa.Column("opinion", sa.String(), nullable=True),
        sa.Column("third_party_notes", sa.String(), nullable=True),
        sa.Column(
            "told",
            sa.Enum("YES", "NO", "UNSAFE", name="told", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("source_system", sa.String(), nullable=True),
        sa.Column("source_reference", sa.String(), nullable=True),
        sa.Column("emergency_action_code", sa.String(), nullable=True),
        sa.Column("emergency_incident_number", sa.String(), nullable=True),
        sa.Column("triaged_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'DRAFT') = (raised_at is null)", name=op.f("ck_flag_draft_is_not_raised")),
        sa.CheckConstraint("state = 'DRAFT' or told is not null", name=op.f("ck_flag_raised_says_whether_told")),
        sa.ForeignKeyConstraint(["id"], ["root.id"], name=op.f("fk_flag_id")),
        sa.ForeignKeyConstraint(["lawful_basis_code"], ["lawful_basis.code"], name=op.f("fk_flag_lawful_basis_code")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_flag_partnership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_flag_person_id")),
        sa.ForeignKeyConstraint(["raised_by_agency_id"], ["agency.id"], name=op.f("fk_flag_raised_by_agency_id")),
        sa.ForeignKeyConstraint(
            ["raised_by_membership_id"], ["membership.id"], name=op.f("fk_flag_raised_by_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["triaged_by_membership_id"], ["membership.id"], name=op.f("fk_flag_triaged_by_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint(
            "raised_by_agency_id",
            "source_system",
            "source_reference",
            name=op.f("uq_flag_raised_by_agency_id_source_system_source_reference"),
        ),
        sa.UniqueConstraint("reference", name=op.f("uq_flag_reference")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column(
            "engagement",
            sa.Enum(
                "ENGAGED",
                "NOT_ENGAGED",
                "CLOSED",
                name="engagement",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("given_by_agency_id", sa.Uuid(), nullable=False),
        sa.Column("given_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_feedback_flag_id")),
        sa.ForeignKeyConstraint(["given_by_agency_id"], ["agency.id"], name=op.f("fk_feedback_given_by_agency_id")),
        sa.ForeignKeyConstraint(
            ["given_by_membership_id"], ["membership.id"], name=op.f("fk_feedback_given_by_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_flag_id"), "feedback", ["flag_id"], unique=False)
    op.create_table(
        "flag_concern",
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("concern_code", sa.String(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_concern_flag_id")),
        sa.PrimaryKeyConstraint("flag_id", "concern_code", name=op.f("pk_flag_concern")),
    )
    op.create_table(
        "flag_transition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column(
            "from_state",
            sa.Enum(
                "DRAFT",
                "SUBMITTED",
                "IN_TRIAGE",
                "NFA",
                "SHARED",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "DRAFT",
                "SUBMITTED",
                "IN_TRIAGE",
                "NFA",
                "SHARED",
                name="flagstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_membership_id"], ["membership.id"], name=op.f("fk_flag_transition_by_membership_id")
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_transition_flag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_transition")),
    )
    op.create_index("ix_flag_transition_flag", "flag_transition", ["flag_id", "at"], unique=False)
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("ANSWER", name="notificationkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_notification_flag_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_notification_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index(op.f("ix_notification_flag_id"), "notification", ["flag_id"], unique=False)
    op.create_index("ix_notification_membership", "notification", ["membership_id", "created_at"], unique=False)
    op.create_table(
        "place_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("estimated_size", sa.SmallInteger(), nullable=True),
        sa.Column("usual_times", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_place_group_flag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_group")),
        sa.UniqueConstraint("flag_id", name=op.f("uq_place_group_flag_id")),
    )
    op.create_table(
        "share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("from_agency_id", sa.Uuid(), nullable=False),
        sa.Column("to_agency_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("ACTIVE", "ENDED", name="sharestate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("field_groups", sa.BigInteger(), nullable=False),
        sa.Column("purpose_code", sa.String(), nullable=False),
        sa.Column("lawful_basis_code", sa.String(), nullable=False),
        sa.Column(
            "source_regime",
            sa.Enum("PART_2", "PART_3", name="sourceregime", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("proportionality_note", sa.String(), nullable=False),
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "engagement",
            sa.Enum(
                "ENGAGED",
                "NOT_ENGAGED",
                "CLOSED",
                name="engagement",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("answer_note", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(engagement is null) = (answered_at is null)", name=op.f("ck_share_answer_has_a_time")),
        sa.CheckConstraint("from_agency_id <> to_agency_id", name=op.f("ck_share_opens_to_another_agency")),
        sa.ForeignKeyConstraint(
            ["agreement_version_id"], ["agreement_version.id"], name=op.f("fk_share_agreement_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_membership_id"], ["membership.id"], name=op.f("fk_share_answered_by_membership_id")
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_share_flag_id")),
        sa.ForeignKeyConstraint(["from_agency_id"], ["agency.id"], name=op.f("fk_share_from_agency_id")),
        sa.ForeignKeyConstraint(["lawful_basis_code"], ["lawful_basis.code"], name=op.f("fk_share_lawful_basis_code")),
        sa.ForeignKeyConstraint(["to_agency_id"], ["agency.id"], name=op.f("fk_share_to_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
    )
    op.create_index(op.f("ix_share_flag_id"), "share", ["flag_id"], unique=False)
    op.create_index("ix_share_to", "share", ["to_agency_id", "state"], unique=False)
    op.create_table(
        "triage_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "NO_FURTHER_ACTION", "SHARE", name="triageoutcome", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("threshold_level_code", sa.String(), nullable=False),
        sa.Column("rationale", sa.String(), nullable=False),
        sa.Column("decided_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_membership_id"], ["membership.id"], name=op.f("fk_triage_decision_decided_by_membership_id")
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_triage_decision_flag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_decision")),
    )
    op.create_index(op.f("ix_triage_decision_flag_id"), "triage_decision", ["flag_id"], unique=False)
    op.create_table(
        "disclosure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "root_kind",
            sa.Enum("FLAG", "PERSON", name="rootkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("levels", sa.BigInteger(), nullable=False),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "because",
            sa.Enum(
                "AUTHOR",
                "RAISED_BY_US",
                "PARTNERSHIP_TRIAGE",
                "SHARE",
                name="disclosurereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("share_id", sa.Uuid(), nullable=True),
        sa.Column("agreement_version_id", sa.Uuid(), nullable=False),
        sa.Column("column_code", sa.String(), nullable=False),
        sa.Column("lawful_basis_code", sa.String(), nullable=True),
        sa.Column("granted_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from", name=op.f("ck_disclosure_period_runs_forward")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_version_id"], ["agreement_version.id"], name=op.f("fk_disclosure_agreement_version_id")
        ),
        sa.ForeignKeyConstraint(["audience_id"], ["audience.id"], name=op.f("fk_disclosure_audience_id")),
        sa.ForeignKeyConstraint(
            ["granted_by_membership_id"], ["membership.id"], name=op.f("fk_disclosure_granted_by_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["lawful_basis_code"], ["lawful_basis.code"], name=op.f("fk_disclosure_lawful_basis_code")
        ),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_disclosure_root_id")),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_disclosure_share_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    op.create_index(
        "ix_disclosure_inbox", "disclosure", ["audience_id", "root_kind", "sort_at", "root_id"], unique=False
    )
    op.create_index("ix_disclosure_root", "disclosure", ["root_id", "audience_id"], unique=False)
    # It goes and stays with the flags, or a reference would be given a second time.
    op.execute("create sequence flag_reference_seq start 1001")


def downgrade() -> None:
    op.execute("drop sequence flag_reference_seq")
    op.drop_table("disclosure")
    op.drop_table("triage_decision")
    op.drop_table("share")
    op.drop_table("place_group")
    op.drop_table("notification")
    op.drop_table("flag_transition")
    op.drop_table("flag_concern")
    op.drop_table("feedback")
    op.drop_table("flag")
    op.drop_table("person")
    op.drop_table("audit_subject")
    op.drop_table("root")
    op.drop_table("idempotency_record")
    op.drop_table("audit_event")
    op.drop_table("audience")
    op.drop_table("viewer_context_key")
