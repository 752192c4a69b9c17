"""Reads a sequence from its text: all its faults at once, or the sequence."""

from __future__ import annotations

from collections.abc import Sequence as Listed
from pathlib import PurePath

from worker.core.condition import ALWAYS, Condition
from worker.core.document import Document, parse
from worker.core.facts import Sequence
from worker.errors import SequenceError
from worker.sequence import keys, step_keys
from worker.sequence.branches import check_branches, check_questions, check_rule
from worker.sequence.build import Tables, build_sequence
from worker.sequence.checks import MOST_STEPS, check_count, check_ids, check_names, check_thread
from worker.sequence.conditions import read_condition
from worker.sequence.fields import Fields, read_fields
from worker.sequence.key import Key
from worker.sequence.kinds import NAME, Table
from worker.sequence.known import Known
from worker.sequence.problems import Problems
from worker.sequence.step_checks import check_step

EVERYTHING = Known()


def read(
    text: str, file: str, known: Known = EVERYTHING
) -> tuple[Sequence | None, list[SequenceError]]:
    """Read the text of a sequence, named by the stem of `file`.

    Returns the sequence and no errors, or None and every error, in order of lines. Templates,
    mailboxes and attributes are looked for in `known`.
    """
    try:
        document = parse(text, file, SequenceError)
    except SequenceError as error:
        return None, [error]
    problems = Problems(document)
    name = _name(file, problems)
    tables = _tables(document, known, problems)
    _check(tables, known, problems)
    errors = problems.sorted()
    return (None, errors) if errors else (build_sequence(name, tables), [])


def _name(file: str, problems: Problems) -> str:
    name = PurePath(file).stem
    if not NAME.fullmatch(name):
        problems.add((), "a sequence is called as its file; name that of a-z, 0-9, - and _")
    return name


def _tables(document: Document, known: Known, problems: Problems) -> Tables:
    top = read_fields(document.values, (), keys.SEQUENCE, problems)
    steps = _steps(top, problems)
    enroll = _table(top, keys.ENROLL, keys.ENROLL_KEYS, problems)
    return Tables(
        top=top,
        calendar=read_fields(
            top.get(keys.CALENDAR) or {}, top.at(keys.CALENDAR), keys.CALENDAR_KEYS, problems
        ),
        enroll=enroll,
        taken=_condition(enroll, keys.WHEN, known, problems) if enroll else ALWAYS,
        cap=_table(top, keys.CAP, keys.CAP_KEYS, problems),
        steps=steps,
        conditions=[_condition(step, step_keys.WHEN, known, problems) for step in steps],
    )


def _table(
    top: Fields, key: Key[Table | None], known: tuple[Key[object], ...], problems: Problems
) -> Fields | None:
    table = top.get(key)
    return None if table is None else read_fields(table, top.at(key), known, problems)


def _condition(fields: Fields, key: Key[Table], known: Known, problems: Problems) -> Condition:
    return read_condition(fields.get(key) or {}, fields.at(key), known, problems)


def _steps(top: Fields, problems: Problems) -> list[Fields]:
    tables = top.get(keys.STEP)
    if tables is None:
        return []
    check_count(len(tables), problems)
    return [
        read_fields(table, (keys.STEP.name, index), step_keys.STEP_KEYS, problems)
        for index, table in enumerate(tables[:MOST_STEPS])
    ]


def _check(tables: Tables, known: Known, problems: Problems) -> None:
    check_ids(tables.steps, problems)
    check_each(tables.steps, problems)
    check_thread(tables.steps, problems)
    check_names(tables.top, tables.steps, known, problems)
    check_branches(tables.steps, problems)
    check_questions(tables.steps, tables.conditions, problems)
    if tables.enroll is not None:
        check_rule(tables.taken, tables.enroll.at(keys.WHEN), problems)


def check_each(steps: Listed[Fields], problems: Problems) -> None:
    """Each step is whole by itself."""
    for step in steps:
        check_step(step, problems)
