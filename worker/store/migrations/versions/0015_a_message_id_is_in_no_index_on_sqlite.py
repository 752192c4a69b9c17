"""A Message-ID is in no index on SQLite either: it names the id of its message, which is as unique.

Each start of a message wrote to that index: of 27 pages that a commit of twenty wrote, five. SQLite
writes the table anew for it, some ten seconds for each million messages.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NAMES = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
"""What the first schema gave no names."""
PHASE = (
    "CASE state WHEN 'planned' THEN 0 WHEN 'claimed' THEN 1 WHEN 'transmitting' THEN 1"
    " WHEN 'in_doubt' THEN 2 ELSE 3 END"
)
OF_PHASE = {
    "message_planned": (
        ["mailbox", "turn", "not_before", "id"],
        "phase = 0 AND not_before IS NOT NULL",
    ),
    "message_unsettled": (["phase"], "phase = 1 OR phase = 2"),
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in OF_PHASE:
        op.drop_index(name, "message")
    op.drop_column("message", "phase")  # a new table takes over no column that is worked out
    with op.batch_alter_table("message", naming_convention=NAMES) as batch:
        batch.drop_constraint("uq_message_rfc_id", type_="unique")
    op.add_column("message", sa.Column("phase", sa.Integer(), sa.Computed(PHASE, persisted=False)))
    for name, (columns, condition) in OF_PHASE.items():
        op.create_index(name, "message", columns, sqlite_where=sa.text(condition))
