"""What alembic runs for a migration: on the connection, and in the transaction, that bot.store.schema hands in."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
