"""Renders an email: a published template, a lead's plain data, a letterhead, and out come bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from worker.errors import TemplateError
from worker.render import images, mime
from worker.render.body import Draft
from worker.render.bundle import Bundle
from worker.render.codes import Codes
from worker.render.compiled import Compiled
from worker.render.context import Context
from worker.render.failure import FAILURES, failure
from worker.render.fixed import values
from worker.render.letterhead import Header
from worker.render.printed import Content, Printed

_MOST = 200  # templates that are kept compiled; more than the steps that a bundle is for


class Rendered(NamedTuple):
    """An email ready to send: its subject, and its `pieces` with CR LF line ends as they go out.

    `eight_bit` tells whether a byte of it is over 127, as only the header's addresses can have it.
    """

    subject: str
    pieces: Sequence[bytes]
    eight_bit: bool

    @property
    def raw(self) -> bytes:
        """The pieces together."""
        return b"".join(self.pieces)


class Renderer:
    """Renders the templates of one bundle; each is compiled when it is first asked for, by a step.

    With `few`, it is for few emails of each template, as a check or a preview tries them, and takes
    little time to get ready: what is written is the same. It may be used by several threads.
    """

    def __init__(self, bundle: Bundle, *, few: bool = False) -> None:
        self.bundle = bundle
        self.codes = Codes() if few else None
        self._images: dict[str, Mapping[str, bytes]] = {}
        self._compiled: dict[tuple[str, tuple[str | None, ...]], Compiled] = {}

    def render(self, template: str, context: Context, header: Header) -> Rendered:
        """Return an email, whole; whatever is wrong with it is a `TemplateError`."""
        said = self._printed(template, context)
        try:
            shown = self._shown(template, said.html)
            fields = header.fields(said.subject)
            pieces = mime.message(fields, said.text, said.html, shown)
        except TemplateError as error:
            file, line = error.file or template, error.line
            raise TemplateError(error.problem, file=file, line=line, key=error.key) from error
        return Rendered(said.subject, pieces, not fields.isascii())

    def content(self, template: str, context: Context) -> Content:
        """Return what a template says, without header fields (for previews and checks)."""
        try:
            said = self._ready(template, self._given(context)).content(context)
        except FAILURES as error:
            raise failure(error, template) from error
        self._images_of(template)  # what is wrong with them is wrong with the email
        return said

    def _shown(self, template: str, html: Draft) -> list[bytes]:
        """Return the images that an email shows, of those that its template may."""
        known = self._images_of(template)
        if not known:
            return []
        text = html.text
        return [part for name, part in known.items() if f"cid:{name}" in text]

    def _images_of(self, template: str) -> Mapping[str, bytes]:
        if template not in self._images:
            self._images[template] = images.of_email(self.bundle.files, template)
        return self._images[template]

    def _printed(self, template: str, context: Context) -> Printed:
        try:
            return self._ready(template, self._given(context)).printed(context)
        except FAILURES as error:
            raise failure(error, template) from error

    def _given(self, context: Context) -> tuple[str | None, ...]:
        return values(context) if self.codes is None else ()

    def _ready(self, template: str, given: tuple[str | None, ...]) -> Compiled:
        found = self._compiled.get((template, given))
        if found is None:
            self.bundle.text(template)  # one that is missing is named
            while len(self._compiled) >= _MOST:
                self._compiled.pop(next(iter(self._compiled)), None)
            found = Compiled(self.bundle.files, template, given, self.codes)
            self._compiled[template, given] = found
        return found
