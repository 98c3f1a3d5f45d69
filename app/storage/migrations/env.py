"""Alembic's entry: migrate over the connection that the server hands in."""

from alembic import context

from app.storage.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
