"""Every key of a condition (`when`): what can be asked of a lead and of its past."""

from __future__ import annotations

from typing import Any

from worker.core.condition import ANSWERS, TASK_RESULTS
from worker.core.delay import Delay
from worker.core.states import Stage, Track
from worker.sequence import kinds
from worker.sequence.event_names import EVENTS
from worker.sequence.key import ABSENT, DELAY, EMPTY, FLAG, TABLE, TABLES, Key
from worker.sequence.kinds import Kind, Table, UnfitError, choices, one_or_more, read_list

_NUMBER = Kind("a number", kinds.read_number, {"type": "number"})
_ANY_EVENT: dict[str, object] = {"anyOf": [EVENTS.schema, {"type": "object"}]}


def read_words(value: object) -> tuple[str, ...]:
    """Read a text or number, or a list of some, as they are compared: without case."""
    return read_list(value, _word)


def _word(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnfitError
    text = str(value).strip().casefold()
    if not text or len(text) > kinds.MOST_TEXT:
        raise UnfitError
    return text


def _one_word(value: object) -> str:
    if not isinstance(value, str):
        raise UnfitError
    return _word(value)


def _read_answered(value: object) -> bool | tuple[str, ...]:
    return value if isinstance(value, bool) else _ANSWERS.read(value)


def _read_happening(value: object) -> Table | tuple[str, ...]:
    return value if isinstance(value, dict) else EVENTS.read(value)


_WORDS = Kind(
    'a text such as "retail", or a list of some',
    read_words,
    one_or_more({"type": ["string", "number"]}),
)
_ANSWERS = choices({each: each for each in ANSWERS}, "answer")
_HAPPENING: Kind[Table | tuple[str, ...]] = Kind(
    f'{EVENTS.expected}, or a table such as {{ event = "replied", within = "30 days" }}',
    _read_happening,
    _ANY_EVENT,
)

STAGE: Key[tuple[Stage, ...]] = Key(
    "stage",
    choices({each.value: each for each in Stage}, "stage"),
    (),
    "the lead's stage is this, or one of these",
    "every stage",
)
TRACK: Key[tuple[Track, ...]] = Key(
    "track",
    choices({each.value: each for each in Track}, "track"),
    (),
    "the lead's track is this, or one of these",
    "every track",
)
SCORE: Key[Table | None] = Key(
    "score",
    TABLE,
    None,
    "the lead's score: `{ at_least = 40 }`, `{ at_most = 80 }`, or both",
    "any score",
)
LEAD: Key[Table] = Key(
    "lead",
    TABLE,
    EMPTY,
    "properties of the lead by the names that emails use, each with a text, a list of texts, or a "
    'table, see below: `{ country = "DE", industry = ["retail", "hotels"] }`',
    "anybody",
)
HAPPENED: Key[Table | tuple[str, ...] | None] = Key(
    "happened",
    _HAPPENING,
    None,
    'an event that has come, or a list, one of which has; `{ event = …, within = "30 days" }`: '
    "lately",
    "not asked",
)
NOT_HAPPENED: Key[Table | tuple[str, ...] | None] = Key(
    "not_happened", _HAPPENING, None, "the same, but none has come", "not asked"
)
ANSWERED: Key[bool | tuple[str, ...] | None] = Key(
    "answered",
    Kind(
        f"true, false, {_ANSWERS.expected}",
        _read_answered,
        {"anyOf": [{"type": "boolean"}, _ANSWERS.schema]},
    ),
    None,
    "`true`: the lead answered in this passage; `false`: it did not; or what an answer said: "
    + ", ".join(f'`"{each}"`' for each in ANSWERS),
    "not asked",
)
TASK_RESULT: Key[Table] = Key(
    "task",
    TABLE,
    EMPTY,
    'how the task of an earlier step, by its id, was closed: `{ call = "reached" }`, or a list; '
    + ", ".join(f'`"{each}"`' for each in TASK_RESULTS),
    "not asked",
)
ANY: Key[list[Table]] = Key(
    "any", TABLES, [], "a list of conditions, one of which must hold", "not asked"
)
NOT: Key[Table | None] = Key("not", TABLE, None, "a condition that must not hold", "not asked")
CONDITION_KEYS: tuple[Key[Any], ...] = (
    STAGE,
    TRACK,
    SCORE,
    LEAD,
    HAPPENED,
    NOT_HAPPENED,
    ANSWERED,
    TASK_RESULT,
    ANY,
    NOT,
)

AT_LEAST: Key[float | None] = Key("at_least", _NUMBER, None, "a number, this or more", "no limit")
AT_MOST: Key[float | None] = Key("at_most", _NUMBER, None, "a number, this or less", "no limit")
RANGE_KEYS: tuple[Key[Any], ...] = (AT_LEAST, AT_MOST)

IS: Key[tuple[str, ...]] = Key("is", _WORDS, (), "this text, or one of these", "not asked")
IS_NOT: Key[tuple[str, ...]] = Key(
    "not", _WORDS, (), "not this text, nor one of these; what is not known is not", "not asked"
)
CONTAINS: Key[str] = Key(
    "contains",
    Kind('a text such as "director"', _one_word, kinds.TEXT),
    "",
    "this text stands somewhere in it",
    "not asked",
)
KNOWN: Key[bool | None] = Key(
    "known", FLAG, None, "`true`: it is known; `false`: it is not", "not asked"
)
TRAIT_KEYS: tuple[Key[Any], ...] = (IS, IS_NOT, CONTAINS, *RANGE_KEYS, KNOWN)
TRAIT = Kind(
    "a text, a list of texts, or a table such as { at_least = 10 }",
    lambda value: value,
    {"anyOf": [_WORDS.schema, {"type": "object"}]},
)

EVENT: Key[tuple[str, ...]] = Key("event", EVENTS, ABSENT, "the event, or a list of some")
WITHIN: Key[Delay | None] = Key("within", DELAY, None, "so long before the step's time", "ever")
HAPPENING_KEYS: tuple[Key[Any], ...] = (EVENT, WITHIN)
RESULTS = choices({each: each for each in TASK_RESULTS}, "result")
