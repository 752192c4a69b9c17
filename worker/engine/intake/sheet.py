"""A list as spreadsheets write it, record by record, in bounded memory.

One broken record costs one record. `csv` reads on past an open quote to the end of the file, so the
lines that a record took are kept, and where it comes to nothing all but the first are read again.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from worker.engine.intake import encoding
from worker.errors import InputError

LONGEST_LINE = 1_000_000
"""Characters; `csv` itself allows 131,072 in a cell."""

MOST_LINES = 500
"""Lines in one record, whose cells may hold line ends in quotes."""

_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r"\ufeff?sep=([,;\t|])[\r\n]*", re.IGNORECASE)  # a line for Excel
_UNCLOSED = "a quote is not closed: close it, or double the quotes inside of a cell"


class Record(NamedTuple):
    """A row of the list and the line (from 1) that it begins on.

    `problem` is set, and the cells hold only how the row began, where it could not be read.
    """

    line: int
    cells: list[str]
    problem: str | None = None


class Sheet:
    """An open list; `header` is its first row. Iterate over `records` once."""

    def __init__(self, binary: BinaryIO, text: TextIO, file: str) -> None:
        self._binary = binary
        self._lines = _Lines(text)
        self._file = file
        self.delimiter = self._find_delimiter()
        self._reader = csv.reader(self._lines, delimiter=self.delimiter, strict=True)
        self.header = self._read_header()

    @property
    def bytes_read(self) -> int:
        """How far into the file it was read, for a progress bar."""
        return self._binary.tell()

    def records(self) -> Iterator[Record]:
        """Yield the rows under the header; empty ones are left out."""
        lines, delimiter = self._lines, self.delimiter
        for line in lines:
            # Without a quote there is nothing for `csv` to do, which takes three times as long.
            record = (
                self._quoted_record()
                if '"' in line or len(line) > _LONGEST_CELL
                else Record(lines.number, line.rstrip("\r\n").split(delimiter))
            )
            if any(record.cells):
                yield record
            lines.begin()

    def _quoted_record(self) -> Record:
        """Read the line that was read last once more, and what belongs to it, with all care."""
        self._lines.give_back(first=True)
        line = self._lines.begin()
        try:
            return Record(line, next(self._reader))
        except csv.Error as error:
            return Record(line, [self._lines.give_back()], _plainly(error))

    def _find_delimiter(self) -> str:
        """Take what the first line has most of, outside of quotes."""
        self._lines.begin()
        first = next(self._lines, "")
        said = _SEPARATOR.fullmatch(first)
        if said:
            return said[1]
        self._lines.give_back(first=True)
        bare = re.sub(r'"[^"]*"?', "", first)
        return max(_DELIMITERS, key=bare.count)

    def _read_header(self) -> list[str]:
        first = next(self.records(), None)
        if first is None:
            raise InputError("is empty: the first line must name the columns", file=self._file)
        if first.problem:
            raise InputError(first.problem, file=self._file, line=first.line)
        return [" ".join(name.split()) for name in first.cells]


class _Lines:
    """Lines with their ends, which can be given back as far as the present record began."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._number = 0

    def begin(self) -> int:
        """Begin a record; return the number of its first line."""
        self._taken.clear()
        return self._number + 1

    def give_back(self, *, first: bool = False) -> str:
        """Put the lines of the record back but for the first, or with it; return the first."""
        start = self._taken[0] if self._taken else ""
        back = self._taken if first else self._taken[1:]
        self._again.extendleft(reversed(back))
        self._number -= len(back)
        return start

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self._number += 1
        self._taken.append(line)
        if len(line) >= LONGEST_LINE and not line.endswith(("\n", "\r")):
            self._skip_rest_of_line()
            raise csv.Error(f"the row has more than {LONGEST_LINE:,} characters")
        if len(self._taken) > MOST_LINES:
            raise csv.Error(_UNCLOSED)
        return line

    def _skip_rest_of_line(self) -> None:
        while (more := self._text.readline(LONGEST_LINE)) and not more.endswith(("\n", "\r")):
            pass


@contextmanager
def open_sheet(path: Path, encoding_name: str | None = None) -> Iterator[Sheet]:
    """Open a list in its encoding, or in the one named; raise `InputError` where it is none."""
    with _open(path, encoding_name) as text:
        yield Sheet(text.buffer, text, str(path))


def _open(path: Path, encoding_name: str | None) -> TextIO:
    try:
        with path.open("rb") as sample:
            start = sample.read(encoding.SAMPLE)
        codec = encoding.named(encoding_name) if encoding_name else encoding.detect(start, path)
        return path.open("r", encoding=codec, errors=encoding.errors_of(codec), newline="")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=str(path)) from error


def _plainly(error: csv.Error) -> str:
    complaint = str(error)
    if "field larger" in complaint:
        return f"a cell has more than {csv.field_size_limit():,} characters"
    if "unexpected end" in complaint:
        return _UNCLOSED
    if "expected after" in complaint:
        return "text stands after a closing quote: double the quotes inside of a cell"
    return complaint
