"""Rules are found where they stand: the sequence as launched, and the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.config.project import LEAST, written
from worker.config import where
from worker.core.document import parse
from worker.engine.rules import located
from worker.errors import InputError

SOURCE = """\
title = "Welcome"
calendar = { days = "business", window = "09:00-17:00" }
cap = { week = 4 }

[[step]]
id = "welcome"
after = "0 minutes"
window = "any"

[[step]]
id = "features"
after = "14 days"
"""


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("step.welcome.window", "sequences/welcome.toml:8 step[1].window"),
        ("step.features.after", "sequences/welcome.toml:12 step[2].after"),
        ("step.features.window", "sequences/welcome.toml:2 calendar.window"),
        ("step.features.slip", "sequences/welcome.toml step[2].slip, as usual"),
        ("cap.week", "sequences/welcome.toml:3 cap.week"),
        ("wait_for_answer", "sequences/welcome.toml wait_for_answer, as usual"),
    ],
)
def test_a_rule_of_a_sequence_has_file_and_line(rule: str, place: str) -> None:
    document = parse(SOURCE, "sequences/welcome.toml", InputError)
    assert located(document, rule) == place


def test_a_rule_of_the_house_stands_in_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, f"policy = {{ weekly_cap = 4 }}\n{LEAST}")
    assert where(path, "policy.weekly_cap") == "config.toml:1 policy.weekly_cap"
    assert where(path, "policy.daily_cap") == "config.toml policy.daily_cap, as usual"
    monkeypatch.setenv("NURTURE_POLICY__WEEKLY_CAP", "5")
    assert where(path, "policy.weekly_cap") == "environment NURTURE_POLICY__WEEKLY_CAP"
