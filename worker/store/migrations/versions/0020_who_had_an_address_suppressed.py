"""Who had an address suppressed: a server, a hand, the person, or the provider that complained."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("suppression", sa.Column("origin", sa.String(), nullable=True))
