"""Which files a template reaches: what it extends, includes, imports, and the images it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from jinja2 import DictLoader, nodes

from worker.errors import TemplateError
from worker.render import images
from worker.render.environment import Sandbox
from worker.render.failure import FAILURES, failure
from worker.render.tree import walk


class Reach:
    """What the files of a bundle ask for; each is read once."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._sandbox = Sandbox(DictLoader(files))
        self._asked: dict[str, list[tuple[str, int]]] = {}

    def asked(
        self, path: str, known: Iterable[tuple[str, int]] | None = None
    ) -> list[tuple[str, int]]:
        """Return the files that one asks for, with the line; those by name may be `known`."""
        if path not in self._asked:
            self._asked[path] = [] if images.is_image(path) else self._read(path, known)
        return self._asked[path]

    def _read(self, path: str, known: Iterable[tuple[str, int]] | None) -> list[tuple[str, int]]:
        source = self._files[path]
        if known is None:
            known = references(walk(parse(self._sandbox, source, path)), path)
        return [*known, *images.named(source)]

    def reached(self, template: str) -> frozenset[str]:
        """Return the paths of a template and of all files that it reaches, as `reached`."""
        found: set[str] = set()
        waiting: list[tuple[str, str, int | None]] = [(template, template, None)]
        while waiting:
            path, asked_by, line = waiting.pop()
            if path in found:
                continue
            if path not in self._files:
                raise TemplateError(images.missing(path), file=asked_by, line=line)
            found.add(path)
            waiting += [(to, path, at) for to, at in self.asked(path)]
        return frozenset(found)


def reached(files: Mapping[str, str], template: str) -> frozenset[str]:
    """Return the paths of a template and of all files that it reaches: what a launch publishes.

    A file that is missing or broken, or whose name is not written out, is a `TemplateError`.
    """
    return Reach(files).reached(template)


def parse(sandbox: Sandbox, source: str, path: str) -> nodes.Template:
    """Return the syntax tree of a template; one that cannot be read is a `TemplateError`."""
    try:
        return sandbox.parse(source, path, path)
    except FAILURES as error:
        raise failure(error, path) from error


def references(found: Iterable[nodes.Node], path: str) -> Iterator[tuple[str, int]]:
    """Yield the files that a template of these nodes asks for by name, with the line."""
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    for node in found:
        if not isinstance(node, kinds):
            continue
        name = node.template
        if not isinstance(name, nodes.Const) or not isinstance(name.value, str):
            problem = "the name of a template must be written out, in quotes"
            raise TemplateError(problem, file=path, line=node.lineno)
        yield name.value, node.lineno
