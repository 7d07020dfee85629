"""Decides how migrations run: as the owner, in one transaction, giving up on a lock rather than blocking the site."""

from alembic import context
from sqlalchemy import text

from portal.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, compare_type=True, transaction_per_migration=False)
with context.begin_transaction():
    connection.execute(text("set local lock_timeout = '4s'"))
    connection.execute(text("set local statement_timeout = '60s'"))
    context.run_migrations()
