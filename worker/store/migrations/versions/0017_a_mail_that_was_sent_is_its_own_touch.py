"""An email that was sent is told by its message, and no more by a touch beside it.

The touch said once more what the message says: to whom, when, what kind of email, which subject. It
was one row and three entries of indexes for each email, and on PostgreSQL two rows to look up that
it refers to. What no message tells stays.
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "DELETE FROM touch WHERE direction = 'out' AND message_id IN"
        " (SELECT id FROM message WHERE state = 'sent' AND sent_at IS NOT NULL AND NOT to_owner)"
    )
