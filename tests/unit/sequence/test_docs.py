"""What marketers read names every key of the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.sequence import keys

GUIDE = Path(__file__).parents[3] / "docs" / "writing.md"
TABLES = (keys.SEQUENCE, keys.ENROLL_KEYS, keys.CALENDAR_KEYS, keys.STEP_KEYS)
NAMES = {key.name for table in TABLES for key in table} - {"step", "when"} | {"when.stage"}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_guide_explains(name: str) -> None:
    assert f"\n| `{name}` |" in GUIDE.read_text()
