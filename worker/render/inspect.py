"""What can be known of templates without sending any: for `check` and for the launch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from jinja2 import DictLoader, meta, nodes

from worker.core.facts import Lead
from worker.errors import InputError, TemplateError
from worker.render.bundle import Bundle
from worker.render.context import Setting, context, known
from worker.render.email import Renderer
from worker.render.environment import Sandbox
from worker.render.failure import FAILURES, failure
from worker.render.finding import Finding
from worker.render.reach import parse, reached, references, walk
from worker.render.rules import PLAIN_USE, Use, judge, judge_sources

Names = Mapping[str, Collection[str]]


def names(bundle: Bundle, template: str) -> frozenset[str]:
    """Return the names that a template and what it reaches use, such as ``lead.first_name``.

    The bundle is one that passes `check`.
    """
    sandbox = Sandbox(DictLoader(bundle.files))
    return frozenset(
        f"{top}.{name}" if name else top
        for path in reached(bundle.files, template)
        for top, name, _ in _names(parse(sandbox, bundle.text(path), path))
    )


def check(bundle: Bundle, declared: Collection[str] = ()) -> list[Finding]:
    """Return what is wrong with the files of a bundle, all of it at once.

    That is: syntax, filters and tests that do not exist, files that are missing, and names that
    are neither ours nor among the `declared` attributes of leads.
    """
    sandbox = Sandbox(DictLoader(bundle.files))
    names = known(declared)
    return [
        finding for path in sorted(bundle.files) for finding in _file(sandbox, bundle, path, names)
    ]


def examine(
    bundle: Bundle,
    template: str,
    leads: Collection[Lead],
    setting: Setting,
    declared: Collection[str] = (),
    use: Use = PLAIN_USE,
) -> list[Finding]:
    """Return what is wrong with an email as sample leads would get it.

    Give one lead of whom everything is known, and one of whom nothing is: it finds where none
    would be printed.
    """
    renderer = Renderer(bundle)
    found = dict.fromkeys(judge_sources(bundle, template, use))
    for lead in leads:
        sample = context(lead, setting, declared)
        try:
            content = renderer.content(template, sample)
        except InputError as error:
            found[Finding.of(error, template)] = None
            continue
        found.update(dict.fromkeys(judge(bundle, template, content, sample, use)))
    return list(found)


def _file(sandbox: Sandbox, bundle: Bundle, path: str, names: Names) -> Iterator[Finding]:
    try:
        tree = parse(sandbox, bundle.text(path), path)
        _compile(sandbox, bundle, path)
        asked = list(references(tree, path))
    except TemplateError as error:
        yield Finding.of(error, path)
        return
    for to, line in asked:
        if to not in bundle.files:
            yield Finding(path, line, f"there is no template {to!r}{_near(to, bundle.files)}")
    for top, name, line in _names(tree):
        if top not in names:
            yield Finding(path, line, f"it is not known{_near(top, names)}", key=top)
        elif name and name not in names[top]:
            meant = _near(name, names[top]) or "; is it declared under [attributes]?"
            yield Finding(path, line, f"it is not known{meant}", key=f"{top}.{name}")


def _compile(sandbox: Sandbox, bundle: Bundle, path: str) -> None:
    try:
        sandbox.compile(bundle.text(path), path, path)
    except FAILURES as error:
        raise failure(error, path) from error


def _names(tree: nodes.Template) -> Iterator[tuple[str, str | None, int]]:
    """Yield the names that come from outside: ``lead``, ``first_name`` and the line."""
    outside = meta.find_undeclared_variables(tree) - {"range"}
    inner: list[nodes.Node] = []
    for node in walk(tree):
        if isinstance(node, nodes.Name) and node.name in outside:
            if not any(node is one for one in inner):
                yield node.name, None, node.lineno
        elif isinstance(node, (nodes.Getattr, nodes.Getitem)):
            top = node.node
            if isinstance(top, nodes.Name) and top.name in outside:
                inner.append(top)
                yield top.name, _attribute(node), node.lineno


def _attribute(node: nodes.Getattr | nodes.Getitem) -> str | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return str(node.arg.value) if isinstance(node.arg, nodes.Const) else None


def _near(word: str, words: Collection[str]) -> str:
    near = get_close_matches(word, words, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
