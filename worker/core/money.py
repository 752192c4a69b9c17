"""Amounts of money as people write them: ``500``, ``1,500 €``, ``EUR 1 500``, ``1.500,00``.

Amounts are whole units of one currency, so what has cents is none, and is refused: whether the
comma of ``1,5`` parts thousands or cents is not guessed. Separators part groups of three.
"""

from __future__ import annotations

import re

from worker.errors import InputError

_SPACE = r"[ \u00a0\u202f]"
_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR "
    "KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR "
    "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS "
    "UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW"
)
_NAMES = (
    f"{'|'.join(_CODES.split())}|[Ee]uros?|[Dd]ollars?|[Pp]ounds?|[Ff]rancs?|[Ff]ranken"
    "|Fr|kr|zł|Kč|Ft|lei"
)
_CURRENCY = rf"(?:[A-Z]{{0,2}}\$|[¢£¥֏؋৳฿\u20a0-\u20cf]|(?:{_NAMES})(?![^\W\d_])\.?)"

_BEGINS = re.compile(rf"(?:{_CURRENCY}{_SPACE}?)?\d")
_FIRST = re.compile(  # atomic: of what is no amount, no part is taken for one
    rf"(?>(?:\d{{1,3}}(?:{_SPACE}\d{{3}}(?!\d))+|\d+)(?:[.,'’_]\d+)*(?:[.,][-–—]{{1,2}})?)"
)
_BEFORE = re.compile(rf"{_CURRENCY}{_SPACE}?\Z")
_WORD = re.compile(rf"{_SPACE}[^\W\d_]")
_AFTER = re.compile(rf"{_SPACE}?{_CURRENCY}")
_GROUPED = rf"[1-9]\d{{0,2}}(?P<by>[.,'’_]|{_SPACE})\d{{3}}(?:(?P=by)\d{{3}})*"
_AMOUNT = re.compile(
    rf"(?P<whole>{_GROUPED}|\d{{1,15}})(?:(?!(?P=by))[.,](?P<cents>\d\d?|[-–—]{{1,2}}))?"
)
_MOST_DIGITS = 15


def begins(text: str) -> bool:
    """Tell whether text begins with what is meant as an amount."""
    return _BEGINS.match(text) is not None


def counts(text: str) -> bool:
    """Tell whether the first number in text may count something ("2 seats"), and be no amount.

    A word follows it at once, and no currency is beside it.
    """
    number = _FIRST.search(text)
    if number is None or _BEFORE.search(text[: number.start()]):
        return False
    return not _AFTER.match(text, number.end()) and bool(_WORD.match(text, number.end()))


def first(text: str) -> tuple[int, str] | None:
    """Return the first amount in text and what is said behind it; None where there is no number.

    A number that is no amount is an `InputError`.
    """
    number = _FIRST.search(text)
    if number is None:
        return None
    unit = _AFTER.match(text, number.end())
    rest = text[unit.end() if unit else number.end() :]
    if re.match(r"[\w/%]", rest):
        raise _no_amount(text[number.start() :].split(maxsplit=1)[0])
    return _whole(number[0]), rest.lstrip(" ,;:.!–-").rstrip()


def _whole(number: str) -> int:
    found = _AMOUNT.fullmatch(number)
    if found is None:
        raise _no_amount(number)
    digits = re.sub(r"\D", "", found["whole"])
    if len(digits) > _MOST_DIGITS:
        raise _no_amount(number)
    if (found["cents"] or "0").strip("0-–—"):
        near = int(digits) + (found["cents"] >= "5")
        raise InputError(f"{number} has cents; write whole units, such as {near}")
    return int(digits)


def _no_amount(text: str) -> InputError:
    return InputError(f"{text[:40]} is no amount; write whole units, such as 500 or 1,500")
