"""What an email would say if it stood in the right place: in a block that its layout has.

A template that extends another fills blocks of that one; whatever else it has, no reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from worker.render.composition import COMMENT, Block, all_blocks, blanked, extended, outermost
from worker.render.finding import Finding, Severity

_READ = frozenset({"subject", "preheader", "text"})  # whether a layout shows them or not
_SET_ASIDE = re.compile(  # a macro, or a text that is given a name: for blocks to use
    r"\{%[-+]?\s*(?P<kind>macro|set)\b(?:(?!\{%[-+]?\s*(?:end)?(?P=kind)\b).)*"
    r"\{%[-+]?\s*end(?P=kind)\b[^{}]*\}",
    re.DOTALL,
)
_NOTE = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)  # which is for nobody to see
_INSTRUCTION = re.compile(r"\{%(?:(?!\{%).)*?%\}", re.DOTALL)
_SEEN = re.compile(r"[^\n]")
_WORDS = re.compile(r"\S[^\n]{0,30}")


def read(sources: Mapping[str, str]) -> list[Finding]:
    """Return what nobody sees of an email that is made of these sources, by path."""
    bare = {path: COMMENT.sub(blanked, source) for path, source in sources.items()}
    return [one for path in bare if extended(bare[path]) in bare for one in _found(path, bare)]


def _found(path: str, sources: Mapping[str, str]) -> Iterator[Finding]:
    source, asked = sources[path], _asked(path, sources)
    blocks = outermost(source)
    for block in blocks:
        if block.name not in asked:
            near = get_close_matches(block.name, asked, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            reason = f"nobody sees the block {block.name!r}: no layout of this email has it{meant}"
            yield _warning(path, source, block.begin, reason)
    rest = _without(source, blocks)
    for pattern in (_SET_ASIDE, _INSTRUCTION, _NOTE):
        rest = pattern.sub(blanked, rest)
    if words := _WORDS.search(rest):
        reason = f"this stands outside of all blocks, put it into one: {words.group().strip()}"
        yield _warning(path, source, words.start(), reason)


def _asked(path: str, sources: Mapping[str, str]) -> set[str]:
    """Return the names of the blocks of all that a template extends, one above the other."""
    names, met = set(_READ), {path}
    above = extended(sources[path])
    while above is not None and above in sources and above not in met:
        met.add(above)
        names |= {name for name, _ in all_blocks(sources[above])}
        above = extended(sources[above])
    return names


def _without(source: str, blocks: tuple[Block, ...]) -> str:
    """Return a source with blanks in place of its blocks; lines stay lines."""
    parts, last = [], 0
    for block in blocks:
        parts += [source[last : block.begin], _SEEN.sub(" ", source[block.begin : block.end])]
        last = block.end
    return "".join([*parts, source[last:]])


def _warning(path: str, source: str, place: int, reason: str) -> Finding:
    return Finding(path, source.count("\n", 0, place) + 1, reason, Severity.WARNING)
