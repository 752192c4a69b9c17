"""Statements of the busiest paths: compiled once for each kind of database, run by its driver.

SQLAlchemy builds, looks up and wraps anew at every execution, which takes several times as long as
what SQLite does with a dozen rows. A `Prepared` is the same Core statement, whose text, order of
parameters and conversions are worked out at its first use. What it is not for: statements that
change with what is asked, and any path on which a person waits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from typing import Any, Protocol, Self

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import TypeDecorator, TypeEngine

from worker.errors import StoreError
from worker.store.array import Array
from worker.store.compiled import Convert, compiled, inputs, output
from worker.store.trip import Asked, all_of, ask, explained

Order = Callable[[Any], Any]
Insertion = sqlite.Insert | postgresql.Insert
Rows = tuple[tuple[str, ...], Sequence[tuple[Any, ...]]]
"""The names of values, and rows of them."""


_EVERY: list[Prepared] = []
"""Those of all modules that are imported: they live as long as these do."""


class Row(Protocol):
    """A row by the names of its columns, from here or from SQLAlchemy."""

    def __getitem__(self, name: str, /) -> Any: ...


class Answer(Protocol):
    """What a statement finds, to be read later."""

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows that the driver gives."""
        ...


class _Listed(TypeDecorator[Any]):
    """Many values as one parameter: JSON on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str:
        return json.dumps(list(value))


def one_of(dialect: str, column: Column[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that a column holds one of the values of the parameter `name`."""
    if dialect == "sqlite":
        return column.in_(select(each_of(dialect, column, name)))
    return column == any_(bindparam(name, type_=_array_of(column)))


def each_of(dialect: str, column: Column[Any], name: str) -> ColumnElement[Any]:
    """Return the values of the parameter `name`, which are such as a column holds, as rows."""
    if dialect == "sqlite":
        values = func.json_each(bindparam(name, type_=_Listed()))
        return values.table_valued("value").c.value
    return func.unnest(bindparam(name, type_=_array_of(column))).column_valued()


def _array_of(column: Column[Any]) -> Array:
    return Array(BigInteger if isinstance(column.type, BigInteger) else Text)


def given(dialect: str, **kinds: TypeEngine[Any]) -> dict[str, ColumnElement[Any]]:
    """Return the parameters of a statement that `Prepared.many` runs, by name.

    On SQLite it is run row by row. On PostgreSQL, where each run is a message to a server, all rows
    go as one array for each parameter, and the statement joins what they are unnested to.
    """
    if dialect == "sqlite":
        return {name: bindparam(name, type_=kind) for name, kind in kinds.items()}
    arrays = (bindparam(name, type_=Array(kind)) for name, kind in kinds.items())
    columns = (column(name, kind) for name, kind in kinds.items())
    rows = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
    return {name: rows.c[name] for name in kinds}


def at_most(name: str) -> ColumnElement[int]:
    """Return the limit of a statement by the parameter `name`.

    It is in a cast because SQLite works a statement out anew for each limit that it sees.
    """
    return cast(bindparam(name, type_=Integer()), Integer())


def is_any(column: Column[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of values that are always the same."""
    return or_(*(column == value for value in values))


def into(dialect: str, table: Table) -> Insertion:
    """Return the insertion into a table in words that know what to do about conflicts."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def new_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the parameters of `inserting`: those of the columns themselves are SQLAlchemy's."""
    return tuple(f"new_{name}" for name in names)


def inserting(dialect: str, table: Table, names: Sequence[str]) -> Insertion:
    """Return the insertion of many rows into these columns; the parameters are `new_names`."""
    new = given(dialect, **{f"new_{name}": table.c[name].type for name in names})
    if dialect == "sqlite":
        return into(dialect, table).values({name: new[f"new_{name}"] for name in names})
    return into(dialect, table).from_select(list(names), select(*new.values()))


def inserting_one(dialect: str, table: Table, names: Iterable[str]) -> Insertion:
    """Return the insertion of one row into these columns; the parameters are named as they are."""
    new = {name: bindparam(name, type_=table.c[name].type) for name in names}
    return into(dialect, table).values(new)


def make_ready(dialect: Dialect) -> None:
    """Get every statement ready, so that the first who needs one does not wait for it."""
    for one in _EVERY:
        one.make_ready(dialect)


class Prepared:
    """One statement; `build` makes it for a dialect ("sqlite" or "postgresql").

    Every parameter is named by a `bindparam`.
    """

    def __init__(self, build: Callable[[str], ClauseElement]) -> None:
        self._build = build
        self._plans: dict[str, _Plan] = {}
        _EVERY.append(self)

    def make_ready(self, dialect: Dialect) -> None:
        """Work out its text for a kind of database before it is needed."""
        self._plan(dialect)

    def rows(self, connection: Connection, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what it finds, each row by the names of its columns."""
        plan = self._plan(connection.dialect)
        found = plan.values(plan.fetched(connection, given))
        return [dict(zip(plan.names, row, strict=True)) for row in found]

    def tuples(self, connection: Connection, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return what it finds as the driver gives it: instants as microseconds, JSON as text."""
        return self._plan(connection.dialect).fetched(connection, given)

    def ask(self, connection: Connection, given: Mapping[str, Any]) -> Answer:
        """Ask for what `tuples` returns, together with what is asked before it is read."""
        return self._plan(connection.dialect).asked(connection, given)

    def values(
        self, connection: Connection, rows: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[Any, ...]]:
        """Return rows of `tuples` with their values as Python has them."""
        return self._plan(connection.dialect).values(rows)

    def run(self, connection: Connection, **given: Any) -> int:
        """Run it once; tell how many rows of the database it changed."""
        return self._plan(connection.dialect).changed(connection, given)

    def many(
        self,
        connection: Connection,
        names: tuple[str, ...],
        rows: Sequence[tuple[Any, ...]],
        missing: str = "",
        **all_alike: Any,
    ) -> None:
        """Run it for each row, whose values are of the parameters `names`.

        It may be run with whatever is asked next, or at the end of the transaction. With `missing`
        each row has to change one of the database; otherwise that is said by a `StoreError`, and
        nothing is committed. `all_alike` are the parameters that have one value for all rows, and
        are no `given`.
        """
        if rows:
            plan = self._plan(connection.dialect)
            plan.write(connection, (names, rows), all_alike, missing)

    def _plan(self, dialect: Dialect) -> _Plan:
        name = dialect.name
        if name not in self._plans:
            kind = _Plan if name == "sqlite" else _FarPlan
            self._plans[name] = kind.of(self._build(name), dialect)
        return self._plans[name]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement for one dialect: its text, and what becomes of values on the way in and out.

    `order` are the parameters in the order of the text, and `placed` picks them.
    """

    text: str
    order: tuple[str, ...]
    placed: Order
    fixed: Mapping[str, Any]
    inputs: tuple[tuple[str, Convert], ...]
    names: tuple[str, ...]
    results: tuple[tuple[int, Convert], ...]

    @classmethod
    def of(cls, statement: ClauseElement, dialect: Dialect) -> Self:
        written = compiled(statement, dialect)
        binds = {name: bind for bind, name in written.bind_names.items()}
        converted = tuple(inputs(binds, dialect))
        converts = dict(converted)
        fixed = {
            name: converts[name](bind.value) if name in converts else bind.value
            for name, bind in binds.items()
            if not bind.required
        }
        # What Python fills in where a row names no value.
        for filled in written.insert_prefetch:
            assert isinstance(filled.default, ScalarElementColumnDefault)
            fixed[filled.key] = filled.default.arg
        columns = [
            (column.name, output(column.type, dialect))
            for column in getattr(statement, "exported_columns", ())
        ]
        order = tuple(written.positiontup or ())
        return cls(
            text=str(written),
            order=order,
            placed=_picker(order),
            fixed=fixed,
            inputs=tuple(one for one in converted if one[0] not in fixed),
            names=tuple(name for name, _ in columns),
            results=tuple((place, one) for place, (_, one) in enumerate(columns) if one),
        )

    def fetched(self, connection: Connection, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows that the driver gives."""
        cursor = self._run(connection, "execute", self.placed(self._given(given)))
        try:
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def values(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Return rows with their values as Python has them: column by column, which is quicker."""
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for place, convert in self.results if columns else ():
            values = columns[place]
            columns[place] = [None if value is None else convert(value) for value in values]
        return zip(*columns, strict=True)

    def changed(self, connection: Connection, given: Mapping[str, Any]) -> int:
        """Return how many rows one run changed."""
        return _counted(self._run(connection, "execute", self.placed(self._given(given))))

    def asked(self, connection: Connection, given: Mapping[str, Any]) -> Answer:
        """Return what will have been found, when it is read."""
        return _Found(self.fetched(connection, given))

    def write(
        self, connection: Connection, given: Rows, all_alike: Mapping[str, Any], missing: str
    ) -> None:
        """Run it for each row."""
        names, rows = given
        shared = self._given(all_alike)
        columns: dict[str, Iterable[Any]] = dict(zip(names, zip(*rows, strict=True), strict=True))
        for name, convert in self.inputs:
            if name in columns:
                columns[name] = [convert(value) for value in columns[name]]
        columns |= {name: repeat(value) for name, value in shared.items()}
        ordered = zip(*(columns[name] for name in self.order), strict=False)
        changed = _counted(self._run(connection, "executemany", ordered))
        if missing and changed != len(rows):
            raise StoreError(missing)

    def _given(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as the driver takes them, with what the statement itself fixes."""
        values = {**self.fixed, **given}
        for name, convert in self.inputs:
            if name in given:
                values[name] = convert(given[name])
        return values

    def _run(self, connection: Connection, way: str, given: Any) -> DBAPICursor:
        """Let the driver run it; its complaints become those that SQLAlchemy would raise."""
        driver = connection.dialect.loaded_dbapi
        cursor = connection.connection.cursor()
        try:
            getattr(cursor, way)(self.text, given)
        except driver.Error as error:
            cursor.close()
            raise explained(connection, self.text, error) from error
        return cursor


class _FarPlan(_Plan):
    """One for PostgreSQL, where each run is part of a trip to the server."""

    __slots__ = ()

    def fetched(self, connection: Connection, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows that the driver gives."""
        return self.asked(connection, given).rows()

    def asked(self, connection: Connection, given: Mapping[str, Any]) -> Asked:
        """Return what will have been found, when it is read."""
        return ask(connection, self.text, self.placed(self._given(given)))

    def changed(self, connection: Connection, given: Mapping[str, Any]) -> int:
        """Return how many rows one run changed."""
        return self.asked(connection, given).changed()

    def write(
        self, connection: Connection, given: Rows, all_alike: Mapping[str, Any], missing: str
    ) -> None:
        """Run it once for all rows, each parameter being an array."""
        names, rows = given
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        values = self.placed(self._given({**all_alike, **columns}))
        if missing:
            text, values = all_of(self.text, len(values) + 1), (*values, len(rows))
            ask(connection, text, values, missing)
        else:
            ask(connection, self.text, values)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found at once."""

    found: list[tuple[Any, ...]]

    def rows(self) -> list[tuple[Any, ...]]:
        return self.found


def _counted(cursor: DBAPICursor) -> int:
    """Return how many rows were changed, and close the cursor."""
    changed = int(cursor.rowcount)
    cursor.close()
    return changed


def _picker(keys: Sequence[str]) -> Order:
    if len(keys) < 2:  # of one key, itemgetter returns no tuple
        return lambda values: tuple(values[key] for key in keys)
    return itemgetter(*keys)
