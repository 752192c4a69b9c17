"""A sandbox that gives the values of a template apart from the text around them.

What is printed comes in chunks: a constant as its text, and a value as a pair of what it is the
value of and the value, which is not escaped yet. So whoever prints a template twice knows what is
the same, and need not print it a third time to know a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, TypeAlias

from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame

from worker.render.environment import Sandbox
from worker.render.guard import GuardedGenerator

Place: TypeAlias = int
"""What a value is the value of: the same expression in two templates is the same place."""

Chunk: TypeAlias = str | tuple[Place, str]


class _Generator(GuardedGenerator):
    """Jinja's compiler, which writes a pair where it would write what to print."""

    def _output_child_pre(
        self,
        node: nodes.Expr,
        frame: Frame,
        finalize: CodeGenerator._FinalizeInfo,  # noqa: ARG002 (Jinja's way to call)
    ) -> None:
        assert frame.buffer is None, "what is printed into a variable has no pairs"
        self.write(f"({_place(node)}, environment.value(")

    def _output_child_post(self, *_given: object) -> None:
        self.write("))")


class Apart(Sandbox):
    """The sandbox of templates whose values come apart: of such that print and have conditions."""

    code_generator_class = _Generator

    def value(self, value: object) -> str:
        """Return what is to be printed of a value: what compiled templates call for each.

        How much that is need not be counted: a template without loops prints each value once.
        """
        if type(value) is str:
            return value
        printed = self.finalize(None, value) if self.finalize else value
        return printed if isinstance(printed, str) else str(printed)

    def chunks(self, template: Template, known: Mapping[str, Any]) -> list[Chunk]:
        """Return what a template prints for what is known."""
        return self.budget.spent(template.root_render_func(self.begin(template, known)))


def _place(node: nodes.Expr) -> Place:
    return int.from_bytes(blake2b(repr(node).encode(), digest_size=6).digest(), "big")
