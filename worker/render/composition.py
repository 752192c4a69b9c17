"""Puts a template together with what it extends and includes, as far as that can be known.

The result is one document with every branch of the template in it, Jinja marks and all.
`worker.render.style` reads it to see which rules of the style sheet meet which elements, and
`worker.render.derive` to derive the plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from worker.errors import TemplateError

LARGEST = 2_000_000  # characters of a document
_DEEPEST = 20  # templates that extend or include each other

# A mark stops where another of its kind begins, so that open ones do not cost quadratic time.
COMMENT = re.compile(r"\{#(?:(?!\{#).)*?#\}", re.DOTALL)
MARK = re.compile(r"\{%(?:(?!\{%).)*?%\}|\{\{(?:(?!\{\{).)*?\}\}|" + COMMENT.pattern, re.DOTALL)
PRIVATE = re.compile("[\ue000-\uf8ff]")  # what texts are marked with, once they have none
_BLOCK = re.compile(r"\{%[-+]?\s*(?:block\s+(?P<name>\w+)|endblock)\b[^%{}]*%\}")
_EXTENDS = re.compile(r"""\{%[-+]?\s*extends\s+["']([^"'{}]+)["']""")
_INCLUDE = re.compile(r"""\{%[-+]?\s*(?:include|import|from)\s+["']([^"'{}]+)["'][^%{}]*%\}""")
_CONDITION = re.compile(r"\{%[-+]?\s*(?:if|elif|else|endif)\b")
_BEYOND = re.compile(r"\(|\|\s*(?:markdown|e|escape)\b")  # calls, and filters that make HTML
_SUPER = re.compile(r"\{\{[-+]?\s*super\(\)\s*[-+]?\}\}")
_SEEN = re.compile(r"[^\n]")


def blanked(found: re.Match[str]) -> str:
    """Return blanks in place of what was found, so that all else stays in its line and column."""
    text = found.group()
    return _SEEN.sub(" ", text) if "\n" in text else " " * len(text)


def family(files: Mapping[str, str], template: str) -> dict[str, str]:
    """Return a template with all that it extends and includes, by path; missing ones left out."""
    found: dict[str, str] = {}
    waiting = [template]
    while waiting:
        path = waiting.pop()
        if path in found or path not in files:
            continue
        found[path] = files[path]
        waiting += _asked(files[path])
    return found


@lru_cache(maxsize=32)  # of many emails that are put together, the layout is the same
def _asked(source: str) -> tuple[str, ...]:
    """Return the paths of what a source extends and includes."""
    return (*_EXTENDS.findall(source), *_INCLUDE.findall(source))


def compose(sources: Mapping[str, str], template: str) -> str:
    """Return a template as one document; one without end is a `TemplateError`."""
    root, blocks = _inherited(sources, template)
    return _included(_filled(root, blocks), sources)


def filling(sources: Mapping[str, str], template: str, name: str) -> str:
    """Return what a template has in a block, composed in the same way; empty if it has none."""
    root, blocks = _inherited(sources, template)
    others = {other: content for other, content in blocks.items() if other != name}
    content = _over(dict(all_blocks(root)).get(name, ""), blocks.get(name))
    return _included(_filled(content, others), sources)


def is_simple(mark: str) -> bool:
    """Tell whether a mark prints a value, or is part of a condition, and does nothing else."""
    return not _BEYOND.search(mark) and (mark.startswith("{{") or is_condition(mark))


def is_condition(mark: str) -> bool:
    """Tell whether a mark is part of a condition."""
    return bool(_CONDITION.match(mark))


def _inherited(sources: Mapping[str, str], template: str) -> tuple[str, dict[str, str]]:
    """Return what a template extends in the end, and what is filled into its blocks."""
    blocks: dict[str, str] = {}
    source = sources[template]
    for _ in range(_DEEPEST):
        parent = extended(source)
        if parent is None or parent not in sources:
            break
        for name, content in all_blocks(source):
            blocks[name] = _over(content, blocks.get(name))
        source = sources[parent]
    return source, blocks


def _over(content: str, above: str | None) -> str:
    """Return what fills a block: the nearest filling, with the content below at its `super()`."""
    return content if above is None else _joined(_SUPER.split(above), content)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a source: its name and content, and where it begins and ends with its marks."""

    name: str
    content: str
    begin: int
    end: int


def extended(source: str) -> str | None:
    """Return the path of what a source extends, if it does."""
    found = _EXTENDS.search(source)
    return found[1] if found else None


def all_blocks(source: str) -> Iterator[tuple[str, str]]:
    """Yield name and content of each block, and of those in them."""
    for block in outermost(source):
        yield block.name, block.content
        yield from all_blocks(block.content)


def _filled(source: str, blocks: Mapping[str, str]) -> str:
    """Put the fillings in the place of the blocks of a source."""
    parts, last = [], 0
    for block in outermost(source):
        others = {name: content for name, content in blocks.items() if name != block.name}
        content = _over(block.content, blocks.get(block.name))
        parts += [source[last : block.begin], _filled(content, others)]
        last = block.end
    return _joined([*parts, source[last:]])


@lru_cache(maxsize=64)
def outermost(source: str) -> tuple[Block, ...]:
    """Return the blocks of a source that are in no other."""
    return tuple(_read(source))


def _read(source: str) -> Iterator[Block]:
    first, depth = None, 0
    for mark in _BLOCK.finditer(source):
        if mark["name"]:
            first = first if depth else mark
            depth += 1
        elif depth and first is not None:
            depth -= 1
            if not depth:
                content = source[first.end() : mark.start()]
                yield Block(first["name"], content, first.start(), mark.end())


def _included(source: str, sources: Mapping[str, str]) -> str:
    for _ in range(_DEEPEST):
        parts = _INCLUDE.split(source)
        if len(parts) == 1:
            break
        # Text and paths take turns; the path of a missing file stands for nothing.
        parts[1::2] = [sources.get(path, "") for path in parts[1::2]]
        source = _joined(parts)
    return source


def _joined(parts: Sequence[str], between: str = "") -> str:
    """Join parts of a document, unless files that use each other would make it grow without end."""
    if sum(map(len, parts)) + len(between) * len(parts) > LARGEST:
        raise TemplateError(f"with all that it extends and includes it is over {LARGEST:,} long")
    return between.join(parts)
