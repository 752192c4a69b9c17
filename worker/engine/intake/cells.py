"""One cell of a list, checked: text in, the value that is stored out, or a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import TypeVar
from zoneinfo import available_timezones

from worker.address import shown
from worker.core.countries import countries
from worker.core.states import Stage
from worker.engine.intake.formulas import GUARD, unguard
from worker.errors import InputError

LONGEST = 200
"""Characters in a name, a company, a source, …"""

LONGEST_ATTRIBUTE = 2_000
"""Characters in an attribute, or in the words of a consent."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")  # BCP 47, without private use
_YEAR, _MONTH, _DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
_CLOCK = "(?:,? (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
_DAY_FIRST = re.compile(rf"{_DAY}\.{_MONTH}\.(?P<year>(?:[0-9]{{2}})?[0-9]{{2}}){_CLOCK}")
_YEAR_FIRST = re.compile(rf"{_YEAR}[/.]{_MONTH}[/.]{_DAY}{_CLOCK}")
_SHORT_YEAR, _CENTURY = 2, 2000
_JOINERS = "\u200c\u200d"  # names in Persian and in Indic scripts need them
_NOT_UTF8 = (
    "holds bytes that are not UTF-8: save the list as CSV UTF-8, or say its encoding, "
    "such as --encoding windows-1252"
)
_LANGUAGES = {
    name: code
    for code, names in {
        "de": "german deutsch",
        "en": "english englisch",
        "es": "spanish spanisch español",
        "fr": "french französisch français",
        "it": "italian italienisch italiano",
        "nl": "dutch niederländisch nederlands",
        "pl": "polish polnisch polski",
        "pt": "portuguese portugiesisch português",
    }.items()
    for name in names.split()
}
_STAGES = [stage.value for stage in Stage]
_T = TypeVar("_T")

Reader = Callable[[str], _T]
"""Reads a cell that is not empty; raises `InputError`."""


def text(cell: str, longest: int = LONGEST) -> str:
    """Return text on one line without anything invisible in it; may be empty."""
    if len(cell) > longest:
        raise InputError(f"has {len(cell):,} characters; at most {longest:,}")
    if cell.isalnum():
        return cell
    words = " ".join(cell.split())
    if words.startswith(GUARD):
        words = unguard(words)
    return words if words.isprintable() and "\ufffd" not in words else _visible(words)


def attribute(cell: str) -> str:
    """Return text that may be longer than a name."""
    return text(cell, LONGEST_ATTRIBUTE)


def stage(cell: str) -> str:
    """Return the value of a stage by its name, in any case."""
    name = text(cell).lower()
    if name not in _STAGES:
        raise InputError(f"{shown(cell)} is no stage; expected one of {', '.join(_STAGES)}")
    return name


def score(cell: str) -> int:
    """Return a score: a whole number, which a list may write as ``40.0``."""
    said = text(cell).removesuffix(".0")
    if not re.fullmatch(r"-?[0-9]{1,6}", said, re.ASCII):
        raise InputError(f"{shown(cell)} is no score; expected a whole number such as 40")
    return int(said)


def language(cell: str) -> str:
    """Return a language tag: ``de``, ``pt-BR``; a common language may stand by its name."""
    said = text(cell)
    code, _, rest = _LANGUAGES.get(said.casefold(), said).replace("_", "-").partition("-")
    tag = f"{code.lower()}-{rest}" if rest else code.lower()
    if not _LANGUAGE.fullmatch(tag):
        raise InputError(f"{shown(cell)} is no language code; expected one such as de or pt-BR")
    return tag


def country_reader() -> Reader[str]:
    """Return a reader of countries, by code or name, that yields the code."""
    known = countries()

    def country(cell: str) -> str:
        code = known.get(text(cell).casefold())
        if code is None:
            raise InputError(f"{shown(cell)} is no country; expected an ISO 3166 code such as DE")
        return code

    return country


def zone_reader() -> Reader[str]:
    """Return a reader of time zones by their names, in any case."""
    known = {name.lower(): name for name in available_timezones()}

    def zone(cell: str) -> str:
        name = known.get(text(cell).replace(" ", "_").lower())
        if name is None:
            raise InputError(f"{shown(cell)} is no time zone; expected one such as Europe/Berlin")
        return name

    return zone


def instant(cell: str, zone: tzinfo = UTC) -> datetime:
    """Return an instant in UTC of an ISO 8601 date or time; one that names no zone is of `zone`.

    Whoever writes a date with points, ``31.3.2026``, begins with the day or with the year; where
    the year is short, ``31.3.26``, with the day.
    """
    said = text(cell)
    try:
        written = _DAY_FIRST.fullmatch(said) or _YEAR_FIRST.fullmatch(said)
        if written:
            parts = {name: int(part or 0) for name, part in written.groupdict().items()}
            if len(written["year"]) == _SHORT_YEAR:
                parts["year"] += _CENTURY
            return datetime(**parts, tzinfo=zone).astimezone(UTC)
        found = datetime.fromisoformat(said)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(
            f"{shown(cell)} is no date that can be understood in one way only; "
            "expected 2026-03-31, or 2026-03-31T14:00+02:00"
        ) from None


def reader(field: str, zone: tzinfo = UTC) -> Reader[object]:
    """Return the reader of a field of a lead, which takes a blank cell for an empty one.

    Dates are those of `zone`.
    Tables that take time are loaded by this call.
    """
    special: dict[str, Callable[[], Reader[object]]] = {
        "country": country_reader,
        "zone": zone_reader,
        "language": lambda: language,
        "stage": lambda: stage,
        "score": lambda: score,
        "consent_at": lambda: partial(instant, zone=zone),
        "consent_expires": lambda: partial(instant, zone=zone),
    }
    if field not in special:
        return attribute if field == "consent_wording" else text
    read = special[field]()
    return lambda cell: read(cell) if text(cell) else None


def refuse_foreign_bytes(words: str) -> None:
    """Raise `InputError` where text was written in another encoding than it was read in."""
    if any(letter == "\ufffd" or unicodedata.category(letter) == "Cs" for letter in words):
        raise InputError(_NOT_UTF8)


def _visible(words: str) -> str:
    """Take away what is invisible and harmless; refuse what is not text."""
    refuse_foreign_bytes(words)
    for letter in words:
        category = unicodedata.category(letter)
        if category in ("Cc", "Co", "Cn"):
            raise InputError(f"holds the character {letter!a}, which is no text: remove it")
    kept = (one for one in words if one in _JOINERS or unicodedata.category(one) != "Cf")
    return "".join(kept).strip()
