"""The shape of a template: its tree without the words between its marks, and without its lines.

Most letters of a project differ in words alone. What has one shape is compiled once, with stand-ins
for words, lines and the template's name. The code of each template is that code, with its own in
their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType
from typing import TypeVar

from jinja2 import nodes

_NAME = "\ue000"
_WORDS = re.compile("\ue001([0-9]+)\ue002")
_TAKEN = re.compile("[\ue000-\ue002]")
_LINES = re.compile(r"\d+=\d+(?:&\d+=\d+)*")  # which line became which, as Jinja writes it

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a tree looks, and what is its own: its nodes, which have lines, and those with words."""

    look: str
    found: Sequence[nodes.Node]
    words: Sequence[nodes.TemplateData]

    @classmethod
    def of(cls, tree: nodes.Template) -> Shape | None:
        """Return the shape of a tree; none where a stand-in could be something of its own."""
        look, found = list[str](), list[nodes.Node]()
        _look_at(tree, look, found)
        words = [node for node in found if isinstance(node, nodes.TemplateData)]
        whole = " ".join(look)
        if _TAKEN.search(whole) or any(_TAKEN.search(one.data) for one in words):
            return None
        return cls(whole, found, words)

    def made(self, make: Callable[[str], T]) -> T:
        """Return what is made of the tree and a name with stand-ins in them: code of the shape."""
        with self._stand_ins():
            return make(_NAME)

    def filled(self, code: CodeType, name: str) -> CodeType:
        """Return the code of the template of this name, made of that of its shape."""
        constants = [self._with_lines(constant) for constant in code.co_consts]
        return self._filled(code.replace(co_consts=tuple(constants)), name)

    @contextmanager
    def _stand_ins(self) -> Iterator[None]:
        """Put numbers in the place of lines and words for a while."""
        lines = [node.lineno for node in self.found]
        words = [node.data for node in self.words]
        for number, node in enumerate(self.found):
            node.lineno = number
        for number, text in enumerate(self.words):
            text.data = f"\ue001{number}\ue002"
        try:
            yield
        finally:
            for line, node in zip(lines, self.found, strict=True):
                node.lineno = line
            for data, text in zip(words, self.words, strict=True):
                text.data = data

    def _with_lines(self, constant: object) -> object:
        if not isinstance(constant, str) or not _LINES.fullmatch(constant):
            return constant
        pairs = (pair.split("=") for pair in constant.split("&"))
        return "&".join([f"{self.found[int(number)].lineno}={line}" for number, line in pairs])

    def _filled(self, code: CodeType, name: str) -> CodeType:
        constants = [self._own(constant, name) for constant in code.co_consts]
        return code.replace(co_consts=tuple(constants))

    def _own(self, constant: object, name: str) -> object:
        if isinstance(constant, CodeType):
            return self._filled(constant, name)
        if not isinstance(constant, str):
            return constant
        if constant == _NAME:
            return name
        return _WORDS.sub(lambda number: self.words[int(number[1])].data, constant)


def _look_at(node: nodes.Node, look: list[str], found: list[nodes.Node]) -> None:
    """Write down how a node looks, and all in it: kinds, names and constants, but no words."""
    found.append(node)
    look.append(type(node).__name__)
    for field in () if isinstance(node, nodes.TemplateData) else node.fields:
        value = getattr(node, field, None)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, nodes.Node):
                _look_at(one, look, found)
            else:
                look.append(repr(one))
        look.append(";")
