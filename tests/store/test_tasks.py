"""Tasks as they are stored: once each, closed once, and over when it is over with the lead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.store.parts import DAY, HOUR, NOW, enrolled, launched, new_lead
from worker.core.states import CallResult, TaskState
from worker.errors import NotFoundError
from worker.store import enrollments, tasks, timeline
from worker.store.database import Connection, Database
from worker.store.tasks import NewTask
from worker.store.timeline import Touch


def opened(connection: Connection, lead_id: int, key: str = "task:1:call", **changed: Any) -> int:
    new = NewTask(key, lead_id, "call", NOW + HOUR, "day 1 of nine-touch")
    return tasks.add(connection, [replace(new, **changed)], NOW)[key]


def test_a_task_is_opened_once(database: Database) -> None:
    with database.write() as connection:
        lead_id = new_lead(connection)
        number = opened(connection, lead_id, say="Good morning!")
        again = NewTask("task:1:call", lead_id, "call", NOW, "again")
        other = NewTask("task:2:call", lead_id, "call", NOW, "another")
        added = tasks.add(connection, [again, other, other], NOW)
        assert added == {"task:2:call": number + 1}
        assert [one.reason for one in tasks.of_lead(connection, lead_id)] == [
            "day 1 of nine-touch",
            "another",
        ]
        found = tasks.get(connection, number)
        assert (found.kind, found.state, found.say) == ("call", TaskState.OPEN, "Good morning!")
        with pytest.raises(NotFoundError, match="no task has the number 999"):
            tasks.get(connection, 999)


def test_a_task_is_closed_once_with_its_result(database: Database) -> None:
    with database.write() as connection:
        number = opened(connection, new_lead(connection))
        reached = CallResult.REACHED
        closed = tasks.close(
            connection, number, TaskState.DONE, "reached", NOW + DAY, result=reached, note="wants B"
        )
        assert closed
        assert not tasks.close(connection, number, TaskState.SKIPPED, "no", NOW + DAY)
        found = tasks.get(connection, number)
        assert (found.state, found.result, found.note) == (TaskState.DONE, reached, "wants B")
        assert found.closed_at == NOW + DAY
        assert tasks.open_now(connection) == []


def test_what_is_open_comes_in_the_order_in_which_it_is_due(database: Database) -> None:
    with database.write() as connection:
        lead_id = new_lead(connection)
        late = opened(connection, lead_id, "a", due_at=NOW + DAY)
        early = opened(connection, lead_id, "b", due_at=NOW)
        assert [one.id for one in tasks.open_now(connection)] == [early, late]
        assert [one.id for one in tasks.open_now(connection, due_until=NOW + HOUR)] == [early]


def test_what_expires_is_of_one_lead_or_one_passage(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        ada, bob = new_lead(connection, "ada"), new_lead(connection, "bob")
        passage = enrolled(connection, ada)
        mine = opened(connection, ada, "a", enrollment_id=passage)
        other, his = opened(connection, ada, "b"), opened(connection, bob, "c")
        over = tasks.expire(connection, ada, passage, "bought", NOW)
        assert [one.id for one in over] == [mine]
        over = tasks.expire(connection, ada, None, "bought", NOW)
        assert [one.id for one in over] == [other]
        assert [one.id for one in tasks.open_now(connection)] == [his]
        states = [one.state for one in tasks.of_lead(connection, ada)]
        assert states == [TaskState.EXPIRED, TaskState.EXPIRED]


def test_what_goes_to_the_owner_leaves_nobody_less_alone(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        ada = new_lead(connection, "ada")
        passage = enrolled(connection, ada)
        enrollments.add(
            connection,
            lead_id=ada,
            sequence="loop",
            version="v1",
            mailbox="sales",
            now=NOW,
            to_owner=True,
        )
        assert [one.id for one in enrollments.others(connection, [ada])] == [passage]


def test_the_last_words_of_each_lead(database: Database) -> None:
    with database.write() as connection:
        ada, bob = new_lead(connection, "ada"), new_lead(connection, "bob")
        said = [Touch(ada, NOW + n * HOUR, "in", "replied", f"words {n}") for n in range(2)]
        timeline.touch(connection, [*said, Touch(ada, NOW + DAY, "out", "step", "Hello")])
        found = timeline.last_answers(connection, [ada, bob])
        assert {key: one.summary for key, one in found.items()} == {ada: "words 1"}
