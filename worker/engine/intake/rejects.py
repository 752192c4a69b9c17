"""The rows that were not taken, set aside beside the list: as they came, with line and problem.

Its cells stand apart by what the list has between its own, so that it can be mended and imported
as it is. No file that is there already is ever replaced: the rejects of the same import are found
to be the same, others get a number of their own.
"""

from __future__ import annotations

import csv
import filecmp
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from worker.engine.intake.formulas import guard
from worker.errors import InputError

ADDED = ("line", "problem")
"""The columns that are added in front, where a row with too many cells cannot move them."""

_ADVICE = "import a copy of the list from a folder where they can"
_MOST_KEPT = 10_000  # characters of a cell; the line says where the rest is


class Rejects:
    """Writes rows as they come; the file begins with the first, and has its name after the last."""

    def __init__(self, path: Path, header: Sequence[str], delimiter: str) -> None:
        self.path: Path | None = None
        self._list = path
        self._header = list(header)
        self._delimiter = delimiter
        self._file: IO[str] | None = None
        self._writer: Any = None

    def add(self, line: int, cells: Sequence[str], problem: str) -> None:
        """Set a row aside."""
        cut = [guard(cell[:_MOST_KEPT]) for cell in cells]
        with self._explained():
            if self._file is None:
                self._begin()
            self._writer.writerow([line, guard(problem), *cut])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None:
            return
        unnamed = Path(self._file.name)
        try:
            with self._explained() if kind is None else suppress(OSError):
                self._file.close()
                self.path = _settle(unnamed, self._list) if kind is None else None
        finally:
            unnamed.unlink(missing_ok=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            problem = f"rejected rows cannot be set aside here: {error.strerror}; {_ADVICE}"
            raise InputError(problem, file=str(self._list.parent)) from error

    def _begin(self) -> None:
        # UTF-8 with its mark: spreadsheets take UTF-8 without one for a code page.
        self._file = tempfile.NamedTemporaryFile(  # noqa: SIM115 (closed by __exit__)
            "w",
            encoding="utf-8-sig",
            errors="surrogateescape",
            newline="",
            prefix=f".{self._list.name}.",
            suffix=".part",
            dir=self._list.parent,
            delete=False,
        )
        self._writer = csv.writer(self._file, delimiter=self._delimiter, quoting=csv.QUOTE_ALL)
        self._writer.writerow([*ADDED, *map(guard, self._header)])


def _settle(unnamed: Path, path: Path) -> Path:
    """Give a file the first name that is free, or that the same file has already."""
    for number in itertools.count(1):
        mark = "" if number == 1 else f"-{number}"
        target = path.with_name(f"{path.name}.rejected{mark}.csv")
        try:
            target.open("x").close()
        except FileExistsError:
            if target.is_file() and filecmp.cmp(unnamed, target, shallow=False):
                return target
        else:
            return unnamed.replace(target)
    raise AssertionError  # names do not end
