"""The journal: what this machine began to send, beside the database, in the state directory.

A line for the messages of each group commit goes in after it and before the first byte of a body.
When an old backup of the database is restored, the journal still knows what was sent since: what
the database does not know becomes in doubt, and nothing goes out twice (promise 11).

Behind the lines there is room, of zeros, for those to come. To write over what is on the disk
already takes half as long as to make a file longer, of which the disk has to be told, too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from worker.core.states import MessageKind
from worker.engine.commit import Sending
from worker.engine.restored import Entry, Row, rows_of
from worker.errors import StoreError

KEPT = timedelta(days=30)
"""For so long lines are kept; a backup that is older is not covered."""


_USUAL = 600
"""Bytes that a message hardly ever has more of."""

_ROOM = 1 << 20
"""Bytes that are made ready at once, and so at most as many as stand behind the last line."""

_WAY = os.O_RDWR | os.O_CREAT | os.O_DSYNC
"""A write returns once what it wrote is on the disk, and what is needed to read it again."""


@dataclass(slots=True)
class Journal:
    """One file a day in `folder`, and one JSON array a line: when, and the rows of its messages."""

    folder: Path
    _whole: str = ""
    """The file whose last line we know to be whole: another's may be torn."""
    _end: int = 0
    """Where that line ends."""

    def begun(self, going: Sequence[Sending], at: datetime) -> None:
        """Write down what a group commit lets go (`worker.engine.ledger.Journal`)."""
        self.write(rows_of(going), at)

    def write(self, rows: Sequence[Row], at: datetime) -> None:
        """Add a line, and have it on disk before returning."""
        name, line = _name(at.date()), _line(rows, at)
        known, self._whole = self._whole, ""
        try:
            opened = os.open(f"{self.folder}/{name}", _WAY, 0o600)
            try:
                if known != name or _is_taken(opened, self._end):
                    self._end = _end_of(opened)
                    if self._end:
                        line = b"\n" + line  # or it would be the end of a torn one
                end = self._end + len(line)
                room = b"" if end <= os.fstat(opened).st_size else bytes(_ROOM)
                written = os.pwritev(opened, (line, room), self._end)
            finally:
                os.close(opened)
        except OSError as error:
            raise StoreError(f"the journal in {self.folder} cannot be written: {error}") from error
        if written < len(line):
            raise StoreError(f"the journal in {self.folder} cannot be written: no room is left")
        self._whole, self._end = name, end

    def entries(self) -> Iterator[Entry]:
        """Yield all that is kept, the oldest first, but for lines that are torn or damaged."""
        for path in sorted(self.folder.glob("journal-*.jsonl")):
            with _opened(path) as opened:  # of a million messages it has 300 MB
                yield from _entries(opened)

    def newest(self, count: int) -> list[Entry]:
        """Return the last entries of each day, the oldest day first.

        Of each, because a file's name is what a clock said, which may have been wrong.
        """
        paths = sorted(self.folder.glob("journal-*.jsonl"))
        return [entry for path in paths for entry in _last_entries(path, count)]

    def forget(self, today: date) -> None:
        """Delete the files of days that are not kept any more."""
        oldest = _name(today - KEPT)
        for path in self.folder.glob("journal-*.jsonl"):
            if path.name < oldest:
                _delete(path)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as opened:
            yield opened
    except OSError as error:
        raise StoreError(
            f"{path} cannot be read, which says what was sent: {error.strerror}; mend that, and "
            "start again"
        ) from error


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path} cannot be deleted: {error.strerror}") from error


def _name(day: date) -> str:
    return f"journal-{day.isoformat()}.jsonl"


_encoded = json.JSONEncoder(separators=(",", ":")).encode


def _line(rows: Sequence[Row], at: datetime) -> bytes:
    return f"{_encoded([at.isoformat(), rows])}\n".encode()


def _is_taken(opened: int, place: int) -> bool:
    """Tell whether somebody else wrote where our next line would go; nobody should."""
    return os.pread(opened, 1, place) not in (b"", b"\0")


def _end_of(opened: int) -> int:
    """Return where the room begins that is left in a file."""
    start = max(0, os.fstat(opened).st_size - _ROOM)
    return start + len(os.pread(opened, _ROOM, start).rstrip(b"\0"))


def _last_entries(path: Path, count: int) -> list[Entry]:
    """Return the last entries of a file, without reading much of what stands before them."""
    with _opened(path) as opened:
        length, size = count * _USUAL, opened.seek(0, os.SEEK_END)
        while True:
            opened.seek(max(0, size - length))
            # The first line may be cut: then it is passed over like a torn one.
            found = list(_entries(opened.read().rstrip(b"\0").splitlines()))
            if len(found) >= count or length >= size:
                return found[-count:]
            length *= 2


def _entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    for line in lines:
        try:
            yield from _read(json.loads(line))
        except (ValueError, TypeError):
            continue  # torn by a crash while it was written, when no body of it was begun; or bad


def _read(line: list[Any] | dict[str, Any]) -> list[Entry]:
    """Return what a line says; earlier versions wrote one for each message, as an object."""
    if isinstance(line, dict):
        return [_whole(Entry(**line))]
    at, rows = line
    return [_whole(Entry(at, *row)) for row in rows]


def _whole(entry: Entry) -> Entry:
    """Return an entry that means something; a `ValueError` says that it is damaged."""
    for instant in (entry.at, entry.due_at):
        datetime.fromisoformat(instant)
    MessageKind(entry.kind)
    return entry
