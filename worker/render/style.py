"""Writes the rules of a layout's style sheet into the elements themselves, once per template.

Many mail programs drop ``<style>``, so that each element must carry its own. That is done to the
template and not to each email: every element of the composed template is numbered, css-inline says
which declarations each one gets, and those alone are written into the untouched sources. Jinja
marks, line numbers, media queries and ``<style>`` itself stay as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape

from css_inline import CSSInliner

from worker.render.composition import MARK, compose, family

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
    compiling the template says so with file and line.
    """
    sources = family(files, template)
    if not any("<style" in source for source in sources.values()):
        return sources
    numbered = _Numbered()
    marked = {path: numbered.add(path, source) for path, source in sources.items()}
    document = MARK.sub(" ", compose(marked, template))
    inliner = CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)
    return numbered.written(sources, _styles(inliner.inline(document)))


@dataclass(slots=True)
class _Numbered:
    """The start tags of all sources: file, begin and end of each, by its number."""

    places: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, path: str, source: str) -> str:
        """Return a source in which each start tag carries its number."""
        parts, last = [], 0
        for tag in _TAG.finditer(_masked(source)):
            if _marked_style(source, tag):
                continue
            parts += [source[last : tag.end("name")], f' {_NUMBER}="{len(self.places)}"']
            last = tag.end("name")
            self.places.append((path, tag.start(), tag.end()))
        return "".join([*parts, source[last:]])

    def written(self, sources: Mapping[str, str], styles: Mapping[int, str]) -> dict[str, str]:
        """Return the sources with a style attribute at each tag that has one to get."""
        result = dict(sources)
        for number in sorted(styles, reverse=True):  # from the end, so that places stay true
            path, start, end = self.places[number]
            source = result[path]
            result[path] = (
                source[:start] + _styled(source[start:end], styles[number]) + source[end:]
            )
        return result


def _styles(document: str) -> dict[int, str]:
    """Return the style of each numbered element of a document, as css-inline writes one."""
    found = (dict(_ATTRIBUTE.findall(each["all"] or "")) for each in _ELEMENT.finditer(document))
    return {
        int(each[_NUMBER]): unescape(each["style"])
        for each in found
        if each.get("style") and each.get(_NUMBER)
    }


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
