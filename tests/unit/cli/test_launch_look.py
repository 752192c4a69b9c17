"""A launch looks ahead before it publishes, and speaks JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture, edit


def test_a_launch_looks_ahead_and_compares_with_what_is_launched(
    nurture: Nurture, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.simulate.trial.PATIENCE", 1000.0)  # however slow the machine is
    nurture("leads", "import", "leads.csv")
    first = nurture("sequences", "launch", "welcome", "--existing", "--look", "--yes")
    assert first.status == 0, first.err
    assert "if nobody answers" in first.out
    assert "week of" in first.out
    edit(project / "sequences/welcome.toml", 'after   = "14 days"', 'after   = "9 days"')
    again = nurture("sequences", "launch", "welcome", "--look", "--yes")
    assert "What 20 leads that came in now would get" in again.out
    assert "20 leads get something differently" in again.out
    assert "is launched" in again.out


def test_a_launch_speaks_json_and_publishes_nothing_without_a_yes(nurture: Nurture) -> None:
    dry = nurture("sequences", "launch", "welcome", "--json")
    assert (dry.json["launched"], dry.json["first"]) == (False, True)
    assert nurture("sequences", "list", "--json").json[1]["state"] == "not launched"
    assert nurture("sequences", "launch", "welcome", "--json", "--yes").json["launched"]
