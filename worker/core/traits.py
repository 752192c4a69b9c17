"""The properties of a lead, by the names that templates use, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable

from worker.core.condition import Range, Trait
from worker.core.facts import Lead

COUNTRY = "country"
FIELDS = (
    COUNTRY,
    "language",
    "source",
    "company",
    "domain",
    "owner",
    "phone",
    "zone",
    "first_name",
    "last_name",
)
"""The properties that every lead has a place for; all others are declared attributes."""


def value_of(lead: Lead, name: str) -> str | None:
    """Return a property of a lead; None where it is not known."""
    value = getattr(lead, name) if name in FIELDS else lead.attributes.get(name)
    return str(value) if value not in (None, "") else None


def unmet(asked: Trait, lead: Lead) -> str | None:
    """Say what is asked of a property that is not so; None where all is."""
    value = value_of(lead, asked.name)
    for check in (_known, _is, _is_not, _contains, _range):
        if (problem := check(asked, value)) is not None:
            return f"{asked.name} is {problem}"
    return None


def outside(number: float, allowed: Range) -> str | None:
    """Say on which side a number lies of a range; None where it lies within."""
    if allowed.at_least is not None and number < allowed.at_least:
        return f"below {allowed.at_least:g}"
    if allowed.at_most is not None and number > allowed.at_most:
        return f"above {allowed.at_most:g}"
    return None


def number(value: str | None) -> float | None:
    """Return the number that an attribute says; None where it says none."""
    try:
        return float((value or "").strip())
    except ValueError:
        return None


def either(words: Iterable[str]) -> str:
    """Write words as alternatives."""
    return " or ".join(map(str, words))


def _known(asked: Trait, value: str | None) -> str | None:
    if asked.known is None or asked.known == (value is not None):
        return None
    return "not known" if asked.known else "known"


def _is(asked: Trait, value: str | None) -> str | None:
    if not asked.is_ or (value is not None and value.casefold() in asked.is_):
        return None
    return f"{_said(value)}, not {either(asked.is_)}"


def _is_not(asked: Trait, value: str | None) -> str | None:
    return _said(value) if value is not None and value.casefold() in asked.is_not else None


def _contains(asked: Trait, value: str | None) -> str | None:
    if asked.contains in (value or "").casefold():
        return None
    return f"{_said(value)}, without “{asked.contains}”"


def _range(asked: Trait, value: str | None) -> str | None:
    if asked.range is None:
        return None
    found = number(value)
    if found is None:
        return f"{_said(value)}, no number"
    where = outside(found, asked.range)
    return f"{found:g}, {where}" if where else None


def _said(value: str | None) -> str:
    return "not known" if value is None else f"“{value}”"
