"""Reads which leads are meant on a command line, in the words of `when`.

``stage=decision,customer``, ``country=DE``, ``score>=40``, ``plan!=free``, ``company~felt`` are
short for parts of a `when` table; whatever else it can ask is written as one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from json import dumps

from worker.core.condition import Condition
from worker.core.document import Document, parse
from worker.core.traits import FIELDS
from worker.errors import InputError, ProblemsError, SequenceError
from worker.sequence.condition_keys import CONDITION_KEYS
from worker.sequence.conditions import read_condition
from worker.sequence.known import Known
from worker.sequence.problems import Problems

FILE = "--to"
_PART = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(>=|<=|!=|=|~)\s*(.+?)\s*", re.DOTALL)
_ASKS = {">=": "at_least", "<=": "at_most", "!=": "not", "~": "contains"}
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_WHOLE = re.compile(r"\s*\{.*\}\s*", re.DOTALL)


def read_segment(parts: Sequence[str], known: Known) -> Condition:
    """Return the condition that all parts make together; raise all that is wrong with them."""
    written = [_toml(part) for part in parts]
    document = _parsed("\n".join(_tables(written)), " and ".join(parts))
    problems = Problems(document)
    when = document.values["when"]
    assert isinstance(when, dict)
    condition = read_condition(when, ("when",), known, problems)
    if errors := problems.sorted():
        raise ProblemsError(InputError(one.problem, file=FILE, key=one.key) for one in errors)
    return condition


def _parsed(text: str, part: str) -> Document:
    try:
        return parse(text, FILE, SequenceError)
    except SequenceError as error:
        why = error.problem.removeprefix("not TOML: ")
        raise InputError(f"{part} cannot be read: {why}", key=FILE) from None


def _tables(written: list[str]) -> list[str]:
    """Write a document with one condition, in which all of the parts must hold."""
    if len(written) == 1:
        return [f"when = {written[0]}"]
    # All must hold: not any of them not. A table cannot have one key twice, but two parts may.
    denied = ", ".join(f"{{ not = {part} }}" for part in written)
    return [f"when = {{ not = {{ any = [{denied}] }} }}"]


def _toml(part: str) -> str:
    if _WHOLE.fullmatch(part):
        return part.strip()
    found = _PART.fullmatch(part)
    if found is None:
        raise InputError(
            f'expected something like stage=decision, score>=40 or {{ track = "newsletter" }}, '
            f"got {part}",
            key=FILE,
        )
    name, sign, value = found.groups()
    asked = _value(value, number=sign in (">=", "<="), part=part.strip())
    if sign in _ASKS:
        asked = f"{{ {_ASKS[sign]} = {asked} }}"
    own = {key.name for key in CONDITION_KEYS} - {"lead"}
    return (
        f"{{ {name} = {asked} }}"
        if name in own and name not in FIELDS
        else (f"{{ lead = {{ {name} = {asked} }} }}")
    )


def _value(text: str, *, number: bool, part: str) -> str:
    if number and _NUMBER.fullmatch(text) is None:
        raise InputError(f"expected a number such as 40 at the end, got {part}", key=FILE)
    if number:
        return text
    words = [word.strip() for word in text.split(",")]
    quoted = [dumps(word, ensure_ascii=False) for word in words]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"
