"""How things look: tables that fit a terminal, JSON for machines, nothing that a mail can forge."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from pathlib import PurePath
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.cli.folding import FoldingTable, folding

_ENDLESS = 10_000  # columns


class _Screen(Console):
    """A console that breaks no address and no command to copy."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print, as rich does."""
        super().print(*(objects if "soft_wrap" in options else folding(*objects)), **options)


def console(*, stderr: bool = False) -> Console:
    """Return a console that takes text as it is: what looks like markup or an emoji is neither.

    What is piped is not broken into lines, whatever the terminal beside it: it is searched.
    """
    piped = not (sys.stderr if stderr else sys.stdout).isatty()
    width = _width(os.environ.get("COLUMNS", ""), piped=piped)
    return _Screen(highlight=False, markup=False, emoji=False, stderr=stderr, width=width)


def _width(said: str, *, piped: bool) -> int | None:
    """Return the columns to print in; None where rich knows them. ``COLUMNS=0`` says nothing."""
    if said.isdecimal() and int(said):
        return None
    if piped:
        return _ENDLESS
    return shutil.get_terminal_size().columns if said else None


def clean(text: object) -> str:
    """Return foreign text as one line without what a terminal would obey, or not show."""
    return "".join(one if one.isprintable() else " " for one in str(text))


def styled(text: object, style: str) -> Text:
    """Return text in a colour; it is shown as such on a terminal only."""
    return Text(clean(text), style=style)


def table(*columns: str, leading: int = 0) -> Table:
    """Return an empty table with `leading` empty lines between its rows.

    A column named ``>n`` has numbers, which stand at the right.
    """
    made = FoldingTable(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="dim",
        show_edge=False,
        leading=leading,
    )
    for column in columns:
        right = column.startswith(">")
        made.add_column(column.lstrip(">"), justify="right" if right else "left", overflow="fold")
    return made


def grid(*rows: tuple[str, object]) -> Table:
    """Return names and values beside each other."""
    made = FoldingTable.grid(padding=(0, 2))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in rows:
        made.add_row(name, value if isinstance(value, Text) else clean(value))
    return made


def print_json(value: object) -> None:
    """Print a value as JSON: dataclasses are objects, instants ISO 8601 with their offset."""
    sys.stdout.write(f"{_as_json(value, indent=2)}\n")


def print_json_list(found: Sequence[object], total: int) -> None:
    """Print these of so many as JSON; where there are more, the standard error says so."""
    print_json(found)
    if total > len(found):
        said = f"{len(found):,} of {total:,}: --limit says how many there are to be"
        print(said, file=sys.stderr)


def print_json_lines(values: Iterable[object]) -> None:
    """Print each value as JSON in one line, as soon as it is there."""
    for value in values:
        sys.stdout.write(f"{_as_json(value)}\n")


def _as_json(value: object, indent: int | None = None) -> str:
    """Return a value as JSON that the standard output can say in its encoding."""
    bare = (sys.stdout.encoding or "utf-8").lower() != "utf-8"
    return json.dumps(plain(value), ensure_ascii=bare, indent=indent)


_PLAIN = frozenset({str, int, float, bool, type(None)})


def plain(value: Any) -> Any:
    """Return a value in the types that JSON has."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):  # a named one
        return {name: plain(each) for name, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [each if type(each) in _PLAIN else plain(each) for each in value]
    return value


def several(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: ``1 lead``, ``2,000 leads``."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
