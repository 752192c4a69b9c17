"""Reads how people behave from a TOML file, and rates from the command line.

::

    away   = 7                  # days that an absence lasts
    amount = 500                # what is paid at a purchase

    [rates]                     # of a hundred emails, how many are …
    reply   = "2 %"
    absence = "1.5 %"

    [[script]]                  # this lead does this, and nothing else
    lead  = "ada@analytical.example"
    after = "welcome"           # the step
    does  = "reply"
    delay = "2 hours"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from worker.address import comparable
from worker.errors import InputError
from worker.simulate.behaviour import Behaviour, Cue, Deed

MOST_BYTES = 1_000_000
_DELAY = re.compile(r"(\d{1,5}) (minute|hour|day|week)s?")
_RATE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?) ?%")
_CUE_KEYS = ("lead", "after", "does", "delay")


def read(path: Path) -> Behaviour:
    """Return the behaviour of a file; InputError with file and key for what is wrong."""
    table = _table(path)
    _refuse_others(table, ("away", "amount", "rates", "script"), path)
    rates = table.get("rates", {})
    script = table.get("script", [])
    if not isinstance(rates, dict):
        raise InputError("expected a table [rates]", file=str(path), key="rates")
    if not isinstance(script, list):
        raise InputError("expected entries [[script]]", file=str(path), key="script")
    return Behaviour(
        rates=read_rates({str(name): str(text) for name, text in rates.items()}, str(path)),
        script=tuple(_cue(one, number, path) for number, one in enumerate(script, 1)),
        away=_whole(table, "away", 7, path),
        amount=_whole(table, "amount", 500, path),
    )


def read_rates(given: Mapping[str, str], file: str | None = None) -> Mapping[Deed, float]:
    """Return rates by deed, of texts such as ``2 %``; InputError for what is none."""
    rates = {
        _deed(name, f"rates.{name}", file): _rate(name, text, file) for name, text in given.items()
    }
    if sum(rates.values()) > 1:
        raise InputError("expected rates of at most 100 % together", file=file, key="rates")
    return MappingProxyType(rates)


def _table(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise InputError(f"expected at most {MOST_BYTES:,} bytes", file=str(path))
        return tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is no TOML: {error}", file=str(path)) from None
    except RecursionError:
        raise InputError("is nested too deeply", file=str(path)) from None


def _refuse_others(table: Mapping[str, Any], known: tuple[str, ...], path: Path) -> None:
    for name in table:
        if name not in known:
            raise InputError(f"expected one of {', '.join(known)}", file=str(path), key=name)


def _cue(table: Any, number: int, path: Path) -> Cue:
    key = f"script[{number}]"
    if not isinstance(table, dict) or not {"lead", "after", "does"} <= table.keys():
        raise InputError("expected lead, after and does", file=str(path), key=key)
    _refuse_others(table, _CUE_KEYS, path)
    return Cue(
        lead=comparable(str(table["lead"])),
        after=str(table["after"]),
        does=_deed(str(table["does"]), f"{key}.does", str(path)),
        delay=_delay(str(table.get("delay", "1 hour")), f"{key}.delay", path),
    )


def _deed(name: str, key: str, file: str | None) -> Deed:
    try:
        return Deed(name)
    except ValueError:
        known = ", ".join(deed.value for deed in Deed)
        raise InputError(f"expected one of {known}, got {name!r}", file=file, key=key) from None


def _rate(name: str, text: str, file: str | None) -> float:
    found = _RATE.fullmatch(text.strip())
    share = float(found[1]) / 100 if found else -1.0
    if not 0 <= share <= 1:
        problem = f'expected a share such as "2 %", got {text!r}'
        raise InputError(problem, file=file, key=f"rates.{name}")
    return share


def _delay(text: str, key: str, path: Path) -> timedelta:
    found = _DELAY.fullmatch(text.strip())
    if found is None:
        raise InputError(
            f'expected a time such as "2 hours", got {text!r}', file=str(path), key=key
        )
    return timedelta(**{f"{found[2]}s": int(found[1])})


def _whole(table: Mapping[str, Any], name: str, otherwise: int, path: Path) -> int:
    value = table.get(name, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1_000_000_000:
        problem = f"expected a whole number above 0, got {value!r}"
        raise InputError(problem, file=str(path), key=name)
    return value
