"""Create exports: who took a copy of which flag's record, when and what for, and an action of the audit for it."""

import sqlalchemy as sa
from alembic import context, op

revision = "0013"
down_revision = "0012"

ACTIONS = "'READ', 'WRITE', 'DENY', 'SHARE', 'SIGN_IN'"
SEEN = "exists (select from disclosure d where d.root_id = flag_export.flag_id)"
OWN = "exported_by_membership_id = (select viewer_membership())"


def allow(actions: str) -> None:
    op.execute("alter table audit_event drop constraint ck_audit_event_auditaction")
    # Lines of an action that is gone, going down, stay as they were written: the audit is append only.
    op.execute(
        f"alter table audit_event add constraint ck_audit_event_auditaction check (action in ({actions})) not valid"
    )


def upgrade() -> None:
    web = context.config.attributes["web_role"]
    allow(f"{ACTIONS}, 'EXPORT'")
    op.execute("alter table audit_event validate constraint ck_audit_event_auditaction")
    op.create_table(
        "flag_export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("purpose_code", sa.String(), nullable=False),
        sa.Column("exported_by_membership_id", sa.Uuid(), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_export_flag_id")),
        sa.ForeignKeyConstraint(
            ["exported_by_membership_id"], ["membership.id"], name=op.f("fk_flag_export_exported_by_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_export")),
    )
    op.create_index(op.f("ix_flag_export_flag_id"), "flag_export", ["flag_id"])
    op.execute("alter table flag_export enable row level security")
    op.execute(f"create policy disclosed on flag_export for select using ({SEEN})")
    op.execute(f"create policy written on flag_export for insert with check ({OWN} and {SEEN})")
    op.execute(f"grant select, insert on flag_export to {web}")


def downgrade() -> None:
    op.drop_table("flag_export")
    allow(ACTIONS)
