"""A template made ready to be printed many times.

It is compiled, a template of its text is derived where that is possible, and of what never changes
the lines are folded and encoded once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from jinja2 import DictLoader, Template, nodes
from jinja2.runtime import Context as JinjaContext

from worker.errors import TemplateError
from worker.render import text
from worker.render.body import Draft
from worker.render.codes import Codes
from worker.render.context import Context
from worker.render.derive import closed_up, text_template
from worker.render.environment import Sandbox
from worker.render.fixed import Values, usable
from worker.render.lines import Lines
from worker.render.style import inlined


@dataclass(frozen=True, slots=True)
class Printed:
    """What a template says to one lead: two texts of one line, and two bodies."""

    subject: str
    preheader: str
    html: Draft
    text: Draft
    own_text: bool  # the template's own, not made of the HTML


class Compiled:
    """One template of a bundle's `files`, for one step; it may be used by several threads.

    `given` are the values that are the same in all its emails (`worker.render.fixed`). Styles
    depend on the template that fills a layout, so that each has a sandbox of its own. With `codes`
    it is for few emails: what would take longer than it saves is left out, `given` too.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        template: str,
        given: Collection[str | None],
        codes: Codes | None = None,
    ) -> None:
        sources = codes.sources(files, template) if codes else inlined(files, template)
        known = {} if codes else usable(given, _trees(sources))
        sandbox = Sandbox(DictLoader(sources), fixed=known, codes=codes)
        self._sandbox = sandbox
        self._html = sandbox.get_template(template)
        self._html_lines = Lines(sandbox.constants)
        self._own_lines = Lines(sandbox.constants, text.of_block)
        derived = None if codes else text_template(sources, template)
        self._derived = None if derived is None else _Derived(derived, template, known)

    def printed(self, context: Context) -> Printed:
        """Return what the template says; without a subject that is a `TemplateError`."""
        known = self._sandbox.begin(self._html, context)
        html = self._html_lines.draft(_run(self._html, known))
        subject = _line(known, "subject")
        if not subject:
            raise TemplateError("it has no subject: fill the block", key="subject")
        preheader = " ".join(_line(known, "preheader").split())
        own = _block(known, "text")
        if any(map(str.strip, own)):
            return Printed(subject, preheader, html, self._own_lines.draft(own), own_text=True)
        return Printed(subject, preheader, html, self._text(html, context), own_text=False)

    def _text(self, html: Draft, context: Context) -> Draft:
        """Return the text that says what the HTML says."""
        if self._derived is None:
            return Draft.of(text.alternative(html.text))
        return self._derived.draft(context)


class _Derived:
    """The template of the text, which was derived from that of the HTML."""

    def __init__(self, source: str, template: str, known: Values) -> None:
        sandbox = Sandbox(DictLoader({template: source}), html=False, fixed=known)
        self._sandbox = sandbox
        self._template = sandbox.get_template(template)
        self._lines = Lines(sandbox.constants, closed_up)

    def draft(self, context: Context) -> Draft:
        """Return the text for one lead."""
        return self._lines.draft(_run(self._template, self._sandbox.begin(self._template, context)))


def _trees(sources: Mapping[str, str]) -> list[nodes.Template]:
    sandbox = Sandbox(DictLoader(sources))
    return [sandbox.parse(source, path, path) for path, source in sources.items()]


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
