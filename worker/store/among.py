"""Whether a column holds one of many values, in a statement that does not grow with them.

`column.in_(values)` writes a mark for each value and compiles anew; 5,000 of them cost more than
what the database does with them. Here the values are one parameter.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Text, any_, func, literal, select


def among(
    connection: Connection, column: Column[str], values: Collection[str]
) -> ColumnElement[bool]:
    """Return the condition that a column of text holds one of these values."""
    if connection.dialect.name == "sqlite":
        each = func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(list(values), ARRAY(Text)))
