"""A sandbox that gives the values of a template apart from the text around them.

What is printed comes in runs, from one condition to the next. What a run is made of, constants and
the places of values, is known since the template was compiled, so that running it says only which
runs come and what their values are. So whoever prints a template twice knows what is the same, and
need not print it a third time to know a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import chain, groupby
from typing import Any, TypeAlias

from jinja2 import DictLoader, nodes
from jinja2.compiler import Frame
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.utils import missing

from worker.render.environment import Sandbox
from worker.render.fixed import Values
from worker.render.guard import GuardedGenerator

Place: TypeAlias = int
"""What a value is the value of: the same expression in two templates is the same place."""

Way: TypeAlias = tuple[int, ...]
"""The numbers of the runs that are printed, one after the other: the way through a template.

After them come, each as ``~number``, those of values in which there is nothing.
"""


class _Generator(GuardedGenerator):
    """Jinja's compiler, which writes a pair for a run: its number, and its values."""

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 (Jinja's way)
        """Write a run."""
        assert frame.buffer is None, "what is printed into a variable has no runs"
        assert isinstance(self.environment, _Sandbox)
        parts = [self._part(child, frame) for child in node.nodes]
        self.writeline(f"yield {self.environment.keep(parts)}, (", node)
        for part in parts:
            if isinstance(part, nodes.Expr):
                self.visit(part, frame)
                self.write(", ")
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Look a name up in what is known; where there is none, that is a `LookupError`."""
        if not isinstance(node.node, nodes.Name):
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f"[{node.attr!r}]")

    def _part(self, node: nodes.Expr, frame: Frame) -> str | nodes.Expr:
        """Return what is printed if that is known already, as Jinja does."""
        try:
            return self._output_child_to_const(node, frame, self._make_finalize())
        except Exception:  # noqa: BLE001 (whatever is wrong with it is told where it is printed)
            return node


class _Sandbox(Sandbox):
    """A sandbox that keeps what runs are made of."""

    code_generator_class = _Generator

    def __init__(self, source: str, *, html: bool, fixed: Values) -> None:
        self.runs: list[list[str | Place]] = []
        super().__init__(DictLoader({"it": source}), html=html, fixed=fixed)

    def keep(self, parts: Iterable[str | nodes.Expr]) -> int:
        """Keep a run, and return its number."""
        self.runs.append(list(_joined(parts)))
        return len(self.runs) - 1


class _Known(Context):
    """As much of Jinja's context as a template asks for that prints and has conditions only."""

    def __init__(self, known: Mapping[str, Any], how: EvalContext) -> None:
        self.eval_ctx = how
        self._known = known

    def resolve_or_missing(self, key: str) -> Any:
        """Look up a name."""
        return self._known.get(key, missing)


class Apart:
    """A flat template whose values come apart: one that prints and has conditions.

    `nothing` stands in the place of a value in which there is nothing.
    """

    def __init__(self, source: str, *, html: bool = True, fixed: Values, nothing: str = "") -> None:
        self._sandbox = _Sandbox(source, html=html, fixed=fixed)
        self._template = self._sandbox.get_template("it")
        self._how = EvalContext(self._sandbox, "it")
        self._nothing = nothing

    def printed(self, known: Mapping[str, Any]) -> tuple[Way, list[str]]:
        """Return the way through the template for what is known, and the values that it prints.

        How much that is need not be counted: without loops each value is printed once.
        """
        runs = self._template.root_render_func(_Known(known, self._how))
        way, values = zip(*runs, strict=True)
        printed = chain.from_iterable(values)
        texts = [one if type(one) is str else self._text(one) for one in printed]
        if all(texts):
            return way, texts
        empty = tuple(~number for number, one in enumerate(texts) if not one)
        return way + empty, [one for one in texts if one]

    def parts(self, way: Way) -> list[str | Place]:
        """Return what is printed on a way: constants, and places for values."""
        parts = [part for run in way if run >= 0 for part in self._sandbox.runs[run]]
        places = [place for place, part in enumerate(parts) if not isinstance(part, str)]
        for number in way:
            if number < 0:
                parts[places[~number]] = self._nothing
        return parts

    def whole(self, known: Mapping[str, Any]) -> str:
        """Return what is printed for what is known, each value of it on one line."""
        way, values = self.printed(known)
        coming = (" ".join(value.split()) for value in values)
        return "".join([one if isinstance(one, str) else next(coming) for one in self.parts(way)])

    def _text(self, value: object) -> str:
        """Return what is to be printed of a value; it is not escaped yet."""
        assert self._sandbox.finalize is not None
        printed = self._sandbox.finalize(None, value)
        return printed if isinstance(printed, str) else str(printed)


def _joined(parts: Iterable[str | nodes.Expr]) -> Iterator[str | Place]:
    """Yield constants, of which no two follow each other, and the places of values."""
    for is_known, some in groupby(parts, lambda part: isinstance(part, str)):
        if is_known:
            yield "".join([str(one) for one in some])
        else:
            yield from [_place(one) for one in some if isinstance(one, nodes.Expr)]


def _place(node: nodes.Expr) -> Place:
    return int.from_bytes(blake2b(repr(node).encode(), digest_size=6).digest(), "big")
