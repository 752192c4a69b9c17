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
from worker.engine.intake.formulas import literal
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
        while line := lines.read():
            if '"' in line or len(line) > csv.field_size_limit():
                record = self._record_with_care(line)
            else:  # Nothing is left for `csv` to do, which takes three times as long.
                record = Record(lines.number, line.rstrip("\r\n").split(delimiter))
            if any(record.cells):
                yield record

    def _record_with_care(self, line: str) -> Record:
        """Read a record that begins with this line, and may go on over more of them."""
        number = self._lines.number
        if len(line) >= LONGEST_LINE:
            return Record(number, [line], f"the row has more than {LONGEST_LINE:,} characters")
        self._lines.begin(line)
        try:
            return Record(number, [literal(cell) for cell in next(self._reader)])
        except csv.Error as error:
            self._lines.give_back()
            return Record(number, [line], _plainly(error))

    def _find_delimiter(self) -> str:
        """Take what the first line has most of, outside of quotes."""
        first = self._lines.read()
        said = _SEPARATOR.fullmatch(first)
        if said:
            return said[1]
        self._lines.begin(first)
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
    """Lines with their ends. Those that one record takes can be given back but for the first."""

    def __init__(self, text: TextIO) -> None:
        self.number = 0
        self._text = text
        self._again: deque[str] = deque()
        self._taken: list[str] = []

    def read(self) -> str:
        """Return the next line, or nothing at the end; a line that is too long is cut."""
        line = self._again.popleft() if self._again else self._fresh()
        self.number += bool(line)
        return line

    def begin(self, line: str) -> None:
        """Begin a record with the line that was read last: iterating yields it again, and more."""
        self._taken.clear()
        self._again.appendleft(line)
        self.number -= bool(line)

    def give_back(self) -> None:
        """Put the lines of the record back, but for the first."""
        back = self._taken[1:]
        self._again.extendleft(reversed(back))
        self.number -= len(back)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.read()
        if not line:
            raise StopIteration
        self._taken.append(line)
        if len(self._taken) > MOST_LINES:
            raise csv.Error(_UNCLOSED)
        return line

    def _fresh(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE:
            while (more := self._text.readline(LONGEST_LINE)) and not more.endswith(("\n", "\r")):
                pass
        return line


@contextmanager
def open_sheet(path: Path, encoding_name: str | None = None) -> Iterator[Sheet]:
    """Open a list in its encoding, or in the one named; raise `InputError` where it is none."""
    with _open(path, encoding_name) as text:
        yield Sheet(text.buffer, text, str(path))


def _open(path: Path, encoding_name: str | None) -> TextIO:
    try:
        if not path.is_file() and not path.is_dir() and path.exists():
            raise InputError("is a pipe or a device: save the list as a file", file=str(path))
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
