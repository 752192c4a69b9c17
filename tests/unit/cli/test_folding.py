"""Where lines break: nowhere in a pipe, and on a terminal not within what one copies."""

from __future__ import annotations

import pytest
from rich.measure import Measurement
from rich.text import Text

from tests.unit.cli.conftest import Nurture
from worker.cli.folding import shared_out
from worker.cli.show import console, table

ADDRESS = "anna.müller@gmx.example"
COMMAND = f"`nurture leads resume {ADDRESS}`"


@pytest.fixture(params=[50, 60, 80])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """A narrow terminal."""
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


def test_what_is_piped_is_not_broken(nurture: Nurture) -> None:
    company = "Felt and Wool of the Northern Sea, Limited, and of the Southern Sea as well"
    words = ("--first-name", "Anna Maria", "--last-name", "Müller", "--company", company)
    nurture("leads", "add", ADDRESS, *words)
    [line] = [one for one in nurture("leads", "list").out.splitlines() if ADDRESS in one]
    assert company in line


@pytest.mark.parametrize("columns", ["0", "many"])
def test_a_width_that_is_none_breaks_nothing(
    nurture: Nurture, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    nurture("leads", "add", ADDRESS, "--company", "Felt " * 20)
    assert "Felt " * 19 in nurture("leads", "list").out


@pytest.mark.parametrize("text", [COMMAND, Text(COMMAND), Text(COMMAND, style="dim")])
def test_a_command_is_not_broken(
    text: str | Text, width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    out = console()
    out.print(Text("Words that stand before it, ").append(text).append(", and more of them."))
    out.print(f"Other words that stand before it: {COMMAND}.", style="dim")
    lines = capsys.readouterr().out.splitlines()
    assert sum(COMMAND in line for line in lines) == 2
    assert max(map(len, lines)) <= width


def test_an_address_in_a_table_is_whole_where_there_is_room(
    width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = table("address", "said", ">score")
    rows.add_row(ADDRESS, "and now a good many words, none of them very long", "100")
    rows.add_row(ADDRESS, Text(f"see {ADDRESS}"), "7")
    console().print(rows)
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.count(ADDRESS) for line in lines) == (3 if width > 50 else 0)
    assert max(map(len, lines)) <= width


def test_columns_give_way_the_longest_first() -> None:
    wanted = [Measurement(20, 40), Measurement(5, 8), Measurement(3, 3)]
    assert shared_out(wanted, 80) == [40, 8, 3]
    assert shared_out(wanted, 40) == [29, 8, 3]
    assert shared_out(wanted, 28) == [20, 5, 3]
    assert shared_out(wanted, 12) == [4, 5, 3]
    assert shared_out(wanted, 0) == [1, 1, 1]
