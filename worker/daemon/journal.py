"""The journal: what this machine began to send, beside the database, in the state directory.

A line for each message goes in after its start is committed and before the first byte of its body.
When an old backup of the database is restored, the journal still knows what was sent since: what
the database does not know becomes in doubt, and nothing goes out twice (promise 11).

Behind the lines there is room, of zeros, for those to come. To write over what is on the disk
already takes half as long as to make a file longer, of which the disk has to be told, too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from json.encoder import encode_basestring_ascii
from pathlib import Path

from worker.engine.restored import Entry
from worker.errors import StoreError

KEPT = timedelta(days=30)
"""For so long lines are kept; a backup that is older is not covered."""


_USUAL = 600
"""Bytes that a line hardly ever has more of."""

_ROOM = 1 << 20
"""Bytes that are made ready at once, and so at most as many as stand behind the last line."""

_WAY = os.O_RDWR | os.O_CREAT | os.O_DSYNC
"""A write returns once what it wrote is on the disk, and what is needed to read it again."""


@dataclass(slots=True)
class Journal:
    """One file a day in `folder`, one JSON object a line."""

    folder: Path
    _whole: str = ""
    """The file whose last line we know to be whole: another's may be torn."""
    _end: int = 0
    """Where that line ends."""

    def write(self, entries: Sequence[Entry], today: date) -> None:
        """Add lines, and have them on disk before returning."""
        name, lines = _name(today), "".join(map(_line, entries)).encode()
        known, self._whole = self._whole, ""
        try:
            opened = os.open(f"{self.folder}/{name}", _WAY, 0o600)
            try:
                if known != name or _is_taken(opened, self._end):
                    self._end = _end_of(opened)
                    if self._end:
                        lines = b"\n" + lines  # or the first would be the end of a torn one
                end = self._end + len(lines)
                room = b"" if end <= os.fstat(opened).st_size else bytes(_ROOM)
                written = os.pwritev(opened, (lines, room), self._end)
            finally:
                os.close(opened)
        except OSError as error:
            raise StoreError(f"the journal in {self.folder} cannot be written: {error}") from error
        if written < len(lines):
            raise StoreError(f"the journal in {self.folder} cannot be written: no room is left")
        self._whole, self._end = name, end

    def entries(self) -> Iterator[Entry]:
        """Yield all that is kept, the oldest first; a torn last line is passed over."""
        for path in sorted(self.folder.glob("journal-*.jsonl")):
            with path.open("rb") as opened:  # of a million messages it has half a gigabyte
                yield from _entries(opened)

    def newest(self, count: int) -> list[Entry]:
        """Return the last entries, of the last file that has any."""
        for path in sorted(self.folder.glob("journal-*.jsonl"), reverse=True):
            if found := list(_entries(_last_lines(path, count))):
                return found
        return []

    def forget(self, today: date) -> None:
        """Delete the files of days that are not kept any more."""
        oldest = _name(today - KEPT)
        for path in self.folder.glob("journal-*.jsonl"):
            if path.name < oldest:
                path.unlink(missing_ok=True)


def _name(day: date) -> str:
    return f"journal-{day.isoformat()}.jsonl"


_LINE = "{" + ", ".join(f'"{name}": %s' for name in Entry._fields) + "}\n"


def _line(entry: Entry) -> str:
    """Write an entry as JSON: put together here, in half the time, for every message has one."""
    return _LINE % tuple(map(_written, entry))


def _written(value: str | int | None) -> str | int:
    if value is None:
        return "null"
    return encode_basestring_ascii(value) if isinstance(value, str) else value


def _is_taken(opened: int, place: int) -> bool:
    """Tell whether somebody else wrote where our next line would go; nobody should."""
    return os.pread(opened, 1, place) not in (b"", b"\0")


def _end_of(opened: int) -> int:
    """Return where the room begins that is left in a file."""
    start = max(0, os.fstat(opened).st_size - _ROOM)
    return start + len(os.pread(opened, _ROOM, start).rstrip(b"\0"))


def _last_lines(path: Path, count: int) -> list[bytes]:
    """Return the last lines of a file, without reading much of what stands before them."""
    with path.open("rb") as opened:
        length, size = count * _USUAL, opened.seek(0, os.SEEK_END)
        while True:
            opened.seek(max(0, size - length))
            lines = opened.read().rstrip(b"\0").splitlines()
            if len(lines) > count or length >= size:  # the first of them may be cut
                return lines[-count:]
            length *= 2


def _entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    for line in lines:
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue  # torn by a crash while it was written: its body was never begun
