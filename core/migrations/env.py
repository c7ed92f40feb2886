"""Alembic's environment, the same for every owner; `core.migrate` hands over connection, options and metadata."""

from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], target_metadata=given["metadata"], **given["options"])
with context.begin_transaction():
    context.run_migrations()
