"""Emails that went out before the database was restored, and that it cannot take back into its own.

Their leads are unknown to it, or somebody else has their numbers by now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from worker.store.instant import Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bygone",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("template", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_bygone_digest", "bygone", ["digest"])
