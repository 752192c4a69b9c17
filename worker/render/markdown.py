"""Markdown (CommonMark and tables), which a template may have between the marks of a filter.

It becomes HTML when an email is printed. What is to be known of it before, its images and what is
no Markdown, is read in the source, where marks stand for what leads have in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from textwrap import dedent
from typing import TYPE_CHECKING

from worker.render.composition import COMMENT, MARK

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BEGIN = r"\{%[-+]?\s*filter\s+markdown\b[^%{}]*%\}"
BLOCK = re.compile(rf"{_BEGIN}(?P<text>(?:(?!{_BEGIN}).)*?)\{{%[-+]?\s*endfilter\b", re.DOTALL)
"""A part of a template that is Markdown; the group `text` is what stands between its marks."""
_NO_WORD = re.compile(r"[^\w.{}\n]")
_TAG = re.compile(r"<(?:[a-z][\w:-]*|!--)", re.IGNORECASE)
_BREAKS = ("softbreak", "hardbreak")
_HTML = ("html_block", "html_inline")


def html(text: str) -> str:
    """Return Markdown as HTML; HTML in it is escaped, so that it is shown and not used.

    An image has no width there: it fits the screen, whatever its layout says.
    """
    made = str(_reader(html=False).render(dedent(text).strip()))
    return made.replace("<img ", '<img style="max-width: 100%; height: auto" ')


def images(source: str) -> Iterator[tuple[str, int]]:
    """Yield what the images in the Markdown of a template are called, with the line."""
    for token, line in _read(source, html=False) if "![" in source else ():
        if token.type == "image":
            yield str(token.attrs["src"]), line


def tags(source: str) -> Iterator[tuple[str, int]]:
    """Yield how each tag in the Markdown of a template begins, with the line."""
    for token, line in _read(source, html=True):
        for tag in _TAG.finditer(token.content) if token.type in _HTML else ():
            yield tag.group(), line + token.content.count("\n", 0, tag.start())


@cache
def _reader(*, html: bool) -> MarkdownIt:
    """Load the reader of Markdown for the first who writes some: it takes 2 MB.

    One that knows `html` is for telling where some is; what it makes is never sent.
    """
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": html}).enable("table")


def _read(source: str, *, html: bool) -> Iterator[tuple[Token, int]]:
    """Yield what the Markdown of a template is made of, each with its line."""
    if "markdown" not in source:
        return
    source = COMMENT.sub(_unmarked, source)
    for block in BLOCK.finditer(source):
        first = source.count("\n", 0, block.start("text")) + 1
        for token in _reader(html=html).parse(dedent(MARK.sub(_unmarked, block["text"]))):
            line = first + (token.map[0] if token.map else 0)
            yield token, line
            for child in token.children or ():
                yield child, line
                line += (child.type in _BREAKS) + child.content.count("\n")


def _unmarked(mark: re.Match[str]) -> str:
    """Return what Markdown is to see of a mark: a word where it prints, and as many lines."""
    text = mark.group()
    return _NO_WORD.sub("_", text) if text.startswith("{{") else "\n" * text.count("\n")
