"""What is asked of a ledger of millions is found by an index, whatever it is asked with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from bench.sending.rows import multiply
from tests.store.parts import NOW, planned, rfc_id_of
from worker.core.states import MessageState
from worker.store import claims, messages, migration, outbox, queue, results, timeline
from worker.store.database import Database
from worker.store.timeline import Touch

Asked = tuple[str, Any]
MANY = 20_000


STARTED = ("state", "reason", "rfc_id", "subject", "first_try_at", "tried_at")


@contextmanager
def asking(connection: Connection) -> Iterator[list[Asked]]:
    """Give what is asked in the block."""
    asked: list[Asked] = []

    def remember(_connection: Any, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
        asked.append((statement, given))

    event.listen(connection, "before_cursor_execute", remember)
    yield asked
    event.remove(connection, "before_cursor_execute", remember)


def plans(database: Database, connection: Connection, asked: Sequence[Asked]) -> str:
    """Return how all of that is found."""
    plan = plan_of_sqlite if database.is_sqlite else plan_of_postgres
    return "\n".join(plan(connection, *one) for one in asked)


def plan_of_sqlite(connection: Connection, statement: str, given: Sequence[Any]) -> str:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(given))
    return "\n".join(row[-1] for row in rows)


def plan_of_postgres(connection: Connection, statement: str, given: Mapping[str, Any]) -> str:
    """The plan that a statement gets once it has run a few times: for any values."""
    names = list(given)
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", statement)
    values = ", ".join(repr(value) for value in given.values())
    for line in (
        "DEALLOCATE ALL",
        "SET enable_seqscan = off",  # of an empty table it is the best
        "SET plan_cache_mode = force_generic_plan",
        f"PREPARE asked AS {numbered}",
    ):
        connection.exec_driver_sql(line)
    rows = connection.exec_driver_sql(f"EXPLAIN EXECUTE asked ({values})")
    return "\n".join(row[0] for row in rows)


def test_what_a_worker_left_is_found_among_what_is_in_hand(database: Database) -> None:
    states = (MessageState.CLAIMED, MessageState.TRANSMITTING)
    with database.write() as connection:
        with asking(connection) as asked:
            messages.left_by(connection, "mine", states, before_epoch=3)
        assert "message_in_hand" in plans(database, connection, asked)


def test_the_messages_of_enrollments_are_found_among_those_of_their_leads(
    database: Database,
) -> None:
    with database.write() as connection:
        with asking(connection) as asked:
            migration.got(connection, [1, 2])
            migration.open_messages(connection, [1, 2])
            results.sent(connection, "welcome")
        _, of_tasks, *_ = asked
        asked.remove(of_tasks)
        told = plans(database, connection, asked)
    assert told.count("ix_message_lead_id") == len(asked) == 3


def test_the_first_that_a_mailbox_sent_is_found_by_an_index(database: Database) -> None:
    with database.write() as connection:
        with asking(connection) as asked:
            outbox.first_sent(connection, "sales")
        assert "message_sent" in plans(database, connection, asked)


def test_what_waits_for_somebody_is_found_by_an_index(database: Database) -> None:
    with database.write() as connection:
        with asking(connection) as asked:
            messages.release_waiting(connection, NOW)
            queue.held(connection, "sales")
            outbox.has_unsettled(connection, ":letter:2027-01")
            outbox.shown(connection, states=[MessageState.PLANNED])
        told = plans(database, connection, asked)
    assert "SCAN message\n" not in f"{told}\n"
    assert "Seq Scan on message" not in told
    assert told.count("message_waiting") >= 4


def test_a_message_is_found_by_the_id_in_its_message_id(database: Database) -> None:
    with database.write() as connection:
        driver: Any = connection.connection.dbapi_connection
        if database.is_sqlite:
            asked: list[str] = []
            driver.set_trace_callback(asked.append)
            outbox.known_ids(connection, {rfc_id_of(1)})
            driver.set_trace_callback(None)
            told = plan_of_sqlite(connection, asked[0], ())
            assert "SCAN message" not in told
        else:
            outbox.known_ids(connection, {rfc_id_of(1)})
            connection.exec_driver_sql("SET enable_seqscan = off")
            named = "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%%relay_id%%'"
            name = connection.exec_driver_sql(named).scalar_one()
            rows = connection.exec_driver_sql(f"EXPLAIN EXECUTE \"{name}\" ('{{1}}', '{{m}}')")
            told = "\n".join(row[0] for row in rows)
            assert "message_pkey" in told
            assert "ix_message_relay_id" in told


def test_a_start_changes_nothing_that_an_index_is_of(postgres_url: str) -> None:
    """PostgreSQL then writes to none of them (a "heap-only tuple")."""
    database = Database(postgres_url)
    with database.read() as connection:
        statement = "SELECT indexdef FROM pg_indexes WHERE tablename = 'message'"
        indexes = connection.exec_driver_sql(statement).scalars().all()
        assert len(indexes) >= 7
        words = {word for index in indexes for word in re.findall(r"\w+", index)}
        assert words.isdisjoint(STARTED)
    database.close()


def test_what_is_due_is_planned_once_for_any_limit(postgres_url: str) -> None:
    """PostgreSQL keeps a plan for whatever is asked only where that seems not to be dearer."""
    database = Database(postgres_url)
    with database.write() as connection:
        planned(connection)
        multiply(connection, "message", range(2, MANY), {"id": "n", "key": "n", "lead_id": "NULL"})
        connection.exec_driver_sql("ANALYZE message")
        for limit in range(1, 20):
            assert len(claims.candidates(connection, "sales", NOW, limit)) == limit
        [kept] = connection.exec_driver_sql(
            "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%%UNION ALL%%'"
        )
        assert kept[0] > 0
    database.close()


def test_what_a_mailbox_sent_and_sends_is_found_by_indexes(database: Database) -> None:
    with database.write() as connection:
        with asking(connection) as asked:
            outbox.sent_from(connection, "sales", NOW, 10)
        told = plans(database, connection, asked)
    assert "message_sent" in told
    assert "message_in_hand" in told


def test_who_was_reached_is_found_by_an_index_however_small_the_table_was(
    postgres_url: str,
) -> None:
    """A plan is kept until the table is analyzed, which may be a million touches later."""
    database = Database(postgres_url)
    with database.write() as connection:
        leads = planned(connection, 4)
        touches = [Touch(one, NOW, "out", "call", "they were called") for one in leads * 200]
        timeline.touch(connection, touches)
        timeline.reached(connection, leads, NOW)
        name = connection.exec_driver_sql(
            "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%%LATERAL%%'"
        ).scalar_one()
        connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
        rows = connection.exec_driver_sql(f"EXPLAIN EXECUTE \"{name}\" ('{{1}}', 0)")
        assert "Seq Scan" not in "\n".join(row[0] for row in rows)
    database.close()


def test_leads_and_messages_have_room_for_the_next_version(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.read() as connection:
        statement = "SELECT relname FROM pg_class WHERE reloptions::text LIKE '%%fillfactor%%'"
        assert set(connection.exec_driver_sql(statement).scalars()) == {"lead", "message"}
    database.close()
