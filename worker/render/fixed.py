"""What is the same in every email of a step: put into its template before that is compiled.

It depends on no lead, no time and no language. A template then prints it as it prints its own text,
and what stands around it is one constant text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

NAMES = (
    ("mailbox", "company"),
    ("mailbox", "postal_address"),
    ("step", "id"),
    ("step", "purpose"),
    ("step", "next"),
)
"""The company is that of the installation; a mailbox's own name and address are not among these, so
that a template is not compiled for each of many mailboxes."""

Values = Mapping[tuple[str, str], str | None]


def values(context: Mapping[str, Mapping[str, Any]]) -> tuple[str | None, ...]:
    """Return the values of all NAMES, in that order."""
    return tuple([context[top][name] for top, name in NAMES])


def usable(given: Collection[str | None], trees: Iterable[nodes.Template]) -> Values:
    """Return the values that can be put into templates that belong together.

    A template may give a name another meaning; and what is imported knows no context, so that the
    name is none there.
    """
    taken = {name for tree in trees for name in _taken(tree)}
    if None in taken:
        return {}
    return {name: value for name, value in zip(NAMES, given, strict=True) if name[0] not in taken}


def _taken(tree: nodes.Template) -> Iterable[str | None]:
    """Yield the names that a template gives a meaning; none where it imports."""
    for node in tree.find_all((nodes.Name, nodes.Macro, nodes.Import, nodes.FromImport)):
        if not isinstance(node, (nodes.Name, nodes.Macro)):
            yield None
        elif isinstance(node, nodes.Macro) or node.ctx != "load":
            yield node.name


class Fixing(NodeTransformer):
    """Puts values in the place of their names."""

    def __init__(self, known: Values) -> None:
        self._known = known

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 (Jinja's way)
        """Replace ``step.next``."""
        return self._fixed(node, node.attr)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        """Replace ``step["next"]``."""
        return self._fixed(node, node.arg.value if isinstance(node.arg, nodes.Const) else None)

    def _fixed(self, node: nodes.Getattr | nodes.Getitem, name: object) -> nodes.Node:
        top = node.node
        if isinstance(top, nodes.Name) and (top.name, name) in self._known:
            return nodes.Const(self._known[top.name, str(name)], lineno=node.lineno)
        return self.generic_visit(node)
