"""Renders an email: a published template, a lead's plain data, a letterhead, and out come bytes."""

from __future__ import annotations

from dataclasses import dataclass

from worker.errors import TemplateError
from worker.render import mime
from worker.render.body import encode
from worker.render.bundle import Bundle
from worker.render.compiled import Compiled, Printed
from worker.render.context import Context
from worker.render.failure import FAILURES, failure
from worker.render.lines import written
from worker.render.mime import Letterhead


@dataclass(frozen=True, slots=True)
class Content:
    """What a template says: the subject and preheader as text, the whole HTML, the whole text."""

    subject: str
    preheader: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """An email ready to send: its subject, and `raw` with CR LF line ends as it goes out."""

    subject: str
    raw: bytes


class Renderer:
    """Renders the templates of one bundle; each is compiled when it is first asked for.

    It may be used by several threads.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._compiled: dict[str, Compiled] = {}

    def render(self, template: str, context: Context, letterhead: Letterhead) -> Rendered:
        """Return an email, whole; whatever is wrong with it is a `TemplateError`."""
        said = self._printed(template, context)
        try:
            raw = mime.message(letterhead, said.subject, encode(said.text), encode(said.html))
        except TemplateError as error:
            raise TemplateError(error.problem, file=template, key=error.key) from error
        return Rendered(said.subject, raw)

    def content(self, template: str, context: Context) -> Content:
        """Return what a template says, without header fields (for previews and checks)."""
        said = self._printed(template, context)
        return Content(said.subject, said.preheader, written(said.html), written(said.text))

    def _printed(self, template: str, context: Context) -> Printed:
        try:
            found = self._compiled.get(template)
            if found is None:
                self.bundle.text(template)  # a missing one is named
                found = self._compiled[template] = Compiled(self.bundle.files, template)
            return found.printed(context)
        except FAILURES as error:
            raise failure(error, template) from error
