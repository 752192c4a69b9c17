"""The last decision about a thing is found by what it is about, not among all about the lead."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("decision_about", "decision", ["lead_id", "enrollment_id", "message_id"])
    op.drop_index("ix_decision_lead_id", "decision")
