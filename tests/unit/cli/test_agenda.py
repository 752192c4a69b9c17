"""The agenda on the command line: days, loads, limits, and what is asked for."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from tests.unit.cli.conftest import Nurture
from worker.clock import SystemClock


@pytest.mark.usefixtures("eighty")
def test_today_has_who_came_in(nurture: Nurture, ada: str) -> None:
    said = nurture("agenda")
    assert ada in said.out
    assert "welcome, step welcome, from sales" in said.out
    assert "sales 1 of 20\n" in said.out
    assert "Times are those of UTC." in said.out
    assert max(map(len, said.out.splitlines())) <= 80


def test_json_has_all_that_is_asked_for(nurture: Nurture, ada: str) -> None:
    found = nurture("agenda", "--week", "--json").json
    assert found["count"] == len(found["items"]) == 1
    [item] = found["items"]
    assert (item["recipient"], item["sequence"], item["kind"]) == (ada, "welcome", "email")
    [day] = found["days"]
    assert day["mailboxes"] == [{"mailbox": "sales", "count": 1, "limit": 20}]
    assert nurture("agenda", "--sequence", "cross-sell", "--json").json["items"] == []
    assert nurture("agenda", "--limit", "1", "--json").json["count"] == 1


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (
            ("--day", "someday"),
            "someday is no date; expected today, tomorrow, or one such as 2027-01-10\n",
        ),
        (("--day", "2020-01-01"), "2020-01-01 is not in the future; name a later day\n"),
        (("--sequence", "x"), "there is no sequences/x.toml; there are "),
        (("--mailbox", "x"), "no mailbox is called x; the configuration has sales\n"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(
    nurture: Nurture, ada: str, words: tuple[str, ...], error: str
) -> None:
    said = nurture("agenda", *words)
    assert said.status == 1
    assert said.err.startswith(error)


def test_a_day_has_a_name(nurture: Nurture, ada: str) -> None:
    found = nurture("agenda", "--day", "tomorrow", "--json").json
    assert found["from"][:10] == (SystemClock().now() + timedelta(days=1)).date().isoformat()
    today = nurture("agenda", "--day", "today", "--json").json
    assert today["until"] == found["from"]


def test_what_a_person_is_to_do_is_no_mail_of_a_mailbox(nurture: Nurture, ada: str) -> None:
    nurture("sequences", "launch", "nine-touch", "--yes")
    nurture("sequences", "enroll", "nine-touch", ada)
    found = nurture("agenda", "--day", "today", "--json").json
    kinds = Counter(one["kind"] for one in nurture("agenda", "--week", "--json").json["items"])
    days = nurture("agenda", "--week", "--json").json["days"]
    assert kinds["task"] > 0
    assert sum(one["count"] for day in days for one in day["mailboxes"]) == kinds["email"]
    assert found["count"] == len(found["items"])


def test_a_day_on_which_nothing_goes_out_says_so(nurture: Nurture, ada: str) -> None:
    assert "Nothing goes out before" in nurture("agenda", "--day", "2126-01-01").out
