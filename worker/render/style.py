"""Writes the rules of a layout's style sheet into the elements themselves, once per template.

Many mail programs drop ``<style>``, so that each element must carry its own. That is done to the
template and not to each email: every element of the composed template is numbered, css-inline says
which declarations each one gets, and those alone are written into the untouched sources. Jinja
marks, line numbers, media queries and ``<style>`` itself stay as they were written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape

from css_inline import CSSInliner

from worker.render.composition import MARK, compose, family
from worker.render.images import embedded

_NUMBER = "data-nurture"
_LONGEST_TAG = 4000  # characters
_TAG = re.compile(
    rf"""<(?P<name>[a-zA-Z][\w:-]*)(?:[^"'<>]|"[^"]*"|'[^']*'){{0,{_LONGEST_TAG}}}>"""
)
_STYLE = re.compile(r"""\sstyle\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE)
# It writes every attribute of an element in double quotes; what is no element is passed over.
_ELEMENT = re.compile(
    r"""<!--(?:(?!<!--).)*?-->|<(?P<raw>style|script)[\s>](?:(?!<(?P=raw)).)*?</(?P=raw)>"""
    r"""|<[a-z][^\s>]*(?P<all>(?:\s[^\s=>]+="[^"]*")*)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""\s([^\s=>]+)="([^"]*)\"""")


def inlined(files: Mapping[str, str], template: str) -> dict[str, str]:
    """Return the sources that a template is made of, with the declarations of its style sheets.

    Elements whose own style has a Jinja mark in it are left alone. Missing files are left out:
    compiling the template says so with file and line. Images are named as the email will.
    """
    sources = {path: embedded(source) for path, source in family(files, template).items()}
    if not any("<style" in source for source in sources.values()):
        return sources
    numbered = {
        path: _numbered(source, number) for number, (path, source) in enumerate(sources.items())
    }
    marked = {path: one.source for path, one in numbered.items()}
    styles = _styles(_wordless(MARK.sub(" ", compose(marked, template))))
    return {
        path: _written(source, numbered[path].places, tuple(styles.get(number, {}).items()))
        for number, (path, source) in enumerate(sources.items())
    }


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A source in which each start tag carries its number, and begin and end of each without."""

    source: str
    places: tuple[tuple[int, int], ...]


@lru_cache(maxsize=32)  # of many emails that are made ready together, the layout is the same
def _numbered(source: str, file: int) -> _Numbered:
    parts, last = [], 0
    places: list[tuple[int, int]] = []
    for tag in _TAG.finditer(_masked(source)):
        if _marked_style(source, tag):
            continue
        parts += [source[last : tag.end("name")], f' {_NUMBER}="{file}.{len(places)}"']
        last = tag.end("name")
        places.append((tag.start(), tag.end()))
    return _Numbered("".join([*parts, source[last:]]), tuple(places))


@lru_cache(maxsize=32)
def _written(
    source: str, places: tuple[tuple[int, int], ...], styles: tuple[tuple[int, str], ...]
) -> str:
    """Return a source with a style attribute at each tag that has one to get."""
    parts, last = [], 0
    for number, style in sorted(styles):
        start, end = places[number]
        parts += [source[last:start], _styled(source[start:end], style)]
        last = end
    return "".join([*parts, source[last:]])


def _wordless(document: str) -> str:
    """Return a document with one letter in place of its words: no rule of a style reads them."""
    done, sheet = [], False
    for piece in document.split("<"):
        name = piece[:6].lower()
        sheet = name.startswith("style") or (sheet and name != "/style")
        done.append(piece if sheet else _cut_short(piece))
    return "<".join(done)


def _cut_short(piece: str) -> str:
    """Return a piece, which begins in a tag, with its words cut short."""
    tag, end, words = piece.rpartition(">")
    if not words or not end or tag.count('"') % 2 or tag.count("'") % 2:
        return piece  # it is all tag: where a quote is open, it has not ended
    return f"{tag}> " if words.isspace() else f"{tag}>x"


@lru_cache(maxsize=32)  # many emails have the same elements, and differ in words alone
def _styles(document: str) -> Mapping[int, Mapping[int, str]]:
    """Return the styles of the numbered elements of a document, by file and number."""
    inliner = CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)
    styles: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for element in _ELEMENT.finditer(inliner.inline(document)):
        given = dict(_ATTRIBUTE.findall(element["all"] or ""))
        if given.get("style") and given.get(_NUMBER):
            file, _, number = given[_NUMBER].partition(".")
            styles[int(file)][int(number)] = unescape(given["style"])
    return dict(styles)


def _masked(source: str) -> str:
    """Return a source with blanks in place of its Jinja marks, so that places stay the same."""
    return MARK.sub(lambda mark: " " * len(mark.group()), source)


def _marked_style(source: str, tag: re.Match[str]) -> bool:
    own = _STYLE.search(source, tag.start(), tag.end())
    return own is not None and MARK.search(own.group()) is not None


def _styled(tag: str, style: str) -> str:
    attribute = f' style="{escape(style)}"'
    own = _STYLE.search(tag)
    if own:
        return tag[: own.start()] + attribute + tag[own.end() :]
    name, rest = re.split(r"(?<=[\w:-])(?=[\s/>])", tag, maxsplit=1)
    return name + attribute + rest
