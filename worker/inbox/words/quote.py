"""Which lines are marked as quoted: by `>`, by the writer's initials, by a bar."""

from __future__ import annotations

import re

# "IB> " is what The Bat! and Mutt write, "| " and "> " what the others do; "| a | b |" is a table.
_MARKED = re.compile(r"\|?>|[^\W\d_]{1,4}>(?= |>|$)|\|(?: (?!.*\|)|$)")


def is_quoted(line: str) -> bool:
    """Whether a line, its white space stripped, is quoted from an older message."""
    return _MARKED.match(line) is not None


def is_next(lines: list[str], index: int, *, within: int) -> bool:
    """Whether the next line with anything on it, at most `within` further on, is quoted."""
    following = lines[index + 1 : index + 1 + within]
    return next((is_quoted(line.strip()) for line in following if line.strip()), False)
