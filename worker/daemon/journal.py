"""The journal: what this machine began to send, beside the database, in the state directory.

A line for each message goes in after its start is committed and before the first byte of its body.
When an old backup of the database is restored, the journal still knows what was sent since: what
the database does not know becomes in doubt, and nothing goes out twice (promise 11).
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from json.encoder import encode_basestring_ascii
from operator import attrgetter
from pathlib import Path

from worker.engine.restored import Entry
from worker.errors import StoreError

KEPT = timedelta(days=30)
"""For so long lines are kept; a backup that is older is not covered."""


@dataclass(slots=True)
class Journal:
    """One file a day in `folder`, one JSON object a line."""

    folder: Path

    def write(self, entries: Sequence[Entry], today: date) -> None:
        """Add lines, and have them on disk before returning."""
        lines = "".join(map(_line, entries))
        try:
            opened = os.open(self._file(today), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(opened, lines.encode())
                os.fdatasync(opened)
            finally:
                os.close(opened)
        except OSError as error:
            raise StoreError(f"the journal in {self.folder} cannot be written: {error}") from error

    def entries(self) -> Iterator[Entry]:
        """Yield all that is kept, the oldest first; a torn last line is passed over."""
        for path in sorted(self.folder.glob("journal-*.jsonl")):
            yield from _entries(path.read_text(encoding="utf-8").splitlines())

    def newest(self, count: int) -> list[Entry]:
        """Return the last entries, of the last file that has any."""
        for path in sorted(self.folder.glob("journal-*.jsonl"), reverse=True):
            with path.open(encoding="utf-8") as opened:
                if found := list(_entries(deque(opened, maxlen=count))):
                    return found
        return []

    def forget(self, today: date) -> None:
        """Delete the files of days that are not kept any more."""
        oldest = self._file(today - KEPT).name
        for path in self.folder.glob("journal-*.jsonl"):
            if path.name < oldest:
                path.unlink(missing_ok=True)

    def _file(self, day: date) -> Path:
        return self.folder / f"journal-{day.isoformat()}.jsonl"


_NAMES = tuple(f'"{name}": ' for name in Entry.__dataclass_fields__)
_values = attrgetter(*Entry.__dataclass_fields__)


def _line(entry: Entry) -> str:
    """Write an entry as JSON: put together here, in half the time, for every message has one."""
    pairs = zip(_NAMES, _values(entry), strict=True)
    return "{" + ", ".join([name + _written(value) for name, value in pairs]) + "}\n"


def _written(value: str | int | None) -> str:
    if value is None:
        return "null"
    return encode_basestring_ascii(value) if isinstance(value, str) else str(value)


def _entries(lines: Iterable[str]) -> Iterator[Entry]:
    for line in lines:
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue  # torn by a crash while it was written: its body was never begun
