"""Create who hears of what and how: more kinds of notices, choices for e-mail, and the mails that were sent.

The worker learns whom to tell from who holds which audience. Of a flag it reads where it stands and who acts on it,
by single columns; no word of a record.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0010"
down_revision = "0009"

KINDS = (
    "ANSWER",
    "QUESTION",
    "QUESTION_ANSWERED",
    "NEW_FLAG",
    "SHARED_WITH_US",
    "ESCALATED_TO_US",
    "WITHDRAWN",
    "REOPENED",
    "OVERDUE",
)
# What the worker reads of each table, to know whom to tell.
WORKER_READS = {
    "triage_decision": "id, escalated_to_agency_id",
    "disclosure": "root_id, audience_id, because, share_id, valid_from, valid_to",
    "notification": "id, flag_id, membership_id, kind, created_at, read_at, mailed_at",
}
OWN_USER = "user_id = (select m.user_id from membership m where m.id = (select viewer_membership()))"
DISCLOSED = "exists (select from disclosure d where d.root_id = notification.flag_id)"


def kind() -> sa.Enum:
    return sa.Enum(*KINDS, name="notificationkind", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    web, worker = context.config.attributes["web_role"], context.config.attributes["worker_role"]
    allowed = ", ".join(f"'{each}'" for each in KINDS)
    op.execute("alter table notification drop constraint ck_notification_notificationkind")
    op.execute(f"alter table notification add constraint ck_notification_notificationkind check (kind in ({allowed}))")
    op.add_column("notification", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_notification_waiting",
        "notification",
        ["membership_id", "created_at"],
        postgresql_where=sa.text("read_at is null"),
    )
    op.create_table(
        "notification_preference",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", kind(), nullable=False),
        sa.Column(
            "email",
            sa.Enum(
                "NEVER", "AT_ONCE", "DAILY", name="emailchoice", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_notification_preference_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notification_preference")),
    )
    op.create_table(
        "notice_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_notice_mail_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_mail")),
    )
    op.create_index(
        "uq_notice_mail_open", "notice_mail", ["user_id"], unique=True, postgresql_where=sa.text("closed_at is null")
    )
    op.create_index("ix_notice_mail_tried", "notice_mail", ["user_id", "tried_at"])
    _wall(web, worker)


def _wall(web: str, worker: str) -> None:
    # What waits for a colleague is theirs to know, even where both see the flag.
    op.execute(
        f"alter policy disclosed on notification using ({DISCLOSED} and membership_id = (select viewer_membership()))"
    )
    op.execute("alter table notification_preference enable row level security")
    op.execute(f"create policy own on notification_preference using ({OWN_USER}) with check ({OWN_USER})")
    op.execute(
        f"grant select, insert on notification_preference to {web}; grant update (email) on notification_preference to {web}"
    )
    op.execute(f"create policy told on notification_preference for select to {worker} using (true)")
    op.execute(f"grant select on notification_preference to {worker}")
    op.execute(f"grant select, insert, update on notice_mail to {worker}")
    for table, columns in WORKER_READS.items():
        op.execute(f"create policy recipients on {table} for select to {worker} using (true)")
        op.execute(f"grant select ({columns}) on {table} to {worker}")
    op.execute(f"create policy mailed on notification for update to {worker} using (true) with check (true)")
    op.execute(f"grant update (mailed_at) on notification to {worker}")


def downgrade() -> None:
    worker = context.config.attributes["worker_role"]
    op.execute("drop policy mailed on notification")
    op.execute(f"revoke update (mailed_at) on notification from {worker}")
    for table, columns in WORKER_READS.items():
        op.execute(f"drop policy recipients on {table}; revoke select ({columns}) on {table} from {worker}")
    op.execute(f"alter policy disclosed on notification using ({DISCLOSED})")
    op.drop_table("notice_mail")
    op.drop_table("notification_preference")
    op.drop_index("ix_notification_waiting", "notification")
    op.drop_column("notification", "mailed_at")
    op.execute("delete from notification where kind <> 'ANSWER'")
    op.execute("alter table notification drop constraint ck_notification_notificationkind")
    op.execute("alter table notification add constraint ck_notification_notificationkind check (kind in ('ANSWER'))")
