"""What a message does not have is in no index of it on PostgreSQL.

Each move of a message is a new row there, and was written to every index: also that nothing was
sent yet, and that no relay put in a Message-ID of its own, which hardly any does. SQLite writes to
an index only what changes in it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, columns in (
        ("message_sent", ["mailbox", "sent_at"]),
        ("ix_message_relay_id", ["relay_id"]),
    ):
        op.drop_index(name, "message")
        there = sa.text(f"{columns[-1]} IS NOT NULL")
        op.create_index(name, "message", columns, postgresql_where=there)
