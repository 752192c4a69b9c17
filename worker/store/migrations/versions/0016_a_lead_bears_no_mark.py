"""What a lead has in hand is told by its message, and no more by a mark on the lead as well.

The mark was written with each claim and taken away with each result: two more rows for each
message, and on PostgreSQL two more versions of a lead. Now an index of what is in hand tells, and
the database itself promises that a lead has one message in hand at the most.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("message_unsettled", "message")
    _of_phase("message_in_hand", 1, unique=True)
    _of_phase("message_in_doubt", 2, unique=False)
    op.drop_column("lead", "in_flight")


def _of_phase(name: str, phase: int, *, unique: bool) -> None:
    where = sa.text(f"phase = {phase}")
    op.create_index(
        name, "message", ["lead_id"], unique=unique, sqlite_where=where, postgresql_where=where
    )
