"""What waits for somebody, and not for a time, is found among millions that were sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WAITING = sa.text("phase = 0 AND not_before IS NULL")


def upgrade() -> None:
    op.create_index(
        "message_waiting",
        "message",
        ["mailbox", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
