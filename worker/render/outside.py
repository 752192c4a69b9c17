"""What a template takes from outside, names and files: found while it is parsed and compiled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType

from jinja2 import DictLoader, nodes
from jinja2.compiler import Frame
from jinja2.idtracking import VAR_LOAD_RESOLVE

from worker.errors import TemplateError
from worker.render.codes import Codes
from worker.render.environment import Sandbox
from worker.render.failure import FAILURES, failure
from worker.render.guard import GuardedGenerator
from worker.render.reach import parse, references
from worker.render.shape import NAME, Shape
from worker.render.tree import walk


@dataclass(frozen=True, slots=True)
class Reading:
    """The code of a template, and what it takes, each with its line.

    `names` are such as ``lead``, ``first_name``; `files` those that it asks for by name.
    """

    code: CodeType
    names: Sequence[tuple[str, str | None, int]]
    files: Sequence[tuple[str, int]]

    def of(self, shape: Shape, path: str) -> Reading:
        """Return the reading of a template of the same shape as this one."""
        lines = shape.lines
        return Reading(
            shape.filled(self.code, path),
            [(top, name, lines[line]) for top, name, line in self.names],
            [(file, lines[line]) for file, line in self.files],
        )


class Inspector(Sandbox):
    """A sandbox that compiles templates to learn what they need, and runs none."""

    def __init__(self, codes: Codes | None = None) -> None:
        super().__init__(DictLoader({}), codes=codes)
        self.code_generator_class = _Noting
        self.noted: set[str] = set()
        self._known: dict[str, Reading | None] = {}

    def read(self, source: str, path: str) -> Reading:
        """Return what a template takes; one that cannot be compiled is a `TemplateError`.

        The code is kept for who is to run it.
        """
        shape = Shape.of(source)
        known = None if shape is None else self._of_shape(shape.source)
        found = known.of(shape, path) if shape and known else self._read(source, path)
        if self.bytecode_cache is not None:
            bucket = self.bytecode_cache.get_bucket(self, path, None, source)
            bucket.code = found.code
            self.bytecode_cache.set_bucket(bucket)
        return found

    def _of_shape(self, source: str) -> Reading | None:
        """Return what is read of a shape; none where that fails: of each it is told by itself."""
        if source not in self._known:
            try:
                self._known[source] = self._read(source, NAME)
            except TemplateError:
                self._known[source] = None
        return self._known[source]

    def _read(self, source: str, path: str) -> Reading:
        tree = parse(self, source, path)
        self.noted.clear()
        try:
            code = self.compile(tree, path)
        except FAILURES as error:
            raise failure(error, path) from error
        found = list(walk(tree))
        return Reading(code, list(_names(found, self.noted)), list(references(found, path)))


class _Noting(GuardedGenerator):
    """Jinja's compiler, as templates are compiled with; it notes what is looked up outside."""

    def enter_frame(self, frame: Frame) -> None:
        """Note the names of a part of the template."""
        super().enter_frame(frame)
        if isinstance(self.environment, Inspector):
            for action, name in frame.symbols.loads.values():
                if action == VAR_LOAD_RESOLVE and name not in self.environment.globals:
                    self.environment.noted.add(name)


def _names(
    found: Iterable[nodes.Node], outside: Collection[str]
) -> Iterator[tuple[str, str | None, int]]:
    """Yield the names that come from outside, of all nodes of a template."""
    inner: set[int] = set()
    for node in found:
        if isinstance(node, nodes.Name) and node.name in outside:
            if id(node) not in inner:
                yield node.name, None, node.lineno
        elif isinstance(node, (nodes.Getattr, nodes.Getitem)):
            top = node.node
            if isinstance(top, nodes.Name) and top.name in outside:
                inner.add(id(top))
                yield top.name, _attribute(node), node.lineno


def _attribute(node: nodes.Getattr | nodes.Getitem) -> str | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return str(node.arg.value) if isinstance(node.arg, nodes.Const) else None
