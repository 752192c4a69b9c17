"""Cuts what a template prints into lines, and works only once on those that never change.

Most of an email is the same for everybody. What a template prints comes in chunks, and the constant
ones are the same texts each time. Of such a chunk the whole lines are worked on when it is first
met, and kept; what stands before and after them belongs to lines in which something changes, and
those alone are worked on for each email.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from worker.render.body import Draft, Fixed


@dataclass(frozen=True, slots=True)
class _Cut:
    """A constant chunk: the end of a line, whole lines as they come out, and how a line begins."""

    end: str
    whole: Fixed
    beginning: str


class Lines:
    """Cuts chunks into lines. What has been done to `constants` is kept, and nothing else.

    `work` takes whole lines and returns what is to be made of them. What it makes of a line must
    not depend on others, but for empty lines: of several it may make one. It may be used by several
    threads.
    """

    def __init__(self, constants: Collection[str], work: Callable[[str], str] = str) -> None:
        self._constants = constants
        self._work = work
        self._cuts: dict[str, _Cut | None] = {}

    def draft(self, chunks: Iterable[str]) -> Draft:
        """Return the lines that chunks make, each with its end, but no empty ones at either end."""
        cuts, work, pending = self._cuts, self._work, list[str]()
        loose, fixed = list[str](), list[Fixed]()
        for chunk in chunks:
            cut = cuts[chunk] if chunk in cuts else self._cut(chunk)
            if cut is None:
                pending.append(chunk)
                continue
            pending.append(cut.end)
            loose.append(work("".join(pending)))
            fixed.append(cut.whole)
            pending = [cut.beginning]
        last = work("".join(pending)).rstrip("\n")
        loose.append(f"{last}\n" if last or not fixed else "")
        loose[0] = loose[0].lstrip("\n") or ("" if fixed else "\n")
        return Draft(loose, fixed)

    def _cut(self, chunk: str) -> _Cut | None:
        """Cut a chunk that is met for the first time, and keep it if it is constant."""
        if chunk not in self._constants:
            return None
        cut = self._cuts[chunk] = self._apart(chunk)
        return cut

    def _apart(self, chunk: str) -> _Cut | None:
        first, last = chunk.find("\n") + 1, chunk.rfind("\n") + 1
        worked = self._work(chunk[first:last])
        # Empty lines stay with what changes, so that their number is right wherever that ends.
        whole = worked.strip("\n")
        if not whole:
            return None
        before, _, after = worked.partition(whole)
        return _Cut(chunk[:first] + before, Fixed.of(whole + "\n"), after[1:] + chunk[last:])
