"""`nurture sequences migrate` shows who stands where, and moves nobody without a yes."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Nurture, edit


def test_it_shows_first_and_moves_then(nurture: Nurture, project: Path, ada: str) -> None:
    assert "Everybody in welcome" in nurture("sequences", "migrate", "welcome").out
    edit(project / "sequences/welcome.toml", 'id      = "features"', 'id      = "everything"')
    assert nurture("sequences", "launch", "welcome", "--yes").status == 0
    dry = nurture("sequences", "migrate", "welcome", "--json")
    assert (dry.json["done"], dry.json["moved"]) == (False, 1)
    asked = nurture("sequences", "migrate", "welcome")
    assert asked.status == 2
    assert "1 lead would be moved" in asked.out
    words = ("--rename", "features=everything", "--yes", "--json")
    done = nurture("sequences", "migrate", "welcome", *words)
    assert done.json["done"], done.err
    assert [case["vanished"] for case in done.json["cases"]] == [False]
    assert "moved to the new structure" in nurture("why", ada).out.replace("\n", " ")
    assert nurture("sequences", "migrate", "welcome", "--json").json["moved"] == 0


def test_a_rename_of_nothing_is_said_in_a_sentence(nurture: Nurture, ada: str) -> None:
    said = nurture("sequences", "migrate", "welcome", "--rename", "a=welcome")
    assert (said.status, "no version of welcome had a step a" in said.err) == (1, True)
