"""A sequence that was retired takes nobody in; deleting or renaming its file does not end it."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Nurture, state_of

EVE = "eve@loom.example"


def add(nurture: Nurture, address: str) -> str:
    return nurture("leads", "add", address, "--consent", "spring fair").out


def test_who_is_in_it_goes_on_and_nobody_comes_in(nurture: Nurture, ada: str) -> None:
    asked = nurture("sequences", "retire", "welcome")
    assert asked.status == 2
    assert "In it now: 1 lead." in asked.out
    assert nurture("sequences", "retire", "welcome", "--json").json == {
        "sequence": "welcome",
        "done": False,
        "running": 1,
    }
    assert "is retired" in nurture("sequences", "retire", "welcome", "--yes").out
    assert state_of(nurture, "welcome") == "retired"
    assert "enrolled" not in add(nurture, EVE)
    assert "welcome, step welcome" in nurture("why", ada).out
    assert nurture("sequences", "results", "welcome").status == 0
    assert nurture("pause", "--sequence", "welcome").status == 0
    again = nurture("sequences", "retire", "welcome", "--yes")
    assert (again.status, "is launched" in again.err) == (1, True)


def test_a_launch_takes_it_back(nurture: Nurture, ada: str) -> None:
    assert nurture("sequences", "retire", "welcome", "--yes").status == 0
    assert nurture("sequences", "launch", "welcome", "--yes").status == 0
    assert "enrolled: welcome" in add(nurture, EVE)


def test_one_whose_file_is_gone_is_told_where_it_is_looked_at(
    nurture: Nurture, project: Path, ada: str
) -> None:
    file = project / "sequences/welcome.toml"
    file.rename(file.with_stem("greeting"))
    told = "welcome takes leads in, although its file is gone: `nurture sequences retire welcome`"
    for words in (("list",), ("launch", "greeting", "--yes")):
        assert told in " ".join(nurture("sequences", *words).out.split())
    assert nurture("sequences", "retire", "welcome", "--yes").status == 0
    assert state_of(nurture, "welcome") == "retired", "somebody is in it"
    assert "although its file is gone" not in nurture("sequences", "list").out
    said = add(nurture, EVE)
    assert ("enrolled: greeting" in said, "enrolled: welcome" in said) == (True, False)
