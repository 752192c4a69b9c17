"""`nurture outbox forecast`: when the queue will be empty, and what keeps it until then."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.unit.cli.conftest import Nurture
from worker.clock import SystemClock
from worker.config import load
from worker.daemon.opening import open_database
from worker.store import alerts
from worker.store.tables import message


def test_nothing_waits_in_a_new_project(nurture: Nurture) -> None:
    [found] = nurture("outbox", "forecast", "--json").json
    assert found["planned"] == found["coming"] == 0
    assert "now" in nurture("outbox", "forecast").out


def test_what_is_planned_is_foretold(nurture: Nurture, ada: str, plan: Callable[[], None]) -> None:
    assert ada
    plan()
    [found] = nurture("outbox", "forecast", "--json").json
    assert (found["mailbox"], found["planned"], found["waits_for"]) == ("sales", 1, "")
    assert found["empty_at"] is not None
    assert (found["without"], found["paused"]) == (None, False)
    assert "sales" in nurture("outbox", "forecast").out


def test_a_paused_mailbox_is_never_empty(
    nurture: Nurture, ada: str, plan: Callable[[], None]
) -> None:
    assert ada
    plan()
    assert nurture("pause", "--mailbox", "sales", "a new password").status == 0
    [found] = nurture("outbox", "forecast", "--json").json
    assert (found["empty_at"], found["paused"]) == (None, True)
    assert "a new password" in found["waits_for"]
    assert "paused" in nurture("outbox", "forecast").out


def test_what_waits_for_a_pause_to_end_is_counted(
    nurture: Nurture, ada: str, project: Path, plan: Callable[[], None]
) -> None:
    assert ada
    plan()
    assert nurture("pause", "--mailbox", "sales", "a new password").status == 0
    settings = load(project / "config.toml")
    with closing(open_database(settings)) as database, database.write() as connection:
        connection.execute(message.update().values(not_before=None))  # as the gate leaves it
    [found] = nurture("outbox", "forecast", "--json").json
    assert (found["planned"], found["paused"]) == (1, True)
    [row] = [one for one in nurture("outbox", "forecast").out.splitlines() if "sales" in one]
    assert row.split()[:4] == ["sales", "1", "0", "paused"]


def test_an_inbox_that_is_out_of_reach_keeps_everything(
    nurture: Nurture, ada: str, project: Path, plan: Callable[[], None]
) -> None:
    assert ada
    plan()
    settings = load(project / "config.toml")
    with closing(open_database(settings)) as database, database.write() as connection:
        alerts.raise_(connection, "inbox", "sales", "no route", SystemClock().now())
    [found] = nurture("outbox", "forecast", "--json").json
    assert (found["planned"], found["empty_at"], found["paused"]) == (1, None, True)
    assert found["waits_for"] == "its inbox is out of reach, so that nothing is sent"
