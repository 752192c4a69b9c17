"""A template, with all that it extends and includes, as one source that is printed in one go.

It has what an email is made of one after the other: subject, preheader, a text of its own, and the
HTML. What does not print and has no conditions is no part of it, so that it is compiled to one
function without any calls from template to template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from worker.render.composition import MARK, PRIVATE, compose, family, filling, is_simple

_END = "\ue001"  # ends each section but the last; no template has it that can be flattened
_SECTIONS = "subject", "preheader", "text"
_TRIMMING = re.compile(  # of what is around a mark that composing leaves out
    r"\{%[-+]\s*(?:block|endblock|extends|include)\b"
    r"|\{%\s*(?:block|endblock|extends|include)\b[^%{}]*[-+]%\}"
)

T = TypeVar("T")


def flat(sources: Mapping[str, str], template: str) -> str | None:
    """Return the one source; None where a template does more than print values and ask."""
    if any(map(_TRIMMING.search, family(sources, template).values())):
        return None
    blocks = [filling(sources, template, name) for name in _SECTIONS]
    whole = [*blocks, compose(sources, template)]
    marks = [mark for one in whole for mark in MARK.findall(one) if not mark.startswith("{#")]
    if any(map(PRIVATE.search, whole)) or not all(map(is_simple, marks)):
        return None
    return _END.join(whole)


def sections(parts: Sequence[str | T]) -> list[list[str | T]]:
    """Return what was printed, constants and others, section by section."""
    found: list[list[str | T]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            found[-1].append(part)
            continue
        first, *others = part.split(_END)
        found[-1].append(first)
        found += [[other] for other in others]
    return found
