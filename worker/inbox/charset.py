"""Bytes to text, whatever the mail claims about its character set; never raises."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# What mail programs say, and what they mean (WHATWG Encoding, §4.2: the larger set of each family).
_ALIASES = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
}
# Python also lists transforms (punycode is quadratic, unicode_escape runs escapes): not for mail.
_FAMILIES = re.compile(r"utf|iso|cp|windows|koi8|gb|hz|big5|euc|mac|latin|johab|ptcp")
_HALVES = re.compile("[\ud800-\udfff]")
_FALLBACKS = ("utf-8", "cp1252")


def decode(data: bytes, charset: str | None = None) -> str:
    """`data` as text: by `charset` if it fits, else UTF-8, else what replaces least."""
    if data.isascii() and b"\x1b" not in data and not (charset and _is_wide(charset)):
        return _whole(data.decode("ascii"))
    for name in (_codec(charset or ""), *_FALLBACKS):
        if name is None:
            continue
        try:
            return _whole(data.decode(name))
        except (UnicodeError, ValueError):
            continue
    return _whole(data.decode(_codec(charset or "") or "cp1252", errors="replace"))


def _whole(text: str) -> str:
    """Text without halves of letters, which UTF-7 lets through, and NUL: no database takes them."""
    text = text.replace("\0", "")
    return text if text.isascii() or not _HALVES.search(text) else _HALVES.sub("\ufffd", text)


def _is_wide(charset: str) -> bool:
    """Whether ASCII bytes mean something else in this character set (UTF-7, UTF-16, HZ)."""
    return charset.lower().startswith(("utf-7", "utf-16", "utf-32", "hz"))


@lru_cache(maxsize=256)
def _codec(charset: str) -> str | None:
    """The name of Python's codec for a character set, or None if there is none for mail."""
    name = charset.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if not _FAMILIES.match(name) or len(name) > 40:
        return None
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return name
