"""A decision names the rule that it was made by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rule = sa.Column("rule", sa.String(), nullable=False, server_default="")
    op.add_column("decision", rule)
