"""What leads ask for: how often they hear from us, and how."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a lead asked for; nobody did yet."""
    with op.batch_alter_table("lead") as batch:
        batch.add_column(sa.Column("rhythm", sa.String(), nullable=True))
        batch.add_column(sa.Column("channel", sa.String(), nullable=True))
