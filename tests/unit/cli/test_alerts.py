"""Every kind of alert that the code raises is told in the docs, with what to do about it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from worker.cli.advice import advice_on
from worker.clock import SystemClock
from worker.store.alerts import Alert

ROOT = Path(__file__).parents[3]
RAISED_BY = {"raise_": 1, "raise_or_reword": 1, "hold_message": 3, "Ask": 0}
"""What an alert comes of, and which of its arguments is the kind."""
HANDED_ON = {("alerts.py", "kind"), ("apply.py", "effect.kind"), ("outcomes.py", "kind")}
"""The kinds that were named by whoever called."""
SAID_BY_ITS_TEXT = {
    "calendar",
    "edition",
    "fault",
    "identity",
    "junk",
    "late",
    "owner_address",
    "restored",
}
"""The text of these alerts says what to do."""


@cache
def kinds() -> frozenset[str]:
    """Return the kinds of alert that the sources name."""
    trees = {path: ast.parse(path.read_text()) for path in (ROOT / "worker").rglob("*.py")}
    words = {name: word for tree in trees.values() for name, word in _words(tree)}
    return frozenset(
        kind
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) in RAISED_BY
        for kind in _kinds(
            node.args[RAISED_BY[_called(node)]], path, tree, words | dict(_words(tree))
        )
    )


def _called(call: ast.Call) -> str:
    said = ast.unparse(call.func)
    return said if said in RAISED_BY else said.rpartition(".")[2]


def _kinds(
    argument: ast.expr, path: Path, tree: ast.Module, words: dict[str, str]
) -> Iterator[str]:
    said = ast.unparse(argument)
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif said in words:
        yield words[said]
    elif (path.name, said) in HANDED_ON:
        yield from _assigned(said, tree)
    else:
        pytest.fail(f"{path}:{argument.lineno}: which kind of alert is {said}?")


def _words(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the constants of a module that are text."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield ast.unparse(node.targets[0]), str(node.value.value)


def _assigned(name: str, tree: ast.Module) -> Iterator[str]:
    """Yield the text that a module gives to a variable: ``"template" if … else "fault"``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            for inner in ast.walk(node.value):
                if isinstance(inner, ast.Constant):
                    yield str(inner.value)


def told() -> list[str]:
    """Return the kinds in the table of the docs."""
    text = (ROOT / "docs/running.md").read_text()
    section = text[text.index("## Alerts") : text.index("## The files")]
    return re.findall(r"^\| `(\w+)` \| .+ \| .+ \|$", section, flags=re.MULTILINE)


def test_the_docs_tell_every_kind_once_and_no_other() -> None:
    assert sorted(told()) == sorted(kinds())


def test_every_kind_comes_with_what_to_do() -> None:
    now = SystemClock().now()
    silent = {kind for kind in kinds() if not advice_on(Alert(1, kind, "message 7", "…", now))}
    assert silent == SAID_BY_ITS_TEXT
