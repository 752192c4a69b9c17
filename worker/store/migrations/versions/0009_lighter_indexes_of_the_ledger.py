"""What is in hand is found without a list, and a lead in flight by its message.

For a condition with a list of three SQLite builds a table, for each row that is written, twice.
A lead's mark comes and goes with every message, and each time an index of it was written too.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    unsettled = sa.text("state = 'claimed' OR state = 'transmitting' OR state = 'in_doubt'")
    op.drop_index("lead_in_flight", "lead")
    op.drop_index("message_unsettled", "message")
    op.create_index(
        "message_unsettled",
        "message",
        ["state"],
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )
