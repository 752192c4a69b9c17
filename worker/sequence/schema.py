"""The language as a JSON schema, by which editors complete keys and mark mistakes.

JSON Schema 2020-12, made from the keys themselves. It says what each key may hold by itself; what
keys ask of each other (a branch that goes nowhere, say) only `nurture check` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from worker.sequence import condition_keys, keys, step_keys
from worker.sequence.key import Key

Schema = dict[str, Any]
_CONDITION = {"$ref": "#/$defs/condition"}
_CONDITIONS = {"type": "array", "items": _CONDITION, "minItems": 1}


def schema() -> Schema:
    """Return the schema of a sequence file."""
    inner = {
        keys.ENROLL.name: _table(keys.ENROLL_KEYS, {keys.WHEN.name: _CONDITION}),
        keys.CALENDAR.name: _table(keys.CALENDAR_KEYS),
        keys.CAP.name: _table(keys.CAP_KEYS),
        keys.STEP.name: {"type": "array", "items": {"$ref": "#/$defs/step"}, "minItems": 1},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A sequence of Nurture",
        **_table(keys.SEQUENCE, inner),
        "$defs": {"step": _step(), "condition": _condition()},
    }


def _step() -> Schema:
    one_of = [{"required": [kind.value]} for kind in step_keys.StepKind]
    when = {step_keys.WHEN.name: _CONDITION}
    return {**_table(step_keys.STEP_KEYS, when), "oneOf": one_of}


def _condition() -> Schema:
    happening = _table(condition_keys.HAPPENING_KEYS)
    trait = {"anyOf": [condition_keys.IS.kind.schema, _table(condition_keys.TRAIT_KEYS)]}
    result = dict(condition_keys.RESULTS.schema)
    events = {"anyOf": [condition_keys.EVENT.kind.schema, happening]}
    inner: Mapping[str, Schema] = {
        condition_keys.SCORE.name: _table(condition_keys.RANGE_KEYS),
        condition_keys.LEAD.name: {"type": "object", "additionalProperties": trait},
        condition_keys.HAPPENED.name: events,
        condition_keys.NOT_HAPPENED.name: events,
        condition_keys.TASK_RESULT.name: {"type": "object", "additionalProperties": result},
        condition_keys.ANY.name: _CONDITIONS,
        condition_keys.NOT.name: _CONDITION,
    }
    return _table(condition_keys.CONDITION_KEYS, inner)


def _table(
    table: Sequence[Key[Any]], inner: Mapping[str, Mapping[str, Any]] | None = None
) -> Schema:
    """Return the schema of a table; `inner` has those of the keys that hold tables themselves."""
    inside = inner or {}
    properties = {
        key.name: {**inside.get(key.name, key.kind.schema), "description": key.meaning}
        for key in table
    }
    required = [key.name for key in table if key.required]
    made: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**made, "required": required} if required else made
