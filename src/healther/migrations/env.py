"""Alembic's entry: runs on the connection that healther.migrations.run hands over."""

from alembic import context
from sqlmodel import SQLModel

import healther.migrations.models

__all__ = ["healther"]

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    # SQLite's DDL is transactional too once BEGIN is ours (core/db.py): a migration killed midway leaves nothing.
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=connection.dialect.name == "sqlite",
    include_name=lambda name, kind, _parents: not (kind == "table" and (name or "").startswith("healthevent_")),
)
with context.begin_transaction():
    context.run_migrations()
