"""What a salesperson sees of tasks, and does about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture
from worker.clock import SystemClock

BOB = "bob@quiet.example"


@pytest.fixture
def three(nurture: Nurture, ada: str) -> tuple[str, str]:
    """Ada and Bob, who is more promising; she is to be called, he to be called and written to."""
    nurture(
        "leads", "add", BOB, "--score", "60", "--phone", "+44 20 7946 0000", "--consent", "fair"
    )
    nurture("tasks", "add", ada, "call", "--say", "Good morning!")
    nurture("tasks", "add", BOB, "letter")
    nurture("tasks", "add", BOB, "call", "--due", "tomorrow")
    return ada, BOB


@pytest.mark.usefixtures("eighty")
def test_the_most_promising_comes_first_and_then_what_is_due_first(
    nurture: Nurture, three: tuple[str, str]
) -> None:
    ada, bob = three
    listed = nurture("tasks", "list", "--json").json
    assert [(one["lead"]["address"], one["task"]["kind"]) for one in listed] == [
        (bob, "letter"),
        (bob, "call"),
        (ada, "call"),
    ]
    today = nurture("tasks", "list", "--due", "today", "--json").json
    assert [one["task"]["kind"] for one in today] == ["letter", "call"]
    told = nurture("tasks", "list").out
    assert "+44 20 7946 0000" in told
    assert "“Good morning!”" in told
    assert "3 of 3 tasks." in told
    assert max(map(len, told.splitlines())) <= 80


def test_a_call_ends_in_one_of_four_ways(nurture: Nurture, three: tuple[str, str]) -> None:
    ada, _ = three
    number = nurture("tasks", "list", "--json").json[2]["task"]["id"]
    refused = nurture("tasks", "done", str(number))
    assert refused.status == 1
    assert "--result reached|no_answer|message_left|wrong_number" in refused.err
    done = nurture("tasks", "done", str(number), "--result", "reached", "--note", "wants a demo")
    assert f"Task {number} is done." in done.out
    again = nurture("tasks", "done", str(number), "--result", "reached")
    assert "is done already: reached: wants a demo" in again.err
    [touch] = nurture("leads", "show", ada, "--json").json["touches"]
    assert (touch["direction"], touch["kind"]) == ("out", "call")
    assert touch["summary"] == "call, reached: wants a demo"
    shown = nurture("tasks", "show", str(number)).out
    assert "wants a demo" in shown
    assert "nurture tasks done" not in shown


def test_a_wrong_number_is_asked_about(nurture: Nurture, three: tuple[str, str]) -> None:
    number = nurture("tasks", "list", "--json").json[1]["task"]["id"]
    nurture("tasks", "done", str(number), "--result", "wrong_number")
    assert "phone=NUMBER" in " ".join(nurture("status").out.split())


def test_only_a_call_has_a_result(nurture: Nurture, three: tuple[str, str]) -> None:
    number = nurture("tasks", "list", "--json").json[0]["task"]["id"]
    refused = nurture("tasks", "done", str(number), "--result", "reached")
    assert "is no call but letter" in refused.err
    assert nurture("tasks", "skip", str(number), "no", "stamps").status == 0
    assert len(nurture("tasks", "list", "--json").json) == 2


def test_what_is_over_with_a_lead_is_over_with_its_tasks(
    nurture: Nurture, three: tuple[str, str]
) -> None:
    _, bob = three
    assert "task 3 is open, call" in " ".join(nurture("why", bob).out.split())
    nurture("outcome", bob, "won", "500")
    told = " ".join(nurture("why", bob).out.split())
    assert "task expired" in told
    assert "is open" not in told


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("list", "--owner", "Nobody"), "no owner is called Nobody"),
        (("list", "--due", "someday"), "someday is no date; expected today, tomorrow"),
        (
            ("add", "ada@analytical.example", "call", "--due", "2020-01-02"),
            "2020-01-02 is over; name",
        ),
        (("done", "9"), "no task has the number 9: see `nurture tasks list`"),
    ],
)
def test_slips_are_told_in_a_sentence(nurture: Nurture, words: tuple[str, ...], error: str) -> None:
    said = nurture("tasks", *words)
    assert said.status == 1
    assert error in said.err


def test_a_task_is_due_on_the_day_that_was_named(nurture: Nurture, three: tuple[str, str]) -> None:
    ada, bob = three
    nurture("tasks", "add", ada, "letter", "--due", "2126-01-10")
    tomorrow = (SystemClock().now() + timedelta(days=1)).date().isoformat()
    told = nurture("tasks", "list").out
    assert told.count("today") == 2
    assert tomorrow in told
    assert "2126-01-10" in told
    assert "00:00" not in told
    assert f"due {tomorrow}:" in nurture("why", bob).out
    items = nurture("agenda", "--day", "tomorrow", "--json").json["items"]
    assert [one["what"] for one in items if one["kind"] == "task"] == ["call"]


def test_an_empty_list_says_so(nurture: Nurture) -> None:
    assert nurture("tasks", "list").out == "Nothing is to be done.\n"


REVIEWED = """
title = "Offers"

[[step]]
id = "offer"
after = "0 minutes"
window = "any"
email = "welcome/welcome.html"
purpose = "value"
review = "owner"
"""


def test_an_email_that_waits_is_approved(
    nurture: Nurture, ada: str, project: Path, plan: Callable[[], None]
) -> None:
    assert nurture("outbox", "approve", "--all", "--yes").out == "Nothing waits for review.\n"
    (project / "sequences" / "offers.toml").write_text(REVIEWED)
    assert nurture("sequences", "launch", "offers", "--yes").status == 0
    assert nurture("sequences", "enroll", "offers", ada).status == 0
    plan()
    assert nurture("outbox", "approve", "--all", "--sequence", "welcome", "--yes").out.startswith(
        "Nothing waits"
    )
    said = nurture("outbox", "approve", "--all", "--sequence", "offers", "--yes")
    assert said.out == "1 message may go out.\n"
    assert nurture("outbox", "approve", "--all", "--yes").out == "Nothing waits for review.\n"
    assert nurture("outbox", "approve").status == 2
    assert "does not wait for review" in nurture("outbox", "approve", "1").err
