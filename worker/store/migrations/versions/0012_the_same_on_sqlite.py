"""What a message does not have is in no index of it on SQLite either.

That nothing was sent yet was an entry at one end of an index, which moved to the other end when it
was: two pages of it were written with each message where one does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, columns in (
        ("message_sent", ["mailbox", "sent_at"]),
        ("ix_message_relay_id", ["relay_id"]),
    ):
        op.drop_index(name, "message")
        there = sa.text(f"{columns[-1]} IS NOT NULL")
        op.create_index(name, "message", columns, sqlite_where=there)
