"""Reads a sequence from its text: all its faults at once, or the sequence."""

from __future__ import annotations

from collections.abc import Sequence as Listed
from dataclasses import dataclass
from pathlib import PurePath

from worker.core.document import Document, parse
from worker.core.facts import Sequence
from worker.errors import SequenceError
from worker.sequence.build import build_rule, build_sequence
from worker.sequence.checks import (
    MOST_STEPS,
    Known,
    check_count,
    check_ids,
    check_names,
    check_thread,
)
from worker.sequence.fields import Fields, read_fields
from worker.sequence.keys import (
    CALENDAR,
    CALENDAR_KEYS,
    ENROLL,
    ENROLL_KEYS,
    SEQUENCE,
    STEP,
    STEP_KEYS,
    WHEN,
    WHEN_KEYS,
)
from worker.sequence.kinds import NAME
from worker.sequence.problems import Problems

EVERYTHING = Known()


@dataclass(frozen=True, slots=True)
class _Read:
    """The tables of a file; `enroll` and `when` are None where leads enter by hand only."""

    top: Fields
    calendar: Fields
    enroll: Fields | None
    when: Fields | None
    steps: Listed[Fields]


def read(
    text: str, file: str, known: Known = EVERYTHING
) -> tuple[Sequence | None, list[SequenceError]]:
    """Read the text of a sequence, named by the stem of `file`.

    Returns the sequence and no errors, or None and every error, in order of lines. Templates and
    mailboxes are looked for in `known`.
    """
    try:
        document = parse(text, file, SequenceError)
    except SequenceError as error:
        return None, [error]
    problems = Problems(document)
    name = _name(file, problems)
    tables = _tables(document, problems)
    check_ids(tables.steps, problems)
    check_thread(tables.steps, problems)
    check_names(tables.top, tables.steps, known, problems)
    errors = problems.sorted()
    return (None, errors) if errors else (_build(name, tables), [])


def _name(file: str, problems: Problems) -> str:
    name = PurePath(file).stem
    if not NAME.fullmatch(name):
        problems.add((), "a sequence is called as its file; name that of a-z, 0-9, - and _")
    return name


def _tables(document: Document, problems: Problems) -> _Read:
    top = read_fields(document.values, (), SEQUENCE, problems)
    calendar = read_fields(top.get(CALENDAR) or {}, top.at(CALENDAR), CALENDAR_KEYS, problems)
    enroll = when = None
    if (rule := top.get(ENROLL)) is not None:
        enroll = read_fields(rule, top.at(ENROLL), ENROLL_KEYS, problems)
        when = read_fields(enroll.get(WHEN) or {}, enroll.at(WHEN), WHEN_KEYS, problems)
    return _Read(top, calendar, enroll, when, _steps(top, problems))


def _steps(top: Fields, problems: Problems) -> list[Fields]:
    tables = top.get(STEP)
    if tables is None:
        return []
    check_count(len(tables), problems)
    return [
        read_fields(table, (STEP.name, index), STEP_KEYS, problems)
        for index, table in enumerate(tables[:MOST_STEPS])
    ]


def _build(name: str, tables: _Read) -> Sequence:
    rule = build_rule(tables.enroll, tables.when) if tables.enroll and tables.when else None
    return build_sequence(name, tables.top, tables.calendar, rule, tables.steps)
