from __future__ import annotations

import csv
import resource
from pathlib import Path

import pytest

from worker.engine.intake.rejects import Rejects
from worker.errors import InputError

HEADER = ("email", "=name")


def reject(path: Path, *cells: str, problem: str = "is wrong") -> Path | None:
    with Rejects(path, HEADER, ",") as rejects:
        rejects.add(7, cells, problem)
    return rejects.path


def rows(path: Path | None) -> list[list[str]]:
    assert path is not None
    return list(csv.reader(path.read_text("utf-8-sig").splitlines()))


def test_rows_are_set_aside_with_line_and_problem_and_without_formulas(tmp_path: Path) -> None:
    path = reject(tmp_path / "people.csv", "=cmd|' /C calc'!A0")
    assert path == tmp_path / "people.csv.rejected.csv"
    assert rows(path) == [
        ["line", "problem", "email", "'=name"],
        ["7", "is wrong", "'=cmd|' /C calc'!A0"],
    ]


def test_the_same_rejects_are_one_file_and_nothing_is_ever_replaced(tmp_path: Path) -> None:
    first = reject(tmp_path / "people.csv", "a")
    assert reject(tmp_path / "people.csv", "a") == first
    second = reject(tmp_path / "people.csv", "b")
    assert second == tmp_path / "people.csv.rejected-2.csv"
    assert rows(first)[1][2] == "a"
    assert len(list(tmp_path.iterdir())) == 2


def test_no_rejects_no_file(tmp_path: Path) -> None:
    with Rejects(tmp_path / "people.csv", HEADER, ","):
        pass
    assert not list(tmp_path.iterdir())


def test_an_import_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    rejects = Rejects(tmp_path / "people.csv", HEADER, ",")
    rejects.add(2, ("a",), "is wrong")
    assert list(tmp_path.iterdir())
    rejects.__exit__(RuntimeError, RuntimeError(), None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("length", [5_000, 10_000], ids=["at the end", "at a row"])
def test_no_room_for_rejects_is_one_sentence(tmp_path: Path, length: int) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(InputError, match="File too large; import a copy of the list from a"):
            reject(tmp_path / "people.csv", "x" * length)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())
