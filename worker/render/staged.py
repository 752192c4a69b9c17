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
from functools import lru_cache
from itertools import count
from typing import TypeAlias

from jinja2 import DictLoader
from markupsafe import escape

from worker.render import text
from worker.render.apart import Apart, Chunk, Place
from worker.render.body import Draft, Form, Piece, Value
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
_MOST_VALUES = 300  # that are kept: many leads have a country or a salesperson in common

Part: TypeAlias = str | int
"""A constant, or the number of a value among all that an email prints."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A text of one line, with ``%s`` for each value, and the numbers of these."""

    pattern: str
    numbers: tuple[int, ...]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> _Line:
        """Return a block that is no HTML."""
        said = [
            text.plain(one).replace("%", "%%") if isinstance(one, str) else "%s" for one in parts
        ]
        return cls("".join(said), _numbers(parts))

    def filled(self, values: Sequence[str]) -> str:
        """Return the line; `values` are all that the email prints."""
        return self.pattern % tuple([_unescaped(values[number]) for number in self.numbers])


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A form, and the numbers of the values that go into it."""

    form: Form
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What emails of one kind are made of; where `said` is none their texts are made one by one."""

    subject: _Line
    preheader: _Line
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
        key = tuple([one if type(one) is str else one[0] for one in chunks])
        values = [one[1] for one in chunks if type(one) is tuple]
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
            subject=_Line.of(subject),
            preheader=_Line.of(preheader),
            html=self._sheet(_whole(html)),
            said=said,
            own_text=own_text,
        )

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
        numbers = _numbers(parts)
        if len(texts) != len(numbers) + 1:
            return None
        mixed: list[Part] = [texts[0]]
        for number, after in zip(numbers, texts[1:], strict=True):
            mixed += [number, after]
        return self._sheet(mixed)

    def _sheet(self, parts: Sequence[Part]) -> _Sheet:
        pieces = [self._piece(part) if isinstance(part, str) else None for part in parts]
        return _Sheet(Form.of(pieces), _numbers(parts))

    def _piece(self, constant: str) -> Piece:
        """Return a constant as a piece, which kinds share."""
        found = self._pieces.get(constant)
        if found is None:
            found = self._pieces[constant] = Piece.of(constant)
            self._kept += len(constant)
        return found

    def _made(self, kind: _Kind, values: Sequence[str], context: Context) -> Printed:
        """Return an email of a kind."""
        subject = kind.subject.filled(values).strip()
        if not subject:
            return self._plain.printed(context)  # which says so
        preheader = " ".join(kind.preheader.filled(values).split())
        html = Draft(kind.html.form, [_in_html(values[number]) for number in kind.html.numbers])
        said = self._said(kind, values, html, context)
        return Printed(subject, preheader, html, said, kind.own_text)

    def _said(self, kind: _Kind, values: Sequence[str], html: Draft, context: Context) -> Draft:
        """Return the text; one by one where a value could change the lines around it."""
        if kind.said is not None:
            steady = _as_it_is if kind.own_text else _in_line
            given = [one for number in kind.said.numbers if (one := steady(values[number]))]
            if len(given) == len(kind.said.numbers):
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


def _numbers(parts: Sequence[Part]) -> tuple[int, ...]:
    return tuple(part for part in parts if isinstance(part, int))


def _unescaped(value: str) -> str:
    """Return a value as plain text, which one that has become HTML already is not."""
    return value if type(value) is str else text.plain(value)


@lru_cache(_MOST_VALUES, typed=True)  # one that has become HTML is equal to one that has not
def _in_html(value: str) -> Value:
    """Return a value as HTML."""
    has_marks = type(value) is not str or _MARKS.search(value)
    return _value(escape(value) if has_marks else value)


@lru_cache(_MOST_VALUES, typed=True)
def _in_line(value: str) -> Value | None:
    """Return a value as part of one line; None where it could change more than that."""
    return _as_it_is(" ".join(value.split())) if type(value) is str else None


def _as_it_is(value: str) -> Value | None:
    """Return a value that leaves its line one line, and no space at its ends."""
    is_steady = type(value) is str and value.isprintable() and value and value == value.strip(" ")
    return _value(value) if is_steady else None


_value = lru_cache(_MOST_VALUES)(Value.of)


def _all_of(printed: Printed) -> tuple[str, str, str, str, bool]:
    bodies = printed.html.text, printed.text.text
    return printed.subject, printed.preheader, *bodies, printed.own_text
