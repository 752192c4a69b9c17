"""The kinds of value that settings are made of, as people write them."""

from __future__ import annotations

import ipaddress
import re
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeAlias
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
)

from worker.core.calendar import zone
from worker.core.countries import countries, country_code
from worker.core.document import nearest
from worker.errors import InputError

LONGEST = timedelta(weeks=520)
"""No time is longer: many of them lead past the last year that a computer knows."""

LONGEST_POLL = timedelta(minutes=10)
"""A connection on which nothing is said for longer is cut by many a firewall."""
_SHORTEST_POLL = timedelta(seconds=1)

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_SPAN = re.compile(r"([0-9]{1,6}) (second|minute|hour|day|week)s?")
_HOURS = re.compile(r"((?:[01][0-9]|2[0-3]):[0-5][0-9])-((?:[01][0-9]|2[0-3]):[0-5][0-9])")
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@(?:[\w-]+\.)*[\w-]+")
_GREETING = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{1,63}|\[[0-9A-Za-z.:]{2,50}\]")
_NO_REPLY = re.compile(r"(no|do|donot|do-not|do_not|not)[-_.]?reply", re.IGNORECASE)


class Table(BaseModel):
    """A table of the configuration: frozen, and strict about its keys.

    The text below a field says what it means; errors and the reference show it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def read_span(value: object) -> timedelta:
    """Read elapsed time such as ``24 hours``, of ten years at most; else raise ValueError."""
    if isinstance(value, timedelta):
        return value
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError('expected a time such as "24 hours" (seconds, minutes, … weeks)')
    span = timedelta(**{f"{found[2]}s": int(found[1])})
    if span > LONGEST:
        raise ValueError(
            f"expected a time of {LONGEST.days // 7} weeks at most, which is ten years"
        )
    return span


def check_lasting(span: timedelta) -> timedelta:
    """Return a time that is not over as it begins; ValueError says what was expected."""
    if not span:
        raise ValueError("expected more than no time at all: nothing would be sent")
    return span


def check_poll(span: timedelta) -> timedelta:
    """Return a time between two looks; ValueError where nobody looks, or servers hang up."""
    if not _SHORTEST_POLL <= span <= LONGEST_POLL:
        raise ValueError("expected 1 second to 10 minutes")
    return span


def check_path(path: Path) -> Path:
    """Return a path that a file can have; else raise ValueError."""
    if not str(path).isprintable():
        raise ValueError("expected a path on one line, without invisible characters")
    return path


def read_quiet(value: object) -> tuple[time, time] | None:
    """Read the hours of the night, ``21:00-07:00``; ValueError says what was expected."""
    if value is None:
        return None
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if not found or found[1] == found[2]:
        raise ValueError('expected hours such as "21:00-07:00"')
    return time.fromisoformat(found[1]), time.fromisoformat(found[2])


def check_address(address: str) -> str:
    """Return an address that answers can reach; ValueError says what was expected."""
    if not _ADDRESS.fullmatch(address):
        raise ValueError('expected an address such as "ada@yourfirm.example"')
    if _NO_REPLY.match(address):
        raise ValueError("expected an address that is read: people answer, and are heard")
    return address


def check_zone(called: str) -> str:
    """Return the name of a zone that exists; ValueError says which was probably meant."""
    try:
        # The standard library looks a name up as a path of packages: a long one exhausts the stack.
        zone(called)
    except InputError:
        near = nearest(called, available_timezones())
        raise ValueError(f'unknown zone{near}; expected one such as "Europe/Berlin"') from None
    return called


def check_country(called: str) -> str:
    """Return ``DE`` or ``DE-BY`` of a country's code or name; ValueError where it is unknown."""
    whole, _, part = called.partition("-")
    named = called.casefold() in countries()  # Guinea-Bissau is no part of Guinea
    try:
        return country_code(called) if named or not part else f"{country_code(whole)}-{part}"
    except InputError as error:
        raise ValueError(error.problem) from None


def read_closed_day(value: object) -> str:
    """Read ``2026-12-28``, or ``12-24`` of every year; ValueError says what was expected."""
    text = str(value) if isinstance(value, date | str) else ""
    try:
        # 2028 has every day that a year can have.
        date.fromisoformat(text if len(text) > len("12-24") else f"2028-{text}")
    except ValueError:
        raise ValueError('expected a day such as 2026-12-28, or "12-24" for every year') from None
    return text


def read_day(value: object) -> date | None:
    """Read a day, ``2027-08-02``; ValueError says what was expected."""
    if value is None or type(value) is date:  # a datetime is a date, too
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("expected a day such as 2027-08-02") from None


def check_name(name: str) -> str:
    """Return a name that commands, keys and files can carry; else raise ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError("expected a name of a-z, 0-9, - and _, at most 64 long")
    return name


def check_language(code: str) -> str:
    """Return a language, perhaps of a country (RFC 5646 §2.1); else raise ValueError."""
    if not _LANGUAGE.fullmatch(code):
        raise ValueError('expected a language such as "en" or "de-AT"')
    return code


def check_line(text: str) -> str:
    """Return text that can stand in a header; ValueError where it has line ends."""
    if not text.isprintable():
        raise ValueError("expected one line of text")
    return text


def read_folder(value: object) -> str | Literal[False] | None:
    """Read the name of a folder, or false for none; ValueError says what was expected."""
    if value is None or value is False:
        return value
    if not isinstance(value, str) or not value.strip():
        raise ValueError("expected the name of a folder, or false to leave it out")
    return check_line(value.strip())


def check_greeting(name: str) -> str:
    """Return what may follow EHLO (RFC 5321 §4.1.1.1), or raise ValueError."""
    if not _GREETING.fullmatch(name):
        raise ValueError('expected a full name such as "mail.firm.example", or "[192.0.2.7]"')
    return name


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


# A TOML file says which kind a value is of: "200" and true are no numbers there.
Flag: TypeAlias = Annotated[bool, Strict()]
Whole: TypeAlias = Annotated[int, Strict()]
Count: TypeAlias = Annotated[Whole, Field(ge=1)]
Security = Literal["tls", "starttls", "none"]
Span = Annotated[timedelta, BeforeValidator(read_span)]
Lasting = Annotated[Span, AfterValidator(check_lasting)]
Poll = Annotated[Span, AfterValidator(check_poll)]
File = Annotated[Path, AfterValidator(check_path)]
Folder = Annotated[str | Literal[False] | None, BeforeValidator(read_folder)]
Quiet = Annotated[tuple[time, time] | None, BeforeValidator(read_quiet)]
Address = Annotated[str, AfterValidator(check_address)]
Zone = Annotated[str, AfterValidator(check_zone)]
Country = Annotated[str, AfterValidator(check_country)]
Day = Annotated[date | None, BeforeValidator(read_day)]
ClosedDay = Annotated[str, BeforeValidator(read_closed_day)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Line = Annotated[Text, AfterValidator(check_line)]
Greeting = Annotated[str, AfterValidator(check_greeting)]
Name = Annotated[str, AfterValidator(check_name)]
Language = Annotated[str, AfterValidator(check_language)]
