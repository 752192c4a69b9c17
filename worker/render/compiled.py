"""A template made ready to be printed many times.

It is compiled, a template of its text is derived where that is possible, and of what never changes
the lines are folded and encoded once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import DictLoader, Template
from jinja2.runtime import Context as JinjaContext

from worker.errors import TemplateError
from worker.render import text
from worker.render.body import Piece
from worker.render.context import Context
from worker.render.derive import closed_up, text_template
from worker.render.environment import Sandbox
from worker.render.lines import Lines, written
from worker.render.style import inlined


@dataclass(frozen=True, slots=True)
class Printed:
    """What a template says to one lead: two texts of one line, and two in pieces."""

    subject: str
    preheader: str
    html: list[Piece]
    text: list[Piece]


class Compiled:
    """One template of a bundle's `files`; it may be used by several threads.

    Styles depend on the template that fills a layout, so that each has a sandbox of its own.
    """

    def __init__(self, files: Mapping[str, str], template: str) -> None:
        sources = inlined(files, template)
        sandbox = Sandbox(DictLoader(sources))
        self._html = sandbox.get_template(template)
        self._html_lines = Lines(sandbox.constants)
        self._own_lines = Lines(sandbox.constants, text.of_block)
        derived = text_template(sources, template)
        self._derived = None if derived is None else _Derived(derived, template)

    def printed(self, context: Context) -> Printed:
        """Return what the template says; without a subject that is a `TemplateError`."""
        known = self._html.new_context(dict(context))
        html = self._html_lines.pieces(_run(self._html, known))
        subject = _line(known, "subject")
        if not subject:
            raise TemplateError("it has no subject: fill the block", key="subject")
        preheader = " ".join(_line(known, "preheader").split())
        return Printed(subject, preheader, html, self._text(known, html, context))

    def _text(self, known: JinjaContext, html: list[Piece], context: Context) -> list[Piece]:
        """Return the text: the template's own, or what is derived, or what is made of the HTML."""
        own = _block(known, "text")
        if any(map(str.strip, own)):
            return self._own_lines.pieces(own)
        if self._derived is None:
            return [text.alternative(written(html))]
        return self._derived.pieces(context)


class _Derived:
    """The template of the text, which was derived from that of the HTML."""

    def __init__(self, source: str, template: str) -> None:
        sandbox = Sandbox(DictLoader({template: source}), html=False)
        self._template = sandbox.get_template(template)
        self._lines = Lines(sandbox.constants, closed_up)

    def pieces(self, context: Context) -> list[Piece]:
        """Return the text for one lead."""
        return self._lines.pieces(_run(self._template, self._template.new_context(dict(context))))


def _run(template: Template, known: JinjaContext) -> list[str]:
    sandbox = template.environment
    assert isinstance(sandbox, Sandbox)
    return sandbox.budget.spent(template.root_render_func(known))


def _block(known: JinjaContext, name: str) -> list[str]:
    """Return what a block prints; the layout's own are known once the whole is rendered."""
    found = known.blocks.get(name)
    return list(found[0](known)) if found else []


def _line(known: JinjaContext, name: str) -> str:
    """Return a block that is no HTML and has one line."""
    return text.plain("".join(_block(known, name))).strip()
