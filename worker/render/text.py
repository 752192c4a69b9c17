"""The plain-text alternative of an email, made of its HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import unescape

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.attribute import DEFAULT_ATTRIBUTE_MAP
from inscriptis.model.config import ParserConfig
from inscriptis.model.css import CssParse
from inscriptis.model.html_element import HtmlElement

WIDTH = 78  # columns; RFC 5322 §2.1.1 recommends no more

_NARROWEST = 22  # columns, however far a line is indented

_READER = ParserConfig(css=CSS_PROFILES["strict"], display_links=True)
_HEARD = "attr_"  # how inscriptis names what it makes of a declaration
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]+)\)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_LEAD = re.compile(r" *(?:(?:\*|\d+\.) +)?")  # what later lines of a list item are indented by
_BLANKS = re.compile(r"\n{3,}")


def alternative(html: str) -> str:
    """Return an HTML document as plain text: hidden parts left out, links written out, folded."""
    return tidy(unfolded(html))


def unfolded(html: str) -> str:
    """Return an HTML document as plain text in lines of any length."""
    return _LINK.sub(_write_link, get_text(html, _READER))


def tidy(text: str) -> str:
    """Fold a plain text at 78 columns, and leave no more than one empty line between others."""
    return folded(text.splitlines()).strip("\n") + "\n"


def folded(lines: Iterable[str]) -> str:
    """Fold lines of a plain text that may go on; each has its end then."""
    done = [""]  # the end of the line before, so that empty lines are counted from there
    for line in map(str.rstrip, lines):
        if len(line) <= WIDTH:
            done.append(line)
        else:
            done += _fold(line)
    together = "\n".join([*done, ""])
    if "\n\n\n" in together:
        together = _BLANKS.sub("\n\n", together)
    return together[1:]


def plain(block: str) -> str:
    """Return the text of a block that is no HTML, such as the subject: entities resolved."""
    if "&" not in block:
        return block
    return _ENTITY.sub(lambda match: unescape(match.group()), block)


def of_block(lines: str) -> str:
    """Return whole lines of a block that is no HTML, folded."""
    return folded(plain(lines).splitlines())


@lru_cache(maxsize=1024)  # the elements of a layout have the same few styles
def _heard(style: str) -> str:
    """Return the declarations of a style that inscriptis makes anything of."""
    each = (one.partition(":") for one in style.lower().split(";"))
    names = (one[0].strip().replace("-webkit-", "").replace("-", "_") for one in each)
    said = zip(names, style.split(";"), strict=True)
    return ";".join(one for name, one in said if hasattr(CssParse, _HEARD + name))


def _apply_style(style: str, element: HtmlElement) -> None:
    if heard := _heard(style):
        CssParse.attr_style(heard, element)


_READER.attribute_handler.attribute_mapping = {**DEFAULT_ATTRIBUTE_MAP, "style": _apply_style}


def _write_link(match: re.Match[str]) -> str:
    words, target = match[1].strip(), match[2]
    address = target.removeprefix("mailto:")
    if not words or words in (target, address):
        return address
    return f"{words} <{target}>"


def _fold(line: str) -> list[str]:
    """Cut a line that is too long between its words; a word that is too long stays whole."""
    lead = None if line[0].isalpha() else _LEAD.match(line)
    begin = lead.group() if lead else ""
    indent, rest = " " * len(begin), line[len(begin) :]
    room, done = max(WIDTH - len(begin), _NARROWEST), list[str]()
    while len(rest) > room:
        end = rest.rfind(" ", 0, room + 1)
        if end < 0:
            end = rest.find(" ", room)
        if end < 0:
            break
        done.append(begin + rest[:end].rstrip(" "))
        begin, rest = indent, rest[end:].lstrip(" ")
    return [*done, begin + rest]
