"""What people and editors read of the language is made from its keys, and is current."""

from __future__ import annotations

from pathlib import Path

from worker.sequence.reference import markdown

PAGE = Path(__file__).parents[3] / "docs" / "sequences.md"


def test_the_reference_is_current() -> None:
    assert PAGE.read_text() == markdown(), "run `make reference`"


def test_nothing_in_the_reference_is_left_unsaid() -> None:
    rows = [line for line in markdown().splitlines() if line.startswith("| `")]
    assert all(cell.strip() for row in rows for cell in row.strip("|").split("|"))
    assert "None" not in markdown()
