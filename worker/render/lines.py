"""Cuts what a template prints into lines, and works only once on those that never change.

Most of an email is the same for everybody. What a template prints comes in chunks: constants, which
stand in it, and values. Which constants come, and where values stand between them, is the form of
an email; a template has as many as ways through its conditions. Of a form that was met, the lines
without a value are kept as they come out in the end; those with values are a blank, which is filled
in and worked on for each email.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

from worker.render.body import Draft, Fixed, Frame

MOST_KEPT = 1_000_000
"""Characters of lines that are kept; whoever prints more constants than that begins anew."""


@dataclass(frozen=True, slots=True)
class _Blank:
    """Lines in which some of the values are still to be filled in; `pattern` has them as ``%s``."""

    pattern: str
    values: slice


@dataclass(frozen=True, slots=True)
class _Form:
    """What is kept of a form: blanks, and in turns with them, the lines without a value."""

    blanks: list[_Blank]
    frame: Frame


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines without a value as they come out; empty ones at their ends stay with the blanks.

    So their number is right wherever what changes ends.
    """

    before: str
    fixed: Fixed
    after: str


class Lines:
    """Cuts chunks into lines. What has been done to `constants` is kept, and nothing else.

    `work` takes whole lines and returns what is to be made of them. What it makes of a line must
    not depend on others, but for empty lines: of several it may make one. It may be used by several
    threads.
    """

    def __init__(self, constants: Collection[str], work: Callable[[str], str] = str) -> None:
        self._constants = constants
        self._work = work
        self._forms: dict[tuple[str | None, ...], _Form] = {}
        self._runs: dict[str, _Run | None] = {}
        self._kept = 0

    def draft(self, chunks: Iterable[str]) -> Draft:
        """Return the lines that chunks make, each with its end, but no empty ones at either end."""
        chunks, constants, work = list(chunks), self._constants, self._work
        parts = tuple([chunk if chunk in constants else None for chunk in chunks])
        values = tuple([chunk for chunk in chunks if chunk not in constants])
        form = self._forms.get(parts) or self._form(parts)
        loose = [work(one.pattern % values[one.values]) for one in form.blanks]
        last, alone = loose[-1].rstrip("\n"), len(loose) == 1
        loose[-1] = f"{last}\n" if last or alone else ""
        loose[0] = loose[0].lstrip("\n") or ("\n" if alone else "")
        return Draft(loose, form.frame)

    def _form(self, parts: tuple[str | None, ...]) -> _Form:
        """Cut a form that is met for the first time, and keep it."""
        if self._kept > MOST_KEPT:
            self._forms.clear()
            self._runs.clear()
            self._kept = 0
        pattern = "".join(["%s" if part is None else part.replace("%", "%%") for part in parts])
        patterns, fixed = [""], list[Fixed]()
        for changes, lines in groupby(pattern.split("\n"), _changes):
            lines_together = "".join([f"{line}\n" for line in lines])
            run = None if changes else self._run(lines_together % ())
            if run is None:
                patterns[-1] += lines_together
            else:
                patterns[-1] += run.before
                fixed.append(run.fixed)
                patterns.append(run.after)
        form = self._forms[parts] = _Form(_blanks(patterns), Frame.of(fixed))
        self._kept += sum(map(len, patterns))
        return form

    def _run(self, text: str) -> _Run | None:
        """Return what becomes of lines without a value; None where they come to nothing."""
        with suppress(KeyError):
            return self._runs[text]
        worked = self._work(text)
        whole = worked.strip("\n")
        before, _, after = worked.partition(whole) if whole else ("", "", "")
        run = _Run(before, Fixed.of(whole + "\n"), after[1:]) if whole else None
        self._runs[text] = run
        self._kept += len(text)
        return run


def _changes(pattern: str) -> bool:
    return _places(pattern) > 0


def _places(pattern: str) -> int:
    """Count the values that a pattern has a place for."""
    return pattern.replace("%%", "").count("%")


def _blanks(patterns: list[str]) -> list[_Blank]:
    blanks, first = list[_Blank](), 0
    for pattern in patterns:
        last = first + _places(pattern)
        blanks.append(_Blank(pattern, slice(first, last)))
        first = last
    return blanks
