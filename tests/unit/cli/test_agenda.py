"""The agenda on the command line: days, loads, limits, and what is asked for."""

from __future__ import annotations

import pytest

from tests.unit.cli.conftest import Nurture


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
        (("--day", "tomorrow"), "tomorrow is no date; expected one such as 2027-01-10\n"),
        (("--day", "2020-01-01"), "2020-01-01 is not in the future; name a later day\n"),
        (("--mailbox", "x"), "no mailbox is called x; the configuration has sales\n"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(
    nurture: Nurture, ada: str, words: tuple[str, ...], error: str
) -> None:
    said = nurture("agenda", *words)
    assert (said.status, said.err) == (1, error)


def test_a_day_on_which_nothing_goes_out_says_so(nurture: Nurture, ada: str) -> None:
    assert "Nothing goes out before" in nurture("agenda", "--day", "2126-01-01").out
