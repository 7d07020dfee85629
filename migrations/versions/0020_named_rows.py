"""Find the flags of a person and the disclosures of a share by index: taking either away asks for them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

# Most disclosures come from no share, and a flag about a group names no person.
INDEXES = (("ix_flag_person", "flag", "person_id"), ("ix_disclosure_share", "disclosure", "share_id"))


def upgrade() -> None:
    for name, table, column in INDEXES:
        op.create_index(name, table, [column], postgresql_where=sa.text(f"{column} is not null"))


def downgrade() -> None:
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
