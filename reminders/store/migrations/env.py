"""How Alembic runs the revisions: in the transaction that the caller has open."""

from __future__ import annotations

from alembic import context

from reminders.store.thread_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
