"""`nurture outbox forecast`: when the queue will be empty, and what keeps it until then."""

from __future__ import annotations

from collections.abc import Callable

from tests.unit.cli.conftest import Nurture


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
