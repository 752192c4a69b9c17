"""The syntax tree of a template: all its nodes, in order."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield all nodes below one, each before those in it, however deep they are."""
    waiting = [node]
    while waiting:
        children = _children(waiting.pop())
        yield from children
        waiting += reversed(children)


def _children(node: nodes.Node) -> list[nodes.Node]:
    """Return what `iter_child_nodes` yields; its generators take several times as long."""
    found: list[nodes.Node] = []
    for field in node.fields:
        value = getattr(node, field, None)
        if isinstance(value, nodes.Node):
            found.append(value)
        elif isinstance(value, list):
            found += [one for one in value if isinstance(one, nodes.Node)]
    return found
