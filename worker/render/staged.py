"""A template that is printed to many: what many of its emails have in common is made ready once.

Most of an email is the same for everybody. Which constants come, and where values stand between
them, is the kind of an email; a template has as many as ways through its conditions, and as values
may be empty. What emails of a kind are made of is learnt with the first one, which is printed as
any template is. For all later ones only the values are asked for, and put into forms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from worker.render import text
from worker.render.apart import Apart, Place, Way
from worker.render.body import Draft, Form, Piece
from worker.render.context import Context
from worker.render.derive import SEAM, closed_up, text_template
from worker.render.failure import FAILURES
from worker.render.fixed import Values
from worker.render.flat import flat, sections
from worker.render.plain import Plain
from worker.render.printed import Printed
from worker.render.said import Said, said, unescaped

MOST_KEPT = 1_000_000
"""Characters that are kept; a template with more kinds of email than that begins anew."""

_OF_KIND = 1000  # characters that a kind counts for besides its pieces
_HOLE = "\uf8ff"  # stands for a value while lines are tidied; no flat template has it

Part: TypeAlias = str | int
"""A constant, or the number of a value among the different ones that an email prints."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A text of one line, with ``%s`` in the places of values, and their numbers."""

    form: str
    numbers: tuple[int, ...]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> _Line:
        """Return a block that is no HTML."""
        texts = [
            text.plain(one).replace("%", "%%") if isinstance(one, str) else "%s" for one in parts
        ]
        return cls("".join(texts), tuple(one for one in parts if isinstance(one, int)))

    def filled(self, values: Sequence[str]) -> str:
        """Return the line; `values` are the different ones that the email prints."""
        return self.form % tuple([unescaped(values[number]) for number in self.numbers])


@dataclass(frozen=True, slots=True)
class _Kind:
    """What emails of one kind are made of; where `text` is none their texts are made one by one.

    `different` are the places, among all values that they print, of those that differ.
    """

    different: tuple[int, ...]
    subject: _Line
    preheader: _Line
    html: Form
    text: Form | None
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
        self._html = Apart(source, fixed=fixed)
        self._text = (
            None if derived is None else Apart(derived, html=False, fixed=fixed, nothing=SEAM)
        )
        self._plain = plain
        self._kinds: dict[Way, _Kind | None] = {}
        self._pieces: dict[str, Piece] = {}
        self._kept = 0

    def printed(self, context: Context) -> Printed:
        """Return what the template says; without a subject that is a `TemplateError`."""
        way, values = self._html.printed(context)
        try:
            kind = self._kinds[way]
        except KeyError:
            return self._learn(way, values, context)
        # Of a kind that was not understood, each is printed like the first one.
        return self._made(kind, values, context) if kind else self._plain.printed(context)

    def _learn(self, way: Way, values: Sequence[str], context: Context) -> Printed:
        """Print the first email of a kind, and keep what the next ones are to be made of."""
        printed = self._plain.printed(context)
        if self._kept > MOST_KEPT:
            self._kinds.clear()
            self._pieces.clear()
            self._kept = 0
        kind = self._kind(self._html.parts(way), context)
        is_right = self._made(kind, values, context).content() == printed.content()
        self._kinds[way] = kind if is_right else None
        self._kept += _OF_KIND
        return printed

    def _kind(self, printed: Sequence[str | Place], context: Context) -> _Kind:
        places = [part for part in printed if not isinstance(part, str)]
        numbers = {place: number for number, place in enumerate(dict.fromkeys(places))}
        subject, preheader, own, html = sections(_numbered(printed, numbers))
        own_text = any(isinstance(part, int) or part.strip() for part in own)
        form = self._tidy(own, of_own=True) if own_text else self._derived(numbers, context)
        return _Kind(
            different=tuple(map(places.index, numbers)),
            subject=_Line.of(subject),
            preheader=_Line.of(preheader),
            html=self._form(_whole(html)),
            text=form,
            own_text=own_text,
        )

    def _derived(self, numbers: Mapping[Place, int], context: Context) -> Form | None:
        """Return the form of the text that says what the HTML says."""
        if self._text is None:
            return None
        way, _ = self._text.printed(context)
        parts = self._text.parts(way)
        if not all(isinstance(part, str) or part in numbers for part in parts):
            return None
        return self._tidy(_numbered(parts, numbers), of_own=False)

    def _tidy(self, parts: Sequence[Part], *, of_own: bool) -> Form | None:
        """Return the form of a text whose lines are tidied once; None where a value is lost."""
        together = "".join([_HOLE if isinstance(part, int) else part for part in parts])
        texts = (text.of_block(together) if of_own else closed_up(together)).split(_HOLE)
        numbers = _numbers(parts)
        if len(texts) != len(numbers) + 1:
            return None
        mixed: list[Part] = [texts[0]]
        for number, after in zip(numbers, texts[1:], strict=True):
            mixed += [number, after]
        return self._form(mixed)

    def _form(self, parts: Sequence[Part]) -> Form:
        return Form.of([self._piece(part) if isinstance(part, str) else part for part in parts])

    def _piece(self, constant: str) -> Piece:
        """Return a constant as a piece, which kinds share."""
        found = self._pieces.get(constant)
        if found is None:
            found = self._pieces[constant] = Piece.of(constant)
            self._kept += len(constant)
        return found

    def _made(self, kind: _Kind, printed: Sequence[str], context: Context) -> Printed:
        """Return an email of a kind; `printed` are all values of it."""
        values = [printed[place] for place in kind.different]
        subject = kind.subject.filled(values).strip()
        if not subject:
            return self._plain.printed(context)  # which says so
        preheader = kind.preheader.filled(values)
        known = said(values, in_lines=not kind.own_text)
        html = Draft(kind.html, known.html)
        body = _filled(kind.text, known) or self._alone(kind, html, values, context)
        return Printed(subject, preheader, html, body, kind.own_text)

    def _alone(self, kind: _Kind, html: Draft, values: Sequence[str], context: Context) -> Draft:
        """Return the text of this email, made for it alone."""
        if kind.own_text:
            return self._plain.printed(context).text
        if self._text is None or not all(map(str.strip, values)):  # spaces can be a line in HTML
            return Draft.of(text.alternative(html.text))
        return Draft.of(closed_up(self._text.whole(context)))


def _filled(form: Form | None, known: Said) -> Draft | None:
    """Return the text; None where a value could change the lines around it."""
    if form is None or any(map(form.takes, known.loose)):
        return None
    return Draft(form, known.text)


def _numbered(parts: Sequence[str | Place], numbers: Mapping[Place, int]) -> list[Part]:
    """Return what an email prints, with the numbers of its values."""
    return [part if isinstance(part, str) else numbers[part] for part in parts]


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
