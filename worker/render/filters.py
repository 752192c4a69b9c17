"""The filters that a template may use: a short list of harmless ones.

Each refuses none, so that ``{{ lead.first_name | title }}`` cannot print "None", and anything that
would make a text of unreasonable size. `safe` is not among them: what a lead wrote is never HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from shlex import quote
from typing import Any, TypeVar

from jinja2 import filters as jinja
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.runtime import Undefined, markup_join, str_join
from markupsafe import Markup

from worker.render import markdown
from worker.render.images import embedded

LONGEST_TEXT = 100_000  # characters that one expression may make
LONGEST_LIST = 2_000
_MARKDOWN_MARKS = re.compile(r"[\\`*_{}\[\]()#+\-.!|~]")  # < > & are escaped as HTML

Filter = Callable[..., Any]
T = TypeVar("T")


def within(size: int) -> None:
    """Refuse a text of so many characters where it is too long."""
    if size > LONGEST_TEXT:
        raise SecurityError(f"it would make a text of over {LONGEST_TEXT:,} characters")


def given(value: Any, what: str) -> Any:
    """Return a value that is there; none and undefined names are errors."""
    if isinstance(value, Undefined):
        str(value)  # raises, with the name
    if value is None:
        raise UndefinedError(f"{what} of none; write `or` and a fallback first")
    return value


def bounded(value: T) -> T:
    """Return a list, or whatever holds others, of which all that is in it can be looked at.

    Lists of lists that hold one another twice grow without end, and are never printed or compared
    to their end.
    """
    waiting: list[object] = [value]
    left, size = LONGEST_LIST, 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            size += len(one)
        parts = _parts(one)
        left -= len(parts)
        if left < 0:
            raise SecurityError(f"a list holds at most {LONGEST_LIST:,} things, those within too")
        waiting += parts
    within(size)
    return value


def _parts(value: object) -> Sequence[object]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, (list, tuple)) else ()


def default(value: Any, fallback: Any = "") -> Any:
    """Return the fallback where a value is none or empty; an undeclared name stays an error."""
    return value or fallback


def replace(value: object, old: str, new: str) -> str:
    """Replace every occurrence of a text."""
    text = value if isinstance(value, str) else str(value)
    within(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def join(values: Iterable[object], between: str = "") -> str:
    """Join a list into one text."""
    parts = [str(given(value, "join")) for value in values]
    within(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)


def rounded(value: float, digits: int = 0) -> float:
    """Round a number; without digits to a whole one."""
    return round(value, max(-15, min(digits, 15))) if digits else round(value)


def prose(value: object) -> Markup:
    """Turn Markdown into HTML that names its images as the email will."""
    html = embedded(markdown.html(str(value)))
    return Markup(html)  # noqa: S704 (every < of the text is escaped)


def markdown_text(value: object) -> str:
    """Escape Markdown's marks in what a lead wrote, where it is printed in a Markdown block."""
    if isinstance(value, Markup):
        return value
    text = " ".join(str(given(value, "markdown")).split())
    return _MARKDOWN_MARKS.sub(r"\\\g<0>", text)


def concat(values: list[Any], autoescape: bool) -> str:
    """Join what ``~`` stands between."""
    parts = [given(value, "~") for value in values]
    within(sum(len(part) if isinstance(part, str) else 20 for part in parts))
    return markup_join(parts) if autoescape else str_join(parts)


def _careful(name: str, function: Filter) -> Filter:
    # Jinja's own filters may ask for the environment first; the value comes after it.
    place = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def careful(*args: Any, **keywords: Any) -> Any:
        given(args[place], name)
        result = function(*args, **keywords)
        if isinstance(result, str):
            within(len(result))
        return result

    return careful


_NAMES: Mapping[str, Filter] = {
    "abs": abs,
    "capitalize": jinja.do_capitalize,
    "count": len,
    "e": jinja.FILTERS["e"],
    "escape": jinja.FILTERS["escape"],
    "first": jinja.do_first,
    "float": jinja.do_float,
    "int": jinja.do_int,
    "join": join,
    "last": jinja.do_last,
    "length": len,
    "lower": jinja.do_lower,
    "markdown": prose,
    "quote": quote,
    "replace": replace,
    "round": rounded,
    "title": jinja.do_title,
    "trim": jinja.do_trim,
    "truncate": jinja.do_truncate,
    "upper": jinja.do_upper,
    "urlencode": jinja.do_urlencode,
}
FILTERS: Mapping[str, Filter] = {
    **{name: _careful(name, function) for name, function in _NAMES.items()},
    "d": default,
    "default": default,
}
