"""The names that a template takes from outside: found while it is compiled."""

from __future__ import annotations

from types import CodeType

from jinja2 import DictLoader, nodes
from jinja2.compiler import Frame
from jinja2.idtracking import VAR_LOAD_RESOLVE

from worker.render.codes import Codes
from worker.render.environment import Sandbox
from worker.render.failure import FAILURES, failure
from worker.render.guard import GuardedGenerator
from worker.render.shape import Shape


class Inspector(Sandbox):
    """A sandbox that compiles templates to learn what they need, and runs none."""

    def __init__(self, codes: Codes | None = None) -> None:
        super().__init__(DictLoader({}), codes=codes)
        self.code_generator_class = _Noting
        self.noted: set[str] = set()
        self._known: dict[str, tuple[CodeType, frozenset[str]]] = {}

    def outside(self, tree: nodes.Template, source: str, path: str) -> frozenset[str]:
        """Compile a template, and return the names that it does not declare.

        The code is kept for who is to run it. One that cannot be compiled is a `TemplateError`.
        """
        try:
            code, names = self._of_shape(tree, path) or self._compiled(tree, path)
        except FAILURES as error:
            raise failure(error, path) from error
        if self.bytecode_cache is not None:
            bucket = self.bytecode_cache.get_bucket(self, path, None, source)
            bucket.code = code
            self.bytecode_cache.set_bucket(bucket)
        return names

    def _of_shape(self, tree: nodes.Template, path: str) -> tuple[CodeType, frozenset[str]] | None:
        """Return the code of a template by its shape, and names; none where that has none."""
        shape = Shape.of(tree)
        if shape is None:
            return None
        known = self._known.get(shape.look)
        if known is None:
            try:
                known = shape.made(lambda name: self._compiled(tree, name))
            except FAILURES:  # with a line and a name that the template does not have
                return None
            self._known[shape.look] = known
        code, names = known
        return shape.filled(code, path), names

    def _compiled(self, tree: nodes.Template, name: str) -> tuple[CodeType, frozenset[str]]:
        self.noted.clear()
        return self.compile(tree, name), frozenset(self.noted)


class _Noting(GuardedGenerator):
    """Jinja's compiler, as templates are compiled with; it notes what is looked up outside."""

    def enter_frame(self, frame: Frame) -> None:
        """Note the names of a part of the template."""
        super().enter_frame(frame)
        if isinstance(self.environment, Inspector):
            for action, name in frame.symbols.loads.values():
                if action == VAR_LOAD_RESOLVE and name not in self.environment.globals:
                    self.environment.noted.add(name)
