"""Makes many rows of one, in the database itself: a million take seconds.

The one row is what the product left: so no column of it is forgotten here.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import SQLModel

from worker.store.database import Connection

# Each is written as its index is, so that looking costs nothing.
PLANNED = "phase = 0 AND not_before IS NOT NULL"
IN_HAND, IN_DOUBT = "phase = 1", "phase = 2"

_PARTS = """
    INSERT INTO {table} ({columns})
    WITH RECURSIVE number (n) AS
    (SELECT {first} UNION ALL SELECT n + 1 FROM number WHERE n < {last})
    SELECT {values} FROM number, {table} WHERE {which}
"""


def multiply(
    connection: Connection,
    table: str,
    numbers: range,
    differing: Mapping[str, str],
    which: str = "id = 1",
) -> None:
    """Copy the row `which` once for each n of `numbers`.

    `differing` are the columns that are not copied: each is an expression of n.
    """
    if not numbers:
        return
    named = [one.name for one in SQLModel.metadata.tables[table].columns if one.computed is None]
    values = [differing.get(name, f'{table}."{name}"') for name in named]
    statement = _PARTS.format(
        table=table,
        columns=", ".join(f'"{name}"' for name in named),
        values=", ".join(values),
        first=numbers[0],
        last=numbers[-1],
        which=which,
    )
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def has_any(connection: Connection, which: str) -> bool:
    """Whether there is any message of these: `PLANNED`, `IN_HAND` or `IN_DOUBT`."""
    statement = f"SELECT 1 FROM message WHERE {which} LIMIT 1"  # noqa: S608  ours, see above
    return connection.exec_driver_sql(statement).first() is not None
