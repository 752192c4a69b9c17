"""The plain-text alternative of an email, made of its HTML."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.attribute import DEFAULT_ATTRIBUTE_MAP
from inscriptis.model.config import ParserConfig
from inscriptis.model.css import CssParse
from inscriptis.model.html_element import HtmlElement

_READER = ParserConfig(css=CSS_PROFILES["strict"], display_links=True)
_HEARD = "attr_"  # how inscriptis names what it makes of a declaration
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]+)\)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_BLANKS = re.compile(r"\n{3,}")


def alternative(html: str) -> str:
    """Return an HTML document as plain text: hidden parts left out, links written out, tidy."""
    return tidy(untidy(html))


def untidy(html: str) -> str:
    """Return an HTML document as plain text, with all spaces and empty lines that come of it."""
    return _LINK.sub(_write_link, get_text(html, _READER))


def tidy(text: str) -> str:
    """Leave no more than one empty line between others, and no spaces at their ends.

    Lines are as long as they are: how wide a reader's window is, only their program knows.
    """
    together = "\n".join(map(str.rstrip, text.splitlines()))
    return _BLANKS.sub("\n\n", together).strip("\n") + "\n"


def plain(block: str) -> str:
    """Return the text of a block that is no HTML, such as the subject: entities resolved."""
    if "&" not in block:
        return block
    return _ENTITY.sub(lambda match: unescape(match.group()), block)


def of_block(printed: str) -> str:
    """Return a block that is no HTML as plain text, tidy."""
    return tidy(plain(printed))


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
