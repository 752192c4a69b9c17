"""Reads a condition: a table in which everything must hold, and whose parts may be conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from worker.core.condition import ALWAYS, Condition, Happening, Range, TaskResult, Trait
from worker.core.countries import country_code
from worker.core.document import nearest, shown
from worker.core.places import Place
from worker.core.traits import COUNTRY, FIELDS
from worker.errors import InputError
from worker.sequence import condition_keys as keys
from worker.sequence.fields import Fields, read_fields
from worker.sequence.key import Key
from worker.sequence.kinds import NAME, Kind, Table, UnfitError
from worker.sequence.known import Known
from worker.sequence.problems import Problems

T = TypeVar("T")


def read_condition(table: Table, place: Place, known: Known, problems: Problems) -> Condition:
    """Return what a `when` table asks; what is wrong in it is noted, and is not in it."""
    if not table:
        return ALWAYS
    fields = read_fields(table, place, keys.CONDITION_KEYS, problems)
    return Condition(
        stages=fields.get(keys.STAGE) or (),
        tracks=fields.get(keys.TRACK) or (),
        score=_optional(_range, fields, keys.SCORE, problems),
        traits=_traits(fields, known, problems),
        happened=_happening(fields, keys.HAPPENED, problems),
        not_happened=_happening(fields, keys.NOT_HAPPENED, problems),
        answered=fields.get(keys.ANSWERED),
        tasks=_tasks(fields, problems),
        any_=_alternatives(fields, known, problems),
        not_=_negated(fields, known, problems),
    )


def _optional(
    read: Callable[[Table, Place, Problems], T],
    fields: Fields,
    key: Key[Table | None],
    problems: Problems,
) -> T | None:
    table = fields.get(key)
    return None if table is None else read(table, fields.at(key), problems)


def _range(table: Table, place: Place, problems: Problems) -> Range:
    found = read_fields(table, place, keys.RANGE_KEYS, problems)
    return _range_of(found, problems)


def _range_of(found: Fields, problems: Problems) -> Range:
    least, most = found.get(keys.AT_LEAST), found.get(keys.AT_MOST)
    if not found.written:
        problems.add(found.place, "asks nothing; expected at_least, at_most or both")
    if least is not None and most is not None and least > most:
        problems.add(
            found.at(keys.AT_MOST), f"no number is both above {least:g} and below {most:g}"
        )
    return Range(least, most)


def _traits(fields: Fields, known: Known, problems: Problems) -> tuple[Trait, ...]:
    found = []
    for name, value in (fields.get(keys.LEAD) or {}).items():
        place = (*fields.at(keys.LEAD), name)
        if not _is_property(name, place, known, problems):
            continue
        if isinstance(value, dict):
            asked = _asked(name, value, place, problems)
        else:
            asked = Trait(name, is_=_read(keys.IS.kind, value, place, problems) or ())
        found.append(asked)
        if name == COUNTRY and known.attributes is not None:
            _by_code((*asked.is_, *asked.is_not), place, problems)
    return tuple(found)


def _by_code(countries: Iterable[str], place: Place, problems: Problems) -> None:
    """Note countries that are not written as leads have them: such a condition never holds."""
    for written in countries:
        try:
            code = country_code(written)
        except InputError as error:
            problems.add(place, error.problem)
            continue
        if code.casefold() != written:
            problems.add(place, f'"{written}" is no code; leads have "{code}" for it')


def _is_property(name: str, place: Place, known: Known, problems: Problems) -> bool:
    if name in FIELDS or known.attributes is None or name in known.attributes:
        return True
    there = (*FIELDS, *known.attributes)
    problem = (
        f"no lead has this{nearest(name, there)}; known are {', '.join(there)}, and what stands "
        "under [attributes] in the configuration"
    )
    problems.add(place, problem)
    return False


def _asked(name: str, table: Table, place: Place, problems: Problems) -> Trait:
    found = read_fields(table, place, keys.TRAIT_KEYS, problems)
    if not table:
        problems.add(place, "asks nothing; expected is, not, contains, at_least, at_most or known")
    ranged = found.has(keys.AT_LEAST) or found.has(keys.AT_MOST)
    return Trait(
        name,
        is_=found.get(keys.IS) or (),
        is_not=found.get(keys.IS_NOT) or (),
        contains=found.get(keys.CONTAINS) or "",
        range=_range_of(found, problems) if ranged else None,
        known=found.get(keys.KNOWN),
    )


def _happening(
    fields: Fields, key: Key[Table | tuple[str, ...] | None], problems: Problems
) -> Happening | None:
    asked = fields.get(key)
    if asked is None or isinstance(asked, tuple):
        return None if asked is None else Happening(asked)
    found = read_fields(asked, fields.at(key), keys.HAPPENING_KEYS, problems)
    return Happening(found.get(keys.EVENT) or (), found.get(keys.WITHIN))


def _tasks(fields: Fields, problems: Problems) -> tuple[TaskResult, ...]:
    found = []
    for step, value in (fields.get(keys.TASK_RESULT) or {}).items():
        place = (*fields.at(keys.TASK_RESULT), step)
        results = _read(keys.RESULTS, value, place, problems)
        if not NAME.fullmatch(step):
            problems.add(place, "expected the id of a step")
        elif results is not None:
            found.append(TaskResult(step, results))
    return tuple(found)


def _alternatives(fields: Fields, known: Known, problems: Problems) -> tuple[Condition, ...]:
    place = fields.at(keys.ANY)
    tables = fields.get(keys.ANY) or []
    if fields.has(keys.ANY) and not tables:
        problems.add(place, "asks nothing; expected a list of conditions")
    return tuple(
        read_condition(table, (*place, index), known, problems)
        for index, table in enumerate(tables)
    )


def _negated(fields: Fields, known: Known, problems: Problems) -> Condition | None:
    table = fields.get(keys.NOT)
    if table is None:
        return None
    if not table:
        problems.add(fields.at(keys.NOT), "never holds: an empty condition always does")
    return read_condition(table, fields.at(keys.NOT), known, problems)


def _read(kind: Kind[T], value: object, place: Place, problems: Problems) -> T | None:
    try:
        return kind.read(value)
    except UnfitError as error:
        reason = f"{error}; " if error.args else ""
        problems.add(place, f"{reason}expected {kind.expected}, got {shown(value)}")
        return None
