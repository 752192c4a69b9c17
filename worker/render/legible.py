"""Whether an email can be read: without images, at 320 pixels, in dark mode.

It looks at the sources of an email, each finding with its line. What only Outlook on Windows reads
(conditional comments) counts as a comment: it is never narrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from worker.render import markdown
from worker.render.composition import MARK, blanked
from worker.render.finding import Finding, Severity

NARROW = 320  # pixels: the smallest screen that mail is read on

_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)  # the inner one, in linear time
_QUERY = re.compile(r"@media[^{}]*")
_TAG = re.compile(r"<[a-zA-Z](?:[^\"'<>]|\"[^\"]*\"|'[^']*'){0,4000}>")
_FIXED = re.compile(r"""(?<![-\w])(?:min-)?width\s*(?:=\s*["']?|:\s*)(\d+)(?![\d.%]|\s*%|em|r|v)""")
_YIELDS = re.compile(r"max-width\s*:\s*(?:100%|\d+px)")
_ALT = re.compile(r"\salt\s*(?:=|[\s/>])", re.IGNORECASE)
_OWN_COLOUR = re.compile(
    r"""\s(?:bgcolor\s*=|style\s*=\s*["'][^"']*(?<![-\w])(?:color|background(?:-color)?)\s*:)""",
    re.IGNORECASE,
)
_DROPPED = re.compile(
    r"<(?:applet|audio|base|button|canvas|embed|form|iframe|input|link|object|script|select|svg"
    r"|textarea|video)\b",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"\son[a-z]+\s*+=", re.IGNORECASE)
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_INLINE = re.compile(r"""\ssrc\s*+=\s*+["']?+\s*+data:""", re.IGNORECASE)
_NOT_SENT = re.compile(  # what names a file in another way than the images that go along
    r"""\s(?:srcset|background)\s*+=\s*+["']?+\s*+(?!https?:)[^"'\s>]+"""
    r"""|\ssrc\s*+=\s*+(?:(?!["']|https?:)[^\s>]+|["']\s*+(?:file:|[a-z]:|//)[^"'\s]*)""",
    re.IGNORECASE,
)
_FILE = re.compile(  # that a style names, and no address
    r"""\burl\(\s*+["']?+\s*+(?![a-z][a-z0-9+.-]*:|//|\#)([^"'()\s]+)""", re.IGNORECASE
)
_NIGHT = re.compile(r"prefers-color-scheme\s*:\s*dark|color-scheme[^;>]*\bdark\b", re.IGNORECASE)
_VIEWPORT = re.compile(r"""<meta\s[^>]*name\s*=\s*["']?viewport""", re.IGNORECASE)
_HEAD = re.compile(r"<head[\s>]", re.IGNORECASE)
_WANTED = (
    (_NIGHT, "dark mode is not provided for: add @media (prefers-color-scheme: dark)"),
    (_VIEWPORT, 'phones show it tiny: add <meta name="viewport" content="width=device-width">'),
)


def read(sources: Mapping[str, str]) -> list[Finding]:
    """Return what makes an email of these sources, by path, hard to read."""
    bare = {path: without_notes(source) for path, source in sources.items()}
    found = [finding for path, source in bare.items() for finding in _found(path, source)]
    return [*_in_markdown(sources), *found, *_frame(bare)]


def _in_markdown(sources: Mapping[str, str]) -> Iterator[Finding]:
    for path, source in sources.items():
        for tag, line in markdown.tags(source):
            reason = (
                f"HTML in Markdown is shown to the reader, not used, here {tag}: put "
                "{% endfilter %} before it, and {% filter markdown %} again after it"
            )
            yield Finding(path, line, reason, Severity.WARNING)


@lru_cache(maxsize=32)  # of many emails that are read together, the layout is the same
def without_notes(source: str) -> str:
    """Return a source with blanks in place of comments and Jinja marks; lines stay lines."""
    for pattern in (_COMMENT, MARK):
        source = pattern.sub(blanked, source)
    return source


@lru_cache(maxsize=32)
def _found(path: str, source: str) -> tuple[Finding, ...]:
    return tuple(_parts(path, source))


def _parts(path: str, source: str) -> Iterator[Finding]:
    source = _QUERY.sub(blanked, source)
    for tag in _TAG.finditer(source):
        yield from _tag(path, source, tag)
    for file in _FILE.finditer(source):
        reason = f"{file[1]!r} is not sent along from a style: show it by <img>, or name it https:"
        yield _warning(path, source, file.start(), reason)
    if "width" not in source:
        return
    for width in _FIXED.finditer(_TAG.sub(blanked, source)):
        if int(width[1]) > NARROW:
            yield _warning(path, source, width.start(), _too_wide(width[1]))


def _tag(path: str, source: str, tag: re.Match[str]) -> Iterator[Finding]:
    written = tag.group()
    if written[:4].lower() == "<img" and not _ALT.search(written):
        reason = 'without images nothing is here: give it alt="…" (alt="" if it only decorates)'
        yield _warning(path, source, tag.start(), reason)
    bare = _VALUE.sub('""', written)
    if dropped := _DROPPED.match(written) or _SCRIPT.search(bare) or _INLINE.search(written):
        reason = f"mail programs leave it out: {dropped.group().strip()}; say it without"
        yield _warning(path, source, tag.start(), reason)
    if file := _NOT_SENT.search(written):
        reason = (
            f'this is not sent along: {file.group().strip()}; write <img src="images/…" alt="…">'
        )
        yield _warning(path, source, tag.start(), reason)
    width = _FIXED.search(written)
    if width and int(width[1]) > NARROW and not _YIELDS.search(written):
        yield _warning(path, source, tag.start(), _too_wide(width[1]))
    if _OWN_COLOUR.search(written):
        reason = "this colour stays as it is in dark mode: give the element a class of the layout"
        yield _warning(path, source, tag.start(), reason)


def _frame(sources: Mapping[str, str]) -> Iterator[Finding]:
    """Look for what must be there once, and is missed where the head begins."""
    heads = ((path, _HEAD.search(source)) for path, source in sources.items())
    for path, head in heads:
        if head is None:
            continue
        for pattern, reason in _WANTED:
            # Where the head is, the rest is mostly, too.
            if not any(_has(one, pattern) for one in (sources[path], *sources.values())):
                yield _warning(path, sources[path], head.start(), reason)
        return


@lru_cache(maxsize=64)
def _has(source: str, pattern: re.Pattern[str]) -> bool:
    return pattern.search(source) is not None


def _too_wide(width: str) -> str:
    return f"{width} pixels do not fit a phone of {NARROW}: write width: 100% and a max-width"


def _warning(path: str, source: str, place: int, reason: str) -> Finding:
    return Finding(path, source.count("\n", 0, place) + 1, reason, Severity.WARNING)
