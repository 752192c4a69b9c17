"""Mail to owners, and the score of a lead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what says that a passage or a message is for an owner, and a score of 0."""
    for table in ("enrollment", "message"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(
                sa.Column("to_owner", sa.Boolean(), nullable=False, server_default=sa.false())
            )
    with op.batch_alter_table("lead") as batch:
        batch.add_column(sa.Column("score", sa.Integer(), nullable=False, server_default="0"))
