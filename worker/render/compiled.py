"""A template made ready to be printed: to many, or to a few who try it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from jinja2 import DictLoader, nodes

from worker.render.codes import Codes
from worker.render.context import Context
from worker.render.environment import Sandbox
from worker.render.failure import FAILURES
from worker.render.fixed import usable
from worker.render.plain import Plain
from worker.render.printed import Content, Printed
from worker.render.staged import staged
from worker.render.style import inlined


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
        fixed = {} if codes else usable(given, _trees(sources))
        self._plain = Plain(sources, template, fixed, codes)
        self._staged = None if codes else staged(sources, template, fixed, self._plain)

    def printed(self, context: Context) -> Printed:
        """Return what the template says; without a subject that is a `TemplateError`."""
        if self._staged is not None:
            try:
                return self._staged.printed(context)
            except FAILURES:  # where it went wrong only the template as it is can say
                pass
        return self._plain.printed(context)

    def content(self, context: Context) -> Content:
        """Return what the template says; as `printed`, but nothing is made ready to be sent."""
        return self.printed(context).content() if self._staged else self._plain.content(context)


def _trees(sources: Mapping[str, str]) -> list[nodes.Template]:
    sandbox = Sandbox(DictLoader(sources))
    return [sandbox.parse(source, path, path) for path, source in sources.items()]
