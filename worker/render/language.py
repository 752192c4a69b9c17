"""The language that an email says it is written in: its block ``lang``, or that of its layout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from worker.core.spoken import ENGLISH
from worker.render.composition import COMMENT, family

_LANG = re.compile(
    r"\{%[-+]?\s*block\s+lang\b[^%{}]*%\}\s*(?P<block>[a-zA-Z]+)[\w-]*\s*\{%"
    r"""|<html\s(?:[^<>{]*\s)?lang\s*=\s*["']?(?P<tag>[a-zA-Z]+)""",
    re.IGNORECASE,
)


def language(files: Mapping[str, str], template: str) -> str:
    """Return the language of a template, such as ``de``; English where it is not written out."""
    found = map(_written, family(files, template).values())
    return next(filter(None, found), ENGLISH)


@lru_cache(maxsize=32)  # of many emails, the layout is the same
def _written(source: str) -> str | None:
    found = _LANG.search(COMMENT.sub("", source))
    return (found["block"] or found["tag"]).lower() if found else None
