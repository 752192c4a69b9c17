"""Fewer indexes of what is written for each email, each of which PostgreSQL writes to every time.

The messages of an enrollment are found among those of its lead. One index of enrollments finds
those of a lead, and promises that at most one in a sequence is running: there were two. Claims take
turns by a lock that is no row.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PASSAGE = "CASE WHEN state IN ('active', 'paused') THEN 0 ELSE id END"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    stored = op.get_bind().dialect.name != "sqlite"  # which adds no such column to a table
    passage = sa.Column("passage", big, sa.Computed(PASSAGE, persisted=stored))
    op.drop_index("ix_message_enrollment_id", "message")
    op.drop_index("enrollment_running", "enrollment")
    op.drop_index("ix_enrollment_lead_id", "enrollment")
    op.add_column("enrollment", passage)
    columns = ["lead_id", "sequence", "passage"]
    op.create_index("enrollment_of_lead", "enrollment", columns, unique=True)
    op.execute("DELETE FROM pace WHERE name = 'turn'")
