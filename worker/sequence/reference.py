"""The reference of the language for people, as Markdown, made from the keys themselves.

``python -m worker.sequence.reference`` writes it; a test holds `docs/sequences.md` to it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

from worker.core.events import BUILT_IN
from worker.sequence import condition_keys, keys, step_keys
from worker.sequence.key import Key
from worker.sequence.step_keys import ONLY_FOR, StepKind

_OPENING = """\
# The sequence file

Every key that a file in `sequences/` may have. [Writing](writing.md) begins with a task and an
example; this page is for looking things up. It is made from the program itself: `make reference`.

A sequence is a TOML file: `key = value`, text in quotes, `#` starts a comment. A key that is not
in these tables is an error, and so is a misspelt one. `nurture sequences schema` prints the same as
a JSON schema, by which an editor completes keys and marks mistakes.
"""
_WAITS = """
## Waits

| you write | it means |
| --- | --- |
| `"0 minutes"` | at once |
| `"90 minutes"`, `"6 hours"` | so much time |
| `"14 days"`, `"2 weeks"` | so many days on the calendar, at the same time of day |
| `"3 business days"` | without weekends and holidays |
| `"1 month"` | the same day of the next month; its last day where there is no such day |

A step counts from when the step before it was sent, skipped, or its task opened, with `day` as well
as with `after`: what is late, or was held, makes all that follows later, and nothing is ever
hurried to catch up. What comes in from outside moves nothing, except with `or_on`.
"""
_EVENTS = """
## Events

Built in are {built_in}. All others are your own, in small letters, digits, `_` and `.`:
`nurture leads event ADDRESS meeting_held` tells one, and it then takes leads in, reaches goals,
stops, and can be asked about.
"""
_KINDS = {StepKind.EMAIL: "email", StepKind.TASK: "task", StepKind.BRANCH: "branch"}


def markdown() -> str:
    """Return the whole page."""
    sections = (
        ("At the top", "", keys.SEQUENCE),
        ("`enroll`: who comes in", "", keys.ENROLL_KEYS),
        ("`calendar`: when", "", keys.CALENDAR_KEYS),
        ("`cap`: how often", "", keys.CAP_KEYS),
        ("`[[step]]`: what", _STEPS, step_keys.STEP_KEYS),
        ("`when`: conditions", _CONDITIONS, condition_keys.CONDITION_KEYS),
        ("What can be asked of a property in `lead`", _TRAITS, condition_keys.TRAIT_KEYS),
        ("`happened` and `not_happened` as tables", "", condition_keys.HAPPENING_KEYS),
    )
    tables = "".join(_section(*section) for section in sections)
    built_in = ", ".join(f"`{each}`" for each in BUILT_IN)
    return _OPENING + tables + _WAITS + _EVENTS.format(built_in=built_in)


_STEPS = """
A step is one of three: an `email`, a `task` for a person, or a branch (`go_to`). A branch is no
touch: without `after` it is decided at once, and what follows counts from the touch before it.
"""
_CONDITIONS = """
A table; all that stands in it must hold. Text is compared without regard to small and capital
letters.
"""
_TRAITS = """
`lead = { country = "DE" }` is short for `lead = { country = { is = "DE" } }`.
"""


def _section(title: str, text: str, table: Sequence[Key[Any]]) -> str:
    steps = table is step_keys.STEP_KEYS
    head = "| key | for | what it says | if you leave it out |\n| --- | --- | --- | --- |\n"
    if not steps:
        head = "| key | what it says | if you leave it out |\n| --- | --- | --- |\n"
    rows = "".join(f"| {' | '.join(_cells(key, steps=steps))} |\n" for key in table)
    return f"\n## {title}\n{text}\n{head}{rows}"


def _cells(key: Key[Any], *, steps: bool) -> Iterator[str]:
    yield f"`{key.name}`"
    if steps:
        kinds = ONLY_FOR.get(key.name, frozenset(StepKind))
        yield (
            "all"
            if len(kinds) == len(StepKind)
            else ", ".join(called for kind, called in _KINDS.items() if kind in kinds)
        )
    yield key.meaning
    yield _otherwise(key)


def _otherwise(key: Key[Any]) -> str:
    if key.required:
        return "must be there"
    return key.otherwise or f"`{_written(key.default)}`"


def _written(value: object) -> str:
    """Write a default as files do."""
    if isinstance(value, bool):
        return str(value).lower()
    said = value.value if isinstance(value, Enum) else value
    return f'"{said}"'


if __name__ == "__main__":
    sys.stdout.write(markdown())
