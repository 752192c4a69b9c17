"""Which transactions wrote what gates read, on PostgreSQL.

Each leaves its number in `writing`. Those of ours do so as the last of all that they do
(`worker.store.trip`), in a few rows that connections share. For whoever writes with a client of
their own, a trigger does, in a row of that connection: who takes their time holds nobody up.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

READ = ("lead", "enrollment", "hold", "suppression", "touch", "message", "folder", "pace")
SAY_SO = """
    CREATE FUNCTION nurture_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO writing (slot, xid)
        VALUES (-pg_backend_pid(), pg_current_xact_id()::text::bigint)
        ON CONFLICT (slot) DO UPDATE SET xid = excluded.xid;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "writing",
        sa.Column("slot", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(SAY_SO)
    for table in READ:
        op.execute(
            f"CREATE TRIGGER nurture_written AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT"
            " WHEN (current_setting('nurture.says_so', true) IS DISTINCT FROM 'on')"
            " EXECUTE FUNCTION nurture_written()"
        )
