"""The schema for editors knows every key, and no file that ships has another."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from worker.sequence import condition_keys, keys, step_keys
from worker.sequence.key import Key
from worker.sequence.schema import schema

SHIPPED = sorted((Path(__file__).parents[3] / "sequences").glob("*.toml"))
MADE = schema()
STEP, CONDITION = (MADE["$defs"][name] for name in ("step", "condition"))


@pytest.mark.parametrize(
    ("place", "table"),
    [
        (MADE, keys.SEQUENCE),
        (MADE["properties"]["enroll"], keys.ENROLL_KEYS),
        (MADE["properties"]["calendar"], keys.CALENDAR_KEYS),
        (MADE["properties"]["cap"], keys.CAP_KEYS),
        (STEP, step_keys.STEP_KEYS),
        (CONDITION, condition_keys.CONDITION_KEYS),
    ],
)
def test_every_key_is_in_it(place: Mapping[str, Any], table: Sequence[Key[Any]]) -> None:
    assert list(place["properties"]) == [key.name for key in table]
    assert place.get("required", []) == [key.name for key in table if key.required]
    assert place["additionalProperties"] is False
    assert all(one["description"] for one in place["properties"].values())


def test_it_is_json_and_its_references_lead_somewhere() -> None:
    assert json.loads(json.dumps(MADE)) == MADE
    assert {ref.removeprefix("#/$defs/") for ref in references(MADE)} == set(MADE["$defs"])


def references(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_uses_only_what_it_knows(path: Path) -> None:
    values = tomllib.loads(path.read_text())
    assert values.keys() <= MADE["properties"].keys()
    for step in values["step"]:
        assert step.keys() <= STEP["properties"].keys()
        assert step.get("when", {}).keys() <= CONDITION["properties"].keys()
