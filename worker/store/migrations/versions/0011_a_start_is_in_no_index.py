"""What a start changes of a message is in no index of it on PostgreSQL.

Each move of a message was written to every index of it, because its state was part of two of them,
and its Message-ID had one of its own. Now the state's phase is: to come, in hand, in doubt,
settled; so a start (`claimed` to `transmitting`) leaves all indexes alone. A Message-ID of ours
names the id of its message, which is looked for instead, and is as unique. SQLite keeps that
constraint: there, to drop it is to write the table and all that name it anew.

PostgreSQL writes the table anew and makes its indexes again, while nobody can use it: some fifteen
seconds for each million messages.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PHASE = (
    "CASE state WHEN 'planned' THEN 0 WHEN 'claimed' THEN 1 WHEN 'transmitting' THEN 1"
    " WHEN 'in_doubt' THEN 2 ELSE 3 END"
)
TO_COME, IN_HAND_OR_DOUBT = "phase = 0 AND not_before IS NOT NULL", "phase = 1 OR phase = 2"


def upgrade() -> None:
    op.drop_index("message_planned", "message")
    op.drop_index("message_unsettled", "message")
    far = op.get_bind().dialect.name == "postgresql"
    if far:
        op.drop_constraint("message_rfc_id_key", "message")
    phase = sa.Computed(PHASE, persisted=far)  # SQLite works it out where it is asked for
    op.add_column("message", sa.Column("phase", sa.Integer(), phase))
    _partial("message_planned", ["mailbox", "turn", "not_before", "id"], TO_COME)
    _partial("message_unsettled", ["phase"], IN_HAND_OR_DOUBT)


def _partial(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "message", columns, sqlite_where=where, postgresql_where=where)
