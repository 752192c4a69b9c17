"""Renders an email: a published template, a lead's plain data, a letterhead, and out come bytes."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import DictLoader, Template
from jinja2.runtime import Context as JinjaContext

from worker.errors import TemplateError
from worker.render import mime
from worker.render.bundle import Bundle
from worker.render.context import Context
from worker.render.derive import closed_up, text_template
from worker.render.environment import Sandbox
from worker.render.failure import FAILURES, failure
from worker.render.mime import Letterhead
from worker.render.style import inlined
from worker.render.text import alternative, plain, tidy


@dataclass(frozen=True, slots=True)
class Content:
    """What a template says: the subject and preheader as text, the whole HTML, the whole text."""

    subject: str
    preheader: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """An email ready to send: its content, and `raw` with CR LF line ends as it goes out.

    `smtputf8` says that an address of it is not ASCII (RFC 6531).
    """

    subject: str
    preheader: str
    html: str
    text: str
    raw: bytes
    smtputf8: bool


class Renderer:
    """Renders the templates of one bundle; each is compiled when it is first asked for.

    It may be used by several threads.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._compiled: dict[str, _Compiled] = {}

    def render(
        self, template: str, context: Context, letterhead: Letterhead, *, eight_bit: bool = False
    ) -> Rendered:
        """Return an email, whole; whatever is wrong with it is a `TemplateError`.

        `eight_bit` allows bodies in 8bit, for servers that take them (RFC 6152).
        """
        said = self.content(template, context)
        try:
            raw = mime.message(letterhead, said.subject, said.text, said.html, eight_bit=eight_bit)
        except TemplateError as error:
            raise TemplateError(error.problem, file=template, key=error.key) from error
        return Rendered(
            said.subject, said.preheader, said.html, said.text, raw, letterhead.smtputf8
        )

    def content(self, template: str, context: Context) -> Content:
        """Return what a template says, without header fields (for previews and checks)."""
        try:
            found = self._compiled.get(template)
            if found is None:
                found = self._compiled[template] = _Compiled.of(self.bundle, template)
            return found.content(context)
        except FAILURES as error:
            raise failure(error, template) from error


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A template, compiled, and the text template that was derived from it, if that was possible.

    Styles depend on the template that fills a layout, so that each has a sandbox of its own.
    """

    html: Template
    text: Template | None

    @classmethod
    def of(cls, bundle: Bundle, template: str) -> _Compiled:
        bundle.text(template)
        sources = inlined(bundle.files, template)
        html = Sandbox(DictLoader(sources)).get_template(template)
        source = text_template(sources, template)
        if source is None:
            return cls(html, None)
        return cls(html, Sandbox(DictLoader({template: source}), html=False).get_template(template))

    def content(self, context: Context) -> Content:
        known = self.html.new_context(dict(context))
        html = _run(self.html, known)
        subject, preheader, written = (_block(known, name) for name in _BLOCKS)
        if not subject:
            raise TemplateError("it has no subject: fill the block", key="subject")
        text = tidy(written) if written else self._text(html, context)
        return Content(subject, " ".join(preheader.split()), html, text)

    def _text(self, html: str, context: Context) -> str:
        if self.text is None:
            return alternative(html)
        return closed_up(_run(self.text, self.text.new_context(dict(context))))


_BLOCKS = ("subject", "preheader", "text")


def _run(template: Template, known: JinjaContext) -> str:
    sandbox = template.environment
    assert isinstance(sandbox, Sandbox)
    sandbox.budget.start()
    chunks = []
    for chunk in template.root_render_func(known):
        sandbox.budget.print(len(chunk))
        chunks.append(chunk)
    return "".join(chunks)


def _block(known: JinjaContext, name: str) -> str:
    """Return a block that is no HTML; the layout's own are known once the whole is rendered."""
    found = known.blocks.get(name)
    return plain("".join(found[0](known))).strip() if found else ""
