"""Builds limits into a template while it is compiled, where Jinja's sandbox has none."""

from __future__ import annotations

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import escape

from worker.render.tree import walk

EACH = "_each"
BOUNDED = "_bounded"
CONCAT = "_concat"
MARKDOWN_TEXT = "_markdown_text"
_HOLDING = (nodes.List, nodes.Tuple, nodes.Dict)
_GUARDED = (nodes.For, nodes.Concat, nodes.FilterBlock, *_HOLDING)
_WRITTEN = (*_HOLDING, nodes.Pair, nodes.Const, nodes.TemplateData)


class Guard(NodeTransformer):
    """Puts a filter of ours around loops' values, lists and ``~``, and into Markdown blocks."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def guard(self, tree: nodes.Template) -> None:
        """Change a tree, unless nothing in it is to be guarded: most templates have no loop."""
        if any(isinstance(node, _GUARDED) for node in walk(tree)):
            self.visit(tree)
            tree.set_environment(self._environment)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 (Jinja's way to name visits)
        """Count what a loop runs over."""
        self.generic_visit(node)
        node.iter = _filtered(node.iter, EACH)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        """Refuse none and texts without end; a join knows whether to escape."""
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes), CONCAT, like=node)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        """Limit what a list holds."""
        return self._bounded(node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        """Limit what a tuple holds, unless it is names that are set."""
        return self._bounded(node) if node.ctx == "load" else node

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        """Limit what a mapping holds."""
        return self._bounded(node)

    def _bounded(self, node: nodes.Expr) -> nodes.Node:
        """Limit what holds values; what is written out is as long as the template at the most."""
        self.generic_visit(node)
        if all(isinstance(part, _WRITTEN) for part in walk(node)):
            return node
        return _filtered(node, BOUNDED)

    def visit_FilterBlock(self, node: nodes.FilterBlock) -> nodes.Node:  # noqa: N802
        """Keep what is printed in a Markdown block from being read as Markdown."""
        self.generic_visit(node)
        if node.filter.name == "markdown":
            for output in node.find_all(nodes.Output):
                output.nodes = [_as_text(child) for child in output.nodes]
        return node


class GuardedGenerator(CodeGenerator):
    """Jinja's compiler, for templates that the guard went over."""

    def _make_finalize(self) -> CodeGenerator._FinalizeInfo:
        """Let constants be printed while compiling.

        Jinja would escape one before it is finalized, when none is as good a text as any other.
        """
        return super()._make_finalize()._replace(const=str)

    def _output_child_to_const(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> str:
        """Print a constant; one that cannot be printed fails each time, with its file and line."""
        if isinstance(node, nodes.TemplateData):
            return super()._output_child_to_const(node, frame, finalize)
        assert self.environment.finalize is not None
        printed = self.environment.finalize(frame.eval_ctx, node.as_const(frame.eval_ctx))
        return str(escape(printed) if frame.eval_ctx.autoescape else printed)


def _as_text(node: nodes.Expr) -> nodes.Expr:
    return node if isinstance(node, nodes.TemplateData) else _filtered(node, MARKDOWN_TEXT)


def _filtered(node: nodes.Node, name: str, like: nodes.Expr | None = None) -> nodes.Expr:
    assert isinstance(node, nodes.Expr)
    return nodes.Filter(node, name, [], [], None, None, lineno=(like or node).lineno)
