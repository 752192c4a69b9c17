"""Places that another program would fill, and nobody here does: each would be sent as it stands.

Emails are moved from other programs, and these write names in their own ways: ``*|FNAME|*``,
``{first_name}``, ``%FIRST_NAME%``, ``[First Name]``, ``«Vorname»``. Whoever has to send such words
prints them: ``{{ "{first_name}" }}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from worker.render.composition import blanked
from worker.render.finding import Finding
from worker.render.legible import without_notes

_NAMES = (
    r"(?:(?:contact|recipient|subscriber|lead|user|your|ihr|ihre)[ ._-]{0,2})?"
    r"(?:(?:first|last|full|given|family|company|vor|nach|firmen)[ ._-]{0,2}name|[fl]name|name"
    r"|company|firma|anrede|salutation|insert\b[^\]\n<>]{0,40}|e-?mail(?:[ ._-]{0,2}address)?)"
)
_UNFILLED = re.compile(  # each part has its most, so that no source takes quadratic time
    r"\*\|[^|*\n]{1,60}\|\*"
    r"|\{{1,3}\s{0,9}[^\W\d][\w.\-]{0,60}\s{0,9}\}{1,3}"
    r"|(?<!%[0-9A-F]{2})%{1,2}(?:(?-i:[A-Z]{1,30}_[A-Z_]{1,30})|" + _NAMES + r")%{1,2}"
    r"|(?:\[{1,2}%?|«|<<|&lt;&lt;)\s{0,9}"
    + _NAMES
    + r"\s{0,9}(?:%?\]{1,2}(?![(\[:])|»|>>|&gt;&gt;)"
    r"|(?P<draft>lorem\s{1,9}ipsum\b|(?<![^\W_] )(?-i:\bTODO):)",  # "lo tenemos TODO: …"
    re.IGNORECASE,
)
_STYLE = re.compile(r"<style\b(?:(?!<style\b).)*?</style\s*>", re.DOTALL | re.IGNORECASE)


def read(sources: Mapping[str, str]) -> list[Finding]:
    """Return what is left to be filled in sources, by path."""
    return [finding for path, source in sources.items() for finding in _found(path, source)]


@lru_cache(maxsize=32)  # of many emails that are read together, the layout is the same
def _found(path: str, source: str) -> tuple[Finding, ...]:
    return tuple(_parts(path, source))


def _parts(path: str, source: str) -> Iterator[Finding]:
    bare = _STYLE.sub(blanked, without_notes(source))
    for place in _UNFILLED.finditer(bare):
        written = " ".join(place.group().split())
        reason = f"{written!r} is a draft, it would be sent as it stands: write what belongs there"
        if not place["draft"]:
            reason = (
                f"nobody fills {written!r}, it would be sent as it stands: a name is printed as "
                '{{ lead.first_name or "there" }}'
            )
        yield Finding(path, bare.count("\n", 0, place.start()) + 1, reason)
