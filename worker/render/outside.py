"""The names that a template takes from outside: found while it is compiled."""

from __future__ import annotations

from jinja2 import DictLoader, nodes
from jinja2.compiler import Frame
from jinja2.idtracking import VAR_LOAD_RESOLVE

from worker.render.codes import Codes
from worker.render.environment import Sandbox
from worker.render.failure import FAILURES, failure
from worker.render.guard import GuardedGenerator


class Inspector(Sandbox):
    """A sandbox that compiles templates to learn what they need, and runs none."""

    def __init__(self, codes: Codes | None = None) -> None:
        super().__init__(DictLoader({}), codes=codes)
        self.code_generator_class = _Noting
        self.noted: set[str] = set()

    def outside(self, tree: nodes.Template, source: str, path: str) -> frozenset[str]:
        """Compile a template, which changes its tree, and return the names it does not declare.

        The code is kept for who is to run it. One that cannot be compiled is a `TemplateError`.
        """
        self.noted.clear()
        try:
            code = self.compile(tree, path)
        except FAILURES as error:
            raise failure(error, path) from error
        if self.bytecode_cache is not None:
            bucket = self.bytecode_cache.get_bucket(self, path, None, source)
            bucket.code = code
            self.bytecode_cache.set_bucket(bucket)
        return frozenset(self.noted)


class _Noting(GuardedGenerator):
    """Jinja's compiler, as templates are compiled with; it notes what is looked up outside."""

    def enter_frame(self, frame: Frame) -> None:
        """Note the names of a part of the template."""
        super().enter_frame(frame)
        if isinstance(self.environment, Inspector):
            for action, name in frame.symbols.loads.values():
                if action == VAR_LOAD_RESOLVE and name not in self.environment.globals:
                    self.environment.noted.add(name)
