"""Header fields: decoded words, parameters, Message-IDs. Linear, bounded, never raising."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from worker.inbox import address, charset

# RFC 2047 §2: =?charset?encoding?text?=; RFC 2231 §5 adds a language after the charset.
_ENCODED = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
# RFC 2047 §6.2: white space between encoded words is not shown.
_BETWEEN = re.compile(r"(\?=)[ \t]+(?==\?[^?\s]{1,80}\?[bBqQ]\?)")
_ATOM = re.compile(r"=\?[^?\s]{1,80}\?[bBqQ]\?[^?\s]*\?=")
_MARK = re.compile("\0([0-9]+)\0")
_PARAMETER = re.compile(r';[ \t]*([A-Za-z0-9_-]{1,40})\*?[ \t]*=[ \t]*(?:"([^"]*)"|([^\s;"]*))')
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,1000})>")
_BARE_ID = re.compile(r"(?<![^<>\s,;])[^<>\s,;@]{1,300}@[^<>\s,;]{1,200}")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


class Header:
    """The first field of each name, in lower case, decoded when somebody asks for it.

    A mail has fifty fields and more by the time that it arrives, and few of them are looked at.
    """

    def __init__(self, fields: Sequence[tuple[str, bytes]]) -> None:
        self._raw = dict(reversed(fields))
        self._decoded: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._raw

    def get(self, name: str, default: str = "") -> str:
        """The value of a field as people read it, or `default` where there is none."""
        known = self._decoded.get(name)
        if known is None:
            if name not in self._raw:
                return default
            known = self._decoded[name] = decoded(self._raw[name])
        return known

    def mailboxes(self, name: str) -> list[tuple[str, str]]:
        """The (name, address) pairs of a field, as `mailboxes`."""
        return mailboxes(self._raw.get(name, b""))


def decoded(raw: bytes) -> str:
    """A field's value for people: unfolded, encoded words decoded, on one line."""
    text = charset.decode(raw)
    if "=?" in text:
        text = _decode_words(_BETWEEN.sub(r"\1", text))
    return " ".join(text.split())


def mailboxes(raw: bytes) -> list[tuple[str, str]]:
    """The (name, address) pairs of a field, names decoded, addresses as leads are known by them.

    What an encoded word says is part of a name, and no address however it looks (RFC 2047 §5); only
    of a field that has no other address is it read as one.
    """
    text = " ".join(_BETWEEN.sub(r"\1", charset.decode(raw)).replace("\0", "").split())
    words: list[str] = []

    def mark(found: re.Match[str]) -> str:
        words.append(found[0])
        return f"\0{len(words) - 1}\0"

    def unmark(name: str) -> str:
        said = _MARK.sub(lambda found: words[int(found[1])], name)
        return decoded(said.encode("utf-8", "replace"))

    found = [(unmark(name), one) for name, one in address.mailboxes(_ATOM.sub(mark, text))]
    return found or address.mailboxes(decoded(raw))


def _decode_words(text: str) -> str:
    """Decode RFC 2047 words; neighbours of one character set as one, as many split letters."""
    pieces: list[str] = []
    pending, pending_charset, end = b"", "", 0
    for word in _ENCODED.finditer(text):
        name, data = word[1].lower(), _word_bytes(word[2], word[3])
        if word.start() > end or name != pending_charset:
            pieces += (charset.decode(pending, pending_charset), text[end : word.start()])
            pending = b""
        pending, pending_charset, end = pending + data, name, word.end()
    return "".join((*pieces, charset.decode(pending, pending_charset), text[end:]))


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":  # RFC 2047 §4.2
        spaced = data.replace(b"_", b" ")
        return _HEX.sub(lambda code: binascii.unhexlify(code[1]), spaced)
    return unbase64(data)


def unbase64(data: bytes) -> bytes:
    """Base64 as mail has it: what does not belong is passed over, a torn end is cut."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        clean = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        return binascii.a2b_base64(clean[: len(clean) // 4 * 4])


def parameters(value: str) -> Mapping[str, str]:
    """The parameters of Content-Type and its kin (RFC 2045 §5.1), names in lower case."""
    return {
        found[1].lower(): found[2] if found[2] is not None else found[3]
        for found in _PARAMETER.finditer(value)
    }


def message_ids(value: str) -> tuple[str, ...]:
    """The Message-IDs in a field (RFC 5322 §3.6.4), without brackets; bare ones too."""
    found = _MESSAGE_ID.findall(value) or _BARE_ID.findall(value)
    return tuple(dict.fromkeys(found))


def moment(value: str) -> datetime | None:
    """A Date field (RFC 5322 §3.3) with its own zone, or None if it is none."""
    if not value or len(value) > 200:
        return None
    try:
        parsed = parsedate_to_datetime(value)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def utc_and_day(value: str) -> tuple[datetime | None, date | None]:
    """A Date field as UTC, and as the day that it was where it was written."""
    parsed = moment(value)
    if parsed is None or not 1971 <= parsed.year <= 9000:
        return None, None
    return parsed.astimezone(UTC), parsed.date()
