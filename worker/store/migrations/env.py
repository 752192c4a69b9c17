"""Run by Alembic: hands it our connection, our tables, and our way to write types."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import AutoString, SQLModel

import worker.store.history_tables
import worker.store.installation_tables  # declares its tables, and so do these
import worker.store.mail_tables
import worker.store.pace_tables
import worker.store.task_tables  # noqa: F401
from worker.store.instant import Instant


def render(kind: str, thing: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types by their short names into a new migration."""
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(thing, Instant):
        autogen.imports.add("from worker.store.instant import Instant")
        return "Instant()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render,
    transactional_ddl=False,  # the caller's transaction holds all of it
)
context.run_migrations()
