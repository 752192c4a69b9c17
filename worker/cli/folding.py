"""Lines that fold between words, with addresses and commands whole, so that they can be copied.

A command is what stands between backticks. It is broken only where it is longer than a line, and
an address only where the columns of a table would not fit otherwise, the longest first.
"""

from __future__ import annotations

import re
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.containers import Lines
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

_COMMAND = re.compile(r"`[^`\n]+`")
_WORD = re.compile(r"`[^`\n]+`\S*|\S+")
_GLUE = "\ue000"  # of private use: one column wide, and no space at which a line may be broken
_PLENTY = 100_000  # columns


class Folding(Text):
    """A text that folds so."""

    @classmethod
    def of(cls, text: str | Text) -> Folding:
        """Return a text as one of these."""
        if isinstance(text, str):
            return cls(text)
        return cls(
            text.plain,
            text.style,
            justify=text.justify,
            overflow=text.overflow,
            no_wrap=text.no_wrap,
            end=text.end,
            spans=text.spans,
        )

    def wrap(self, console: Console, width: int, *args: Any, **options: Any) -> Lines:
        """Break it into lines of a width."""

        def glued(found: re.Match[str]) -> str:
            return found[0].replace(" ", _GLUE) if len(found[0]) <= width else found[0]

        whole = self.copy()
        whole.plain = _COMMAND.sub(glued, self.plain)
        lines = whole.wrap(console, width, *args, **options)
        for line in lines:
            line.plain = line.plain.replace(_GLUE, " ")
        return lines

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return the width of the longest word, and that of the longest line."""
        longest = max((Text(word).cell_len for word in _WORD.findall(self.plain)), default=0)
        return Measurement(longest, super().__rich_measure__(console, options).maximum)


class FoldingTable(Table):
    """A table whose columns leave each other the room for their longest words."""

    def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
        """Add a row; its texts fold as all do."""
        texts = (Folding.of(one) if isinstance(one, str | Text) else one for one in cells)
        super().add_row(*texts, **options)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it, with the width of each column settled."""
        for column, width in zip(self.columns, self._widths(console, options), strict=True):
            column.width = width
        yield from super().__rich_console__(console, options)

    def _widths(self, console: Console, options: ConsoleOptions) -> list[int]:
        plenty = options.update_width(_PLENTY)
        wanted = [_measured(column, console, plenty) for column in self.columns]
        beside = Measurement.get(console, plenty, self).maximum - sum(one.maximum for one in wanted)
        return shared_out(wanted, options.max_width - beside)


def shared_out(wanted: list[Measurement], room: int) -> list[int]:
    """Return the width of each column: its longest word at least, where there is room for all."""
    widths = [one.minimum for one in wanted]
    for _ in range(sum(widths) - room):
        widest = widths.index(max(widths))
        widths[widest] = max(widths[widest] - 1, 1)
    left = max(room - sum(widths), 0)
    modest = sorted(range(len(wanted)), key=lambda at: wanted[at].maximum - widths[at])
    for done, at in enumerate(modest):
        more = min(max(wanted[at].maximum - widths[at], 0), left // (len(wanted) - done))
        widths[at] += more
        left -= more
    return widths


def folding(*objects: object) -> tuple[object, ...]:
    """Return what is to be printed; a text alone folds so."""
    match objects:
        case (str() | Text() as text,):
            return (Group(Folding.of(text)),)
        case _:
            return objects


def _measured(column: Column, console: Console, options: ConsoleOptions) -> Measurement:
    if column.width is not None:
        return Measurement(column.width, column.width)
    cells = [Measurement.get(console, options, one) for one in (column.header, *column.cells)]
    most = max(one.maximum for one in cells)
    return Measurement(most if column.no_wrap else max(one.minimum for one in cells), most)
