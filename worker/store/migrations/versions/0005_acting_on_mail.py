"""What follows from incoming mail: corrections, notices, company-wide holds, watched folders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from worker.store.instant import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "understood",
        sa.Column("incoming_id", BIG, sa.ForeignKey("incoming.id"), primary_key=True),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
    )
    op.create_table(
        "correction",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("incoming_id", BIG, sa.ForeignKey("incoming.id"), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
    )
    op.create_index("ix_correction_incoming_id", "correction", ["incoming_id"])
    op.create_table(
        "notice",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("facts", sa.JSON(), nullable=False),
    )
    with op.batch_alter_table("hold") as table:
        table.add_column(sa.Column("lead_id", BIG, nullable=True))
        table.create_index("ix_hold_lead_id", ["lead_id"])
    with op.batch_alter_table("folder") as table:
        table.add_column(
            sa.Column("watched", sa.Boolean(), nullable=False, server_default=sa.true())
        )
