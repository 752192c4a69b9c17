"""A template printed as Jinja prints it: the whole, and then block by block."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import DictLoader
from jinja2.runtime import Context as JinjaContext

from worker.errors import TemplateError
from worker.render import text
from worker.render.codes import Codes
from worker.render.context import Context
from worker.render.environment import Sandbox
from worker.render.fixed import Values
from worker.render.printed import Content, Printed


class Plain:
    """One template among its sources; it may be used by several threads."""

    def __init__(
        self, sources: Mapping[str, str], template: str, fixed: Values, codes: Codes | None = None
    ) -> None:
        self._sandbox = Sandbox(DictLoader(sources), fixed=fixed, codes=codes)
        self._template = self._sandbox.get_template(template)

    def printed(self, context: Context) -> Printed:
        """Return what the template says, ready to be sent."""
        return Printed.of(self.content(context))

    def content(self, context: Context) -> Content:
        """Return what the template says; without a subject that is a `TemplateError`."""
        known = self._sandbox.begin(self._template, context)
        whole = self._sandbox.budget.spent(self._template.root_render_func(known))
        html = "".join(whole).strip("\n") + "\n"
        subject = text.plain(_block(known, "subject")).strip()
        if not subject:
            problem = "it has no subject: fill the block"
            if "subject" not in known.blocks:
                problem = (
                    'it has no such block: begin with {% extends "layout.html" %}, and fill it'
                )
            raise TemplateError(problem, key="subject")
        preheader = " ".join(text.plain(_block(known, "preheader")).split())
        own = _block(known, "text")
        said = text.of_block(own) if own.strip() else text.alternative(html)
        return Content(subject, preheader, html, said, bool(own.strip()))


def _block(known: JinjaContext, name: str) -> str:
    """Return what a block prints; the layout's own are known once the whole is rendered."""
    found = known.blocks.get(name)
    return "".join(found[0](known)) if found else ""
