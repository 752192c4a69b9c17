"""The days of passages, what waits for a task or for others, and what happened to leads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from worker.store.instant import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "happened",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "lead_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("lead.id"),
            nullable=False,
        ),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column(
            "enrollment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("step", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("happened_to", "happened", ["lead_id", "at"])
    # What runs already goes on: it counts from its first day, and waits for nobody.
    with op.batch_alter_table("enrollment") as batch:
        batch.add_column(sa.Column("day", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("step_day", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("wait_until", Instant(), nullable=True))
        batch.add_column(
            sa.Column("alone", sa.Boolean(), nullable=False, server_default=sa.false())
        )
