"""What many rows are given at once arrives as it was given, whatever is in it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from sqlalchemy import exc

from tests.store.parts import NOW, launched, new_lead, new_message
from worker.store import leads, messages, timeline
from worker.store.array import written
from worker.store.database import Database
from worker.store.tables import message
from worker.store.timeline import Touch

TEXTS = [
    "",
    "NULL",
    "null",
    'a "quoted" word',
    "a \\ and another \\\\",
    '\\"',
    "{1,2}",
    "a,b",
    " space ",
    "line\r\nbreak\t",
    "é 日本 🦉",
    "%s %(name)s $1 ?",
]


def test_texts_arrive_as_they_are(database: Database) -> None:
    with database.write() as connection:
        ada = new_lead(connection)
        touches = [Touch(ada, NOW, "in", "human", text) for text in TEXTS]
        timeline.touch(connection, touches)
        assert timeline.touches_of(connection, ada) == touches


def test_what_is_asked_for_is_found(database: Database) -> None:
    with database.write() as connection:
        new_lead(connection, "o'neil\"x\\y")
        asked = ["o'neil\"x\\y@engines.example", "{}@x.example", "NULL"]
        assert leads.known(connection, asked) == {asked[0]}


def test_numbers_instants_yes_no_and_none_arrive(database: Database) -> None:
    big = (1 << 62) + 1
    rows = [
        new_message("a", due_at=NOW, to_owner=True, step_id=None),
        new_message("b", due_at=NOW, to_owner=False, step_id="NULL"),
    ]
    with database.write() as connection:
        launched(connection)
        messages.plan(connection, rows)
        columns = message.c.key, message.c.due_at, message.c.to_owner, message.c.step_id
        found = connection.execute(message.select().with_only_columns(*columns).order_by("key"))
        assert [tuple(row) for row in found] == [
            ("a", NOW, True, None),
            ("b", NOW, False, "NULL"),
        ]
    assert written([big, None, True]) == f"{{{big},NULL,True}}"


def test_a_nul_makes_no_two_texts_of_one(database: Database) -> None:
    """PostgreSQL refuses it; SQLite takes it as it is."""
    found: list[Touch] = []
    with suppress(exc.DataError, ValueError), database.write() as connection:
        ada = new_lead(connection)
        given = [Touch(ada, NOW, "in", "human", "a\0b")]
        timeline.touch(connection, given)
        found = timeline.touches_of(connection, ada)
        assert found == given
    assert bool(found) == database.is_sqlite


@given_any(st.lists(st.none() | st.text() | st.integers() | st.booleans(), max_size=4))
def test_each_is_written_alike_alone_and_among_others(values: list[object]) -> None:
    alone = [written([value])[1:-1] for value in values]
    assert written(values) == "{" + ",".join(alone) + "}"


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="an array of bytes"):
        written([b"raw"])
