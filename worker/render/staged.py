"""A template that is printed to many: what many of its emails have in common is made ready once.

Most of an email is the same for everybody. Which constants come, and where values stand between
them, is the kind of an email; a template has as many as ways through its conditions. What emails of
a kind are made of is learnt with the first one, which is printed as any template is. For all later
ones only the values are asked for, and put into forms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

from jinja2 import DictLoader
from markupsafe import escape

from worker.render import text
from worker.render.apart import Apart, Chunk, Place
from worker.render.body import Draft, Form, Piece
from worker.render.context import Context
from worker.render.derive import closed_up, text_template
from worker.render.failure import FAILURES
from worker.render.fixed import Values
from worker.render.flat import flat, sections
from worker.render.plain import Plain
from worker.render.printed import Printed

MOST_KEPT = 1_000_000
"""Characters that are kept; a template with more kinds of email than that begins anew."""

_OF_KIND = 1000  # characters that a kind counts for besides its pieces
_HOLE = "\uf8ff"  # stands for a value while lines are tidied; no flat template has it
_MARKS = re.compile("[&<>'\"]")

Part: TypeAlias = str | int
"""A constant, or the number of a value among all that an email prints."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A form, and the numbers of the values that go into it."""

    form: Form
    numbers: tuple[int, ...]

    def filled(self, values: Sequence[str]) -> Draft:
        """Return the body; `values` are all that the email prints, as they are to be written."""
        return Draft(self.form, [values[number] for number in self.numbers])


@dataclass(frozen=True, slots=True)
class _Kind:
    """What emails of one kind are made of; where `said` is none their texts are made one by one."""

    subject: _Sheet
    preheader: _Sheet
    html: _Sheet
    said: _Sheet | None
    own_text: bool


def staged(sources: Mapping[str, str], template: str, fixed: Values, plain: Plain) -> Staged | None:
    """Return a template that is printed to many; None where it does more than print and ask."""
    source = flat(sources, template)
    if source is None:
        return None
    try:
        return Staged(source, text_template(sources, template), fixed, plain)
    except FAILURES:  # what is wrong is told by the template itself
        return None


class Staged:
    """A flat `source`, and a template of its text where one could be `derived`.

    `plain` is the template as it is. It may be used by several threads.
    """

    def __init__(self, source: str, derived: str | None, fixed: Values, plain: Plain) -> None:
        self._html = Apart(DictLoader({"html": source}), fixed=fixed)
        self._html_template = self._html.get_template("html")
        self._text = Apart(DictLoader({"text": derived or ""}), html=False, fixed=fixed)
        self._text_template = self._text.get_template("text")
        self._is_derived = derived is not None
        self._plain = plain
        self._kinds: dict[tuple[str | Place, ...], _Kind | None] = {}
        self._pieces: dict[str, Piece] = {}
        self._kept = 0

    def printed(self, context: Context) -> Printed:
        """Return what the template says; without a subject that is a `TemplateError`."""
        chunks = self._html.chunks(self._html_template, context)
        key = tuple([one if isinstance(one, str) else one[0] for one in chunks])
        values = [one[1] for one in chunks if not isinstance(one, str)]
        try:
            kind = self._kinds[key]
        except KeyError:
            return self._learn(key, values, context)
        # Of a kind that was not understood, each is printed like the first one.
        return self._made(kind, values, context) if kind else self._plain.printed(context)

    def _learn(
        self, key: tuple[str | Place, ...], values: Sequence[str], context: Context
    ) -> Printed:
        """Print the first email of a kind, and keep what the next ones are to be made of."""
        printed = self._plain.printed(context)
        if self._kept > MOST_KEPT:
            self._kinds.clear()
            self._pieces.clear()
            self._kept = 0
        kind = self._kind(key, context)
        is_right = _all_of(self._made(kind, values, context)) == _all_of(printed)
        self._kinds[key] = kind if is_right else None
        self._kept += _OF_KIND
        return printed

    def _kind(self, key: Sequence[str | Place], context: Context) -> _Kind:
        subject, preheader, own, html = sections(_numbered(key))
        own_text = any(isinstance(part, int) or part.strip() for part in own)
        said = self._tidy(own, of_own=True) if own_text else self._derived(key, context)
        return _Kind(
            subject=self._line(subject),
            preheader=self._line(preheader),
            html=self._sheet(_whole(html)),
            said=said,
            own_text=own_text,
        )

    def _line(self, parts: Sequence[Part]) -> _Sheet:
        """Return the sheet of a block that is no HTML."""
        return self._sheet([text.plain(part) if isinstance(part, str) else part for part in parts])

    def _derived(self, key: Sequence[str | Place], context: Context) -> _Sheet | None:
        """Return the sheet of the text that says what the HTML says."""
        if not self._is_derived:
            return None
        places = [place for place in key if not isinstance(place, str)]
        numbers = {place: number for number, place in reversed(list(enumerate(places)))}
        chunks = self._text_chunks(context)
        if not all(isinstance(one, str) or one[0] in numbers for one in chunks):
            return None
        parts = [one if isinstance(one, str) else numbers[one[0]] for one in chunks]
        return self._tidy(parts, of_own=False)

    def _tidy(self, parts: Sequence[Part], *, of_own: bool) -> _Sheet | None:
        """Return the sheet of a text whose lines are tidied once; None where a value is lost."""
        together = "".join([_HOLE if isinstance(part, int) else part for part in parts])
        texts = (text.of_block(together) if of_own else closed_up(together)).split(_HOLE)
        numbers = [part for part in parts if isinstance(part, int)]
        if len(texts) != len(numbers) + 1:
            return None
        mixed: list[Part] = [texts[0]]
        for number, after in zip(numbers, texts[1:], strict=True):
            mixed += [number, after]
        return self._sheet(mixed)

    def _sheet(self, parts: Sequence[Part]) -> _Sheet:
        pieces = [self._piece(part) if isinstance(part, str) else None for part in parts]
        return _Sheet(Form.of(pieces), tuple(part for part in parts if isinstance(part, int)))

    def _piece(self, constant: str) -> Piece:
        """Return a constant as a piece, which kinds share."""
        found = self._pieces.get(constant)
        if found is None:
            found = self._pieces[constant] = Piece.of(constant)
            self._kept += len(constant)
        return found

    def _made(self, kind: _Kind, values: Sequence[str], context: Context) -> Printed:
        """Return an email of a kind."""
        bare = [_unescaped(value) for value in values]
        subject = kind.subject.filled(bare).text.strip()
        if not subject:
            return self._plain.printed(context)  # which says so
        preheader = " ".join(kind.preheader.filled(bare).text.split())
        html = Draft(kind.html.form, [_escaped(values[number]) for number in kind.html.numbers])
        said = self._said(kind, values, html, context)
        return Printed(subject, preheader, html, said, kind.own_text)

    def _said(self, kind: _Kind, values: Sequence[str], html: Draft, context: Context) -> Draft:
        """Return the text; one by one where a value could change the lines around it."""
        if kind.said is not None:
            given = [values[number] for number in kind.said.numbers]
            if not kind.own_text:
                given = [" ".join(one.split()) if type(one) is str else one for one in given]
            if all(map(_is_steady, given)):
                return Draft(kind.said.form, given)
        if kind.own_text:
            return self._plain.printed(context).text
        if not self._is_derived:
            return Draft.of(text.alternative(html.text))
        chunks = self._text_chunks(context)
        return Draft.of(closed_up("".join([c if isinstance(c, str) else c[1] for c in chunks])))

    def _text_chunks(self, context: Context) -> list[Chunk]:
        return self._text.chunks(self._text_template, context)


def _numbered(key: Sequence[str | Place]) -> list[Part]:
    """Return what an email prints, with the numbers of its values."""
    numbers = count()
    return [part if isinstance(part, str) else next(numbers) for part in key]


def _whole(parts: Sequence[Part]) -> list[Part]:
    """Return a document with no empty lines before and after it, and an end to its last one."""
    whole = [part for part in parts if part != ""]
    if whole and isinstance(whole[0], str):
        whole[0] = whole[0].lstrip("\n")
    if whole and isinstance(whole[-1], str):
        whole[-1] = whole[-1].rstrip("\n")
    return [*whole, "\n"]


def _unescaped(value: str) -> str:
    """Return a value as plain text, which one that has become HTML already is not."""
    return value if type(value) is str else text.plain(value)


def _escaped(value: str) -> str:
    """Return a value as HTML."""
    return value if type(value) is str and not _MARKS.search(value) else escape(value)


def _is_steady(value: str) -> bool:
    """Tell whether a value in a line leaves that line one, and no space at its ends."""
    ordinary = type(value) is str and value.isprintable()
    return ordinary and value[:1] not in ("", " ") and value[-1] != " "


def _all_of(printed: Printed) -> tuple[str, str, str, str, bool]:
    bodies = printed.html.text, printed.text.text
    return printed.subject, printed.preheader, *bodies, printed.own_text
