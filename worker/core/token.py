"""Signed tokens: how a reply, a bounce or a click is known to answer a message of ours.

A token is 24 bytes in 39 characters of lower-case base32 (RFC 4648 §6, without padding)::

    purpose 1 byte | version 3 bits, key id 5 bits | id 6 bytes | tag 16 bytes

It survives relays that change letter case, and it fits into a Message-ID, into the local part of
a plus address (64 octets, RFC 5321 §4.5.3.1.1) and into a link. The tag is HMAC-SHA-256, cut to
128 bits, by a key of the purpose's own.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from worker.core.secret import SHORTEST, Keyed, derive
from worker.errors import AddressError, InputError

VERSION = 1
LENGTH = 39
KEY_IDS = range(32)
LARGEST_ID = (1 << 48) - 1
_HEAD = 13  # letters, which are the 8 bytes before the tag and a bit of it
_TAG = 16
_LOCAL_PART = 64  # octets, RFC 5321 §4.5.3.1.1
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_DIGITS = str.maketrans(_LETTERS, "0123456789abcdefghijklmnopqrstuv")  # those of Python
_LETTER_OF = _LETTERS.encode().ljust(256)  # by the number of five bits
_SPARE = 8  # bits behind the 192 of a token, so that they are 40 fives

TOKEN = re.compile(rf"(?<![a-z2-7])[a-z2-7]{{{LENGTH}}}(?![a-z2-7])", re.IGNORECASE | re.ASCII)
OWN_MESSAGE_ID = re.compile(
    rf"<?nurture\.(?P<token>[a-z2-7]{{{LENGTH}}})@(?P<domain>[^\s<>@]+)>?", re.IGNORECASE | re.ASCII
)


class Use(StrEnum):
    """What a token may be used for; one made for one use is worth nothing for another."""

    MESSAGE = "m"
    UNSUBSCRIBE = "u"


@dataclass(frozen=True, slots=True)
class Token:
    """What a genuine token says: its use, the id it names, and the key that signed it."""

    use: Use
    id: int
    key: int


class Signer:
    """Makes tokens and tells genuine ones from others.

    `keys` are secrets by their id (0 to 31), of 32 bytes or more; `current` signs, all are
    accepted. Keys that do not fit are an `InputError`.
    """

    __slots__ = ("_current", "_stamps")

    def __init__(self, keys: Mapping[int, bytes], current: int) -> None:
        if current not in keys:
            raise InputError(f"there is no key {current} to sign with")
        for name, secret in keys.items():
            _check(name, secret)
        self._stamps = {
            (ord(use), name): _Stamp(use, name, secret)
            for name, secret in keys.items()
            for use in Use
        }
        self._current = {use: self._stamps[ord(use), current] for use in Use}

    def sign(self, use: Use, number: int) -> str:
        """Return the token of an id, a number from 0 to 2^48 - 1, by the current key."""
        return self._current[use].token(number)

    def read(self, text: str) -> Token | None:
        """Return what a token says; None if it is none, or not genuine, or of an unknown key."""
        head = _head(text)
        if head is None:
            return None
        use, key, number = head
        stamp = self._stamps.get((use, key))
        # The whole text is compared, so that spare bits of the last character count too.
        if stamp is None or not hmac.compare_digest(stamp.token(number), text.lower()):
            return None
        return Token(Use(chr(use)), number, key)


class _Stamp:
    """Makes the tokens of one use by one key."""

    __slots__ = ("_first", "_keyed")

    def __init__(self, use: Use, key: int, secret: bytes) -> None:
        self._first = bytes((ord(use), VERSION << 5 | key))
        self._keyed = Keyed(derive(secret, "token", use))

    def token(self, number: int) -> str:
        head = self._first + number.to_bytes(6, "big")
        return _base32(head + self._keyed.digest(head)[:_TAG])


def find(text: str) -> list[str]:
    """Return what looks like a token in a text, in lower case and once each; none is verified."""
    return list(dict.fromkeys(match.group().lower() for match in TOKEN.finditer(text)))


def message_id(token: str, domain: str) -> str:
    """Return the Message-ID that carries a token, without angle brackets."""
    return f"nurture.{token}@{domain}"


def id_in(message_id: str) -> int | None:
    """Return the id that a Message-ID of ours names, not verified; None if it is none of ours."""
    ours = OWN_MESSAGE_ID.fullmatch(message_id)
    head = _head(ours["token"]) if ours else None
    return head[2] if head else None


def plus_address(address: str, token: str) -> str:
    """Return an address of the same mailbox that carries a token: ``sales+<token>@x.example``.

    A local part that is too long to take one (over 24 octets) is an `AddressError`.
    """
    local, _, domain = address.rpartition("@")
    if len(local.encode()) + 1 + LENGTH > _LOCAL_PART:
        problem = f"{address} is too long before the @ to carry a token; set plus_addresses = false"
        raise AddressError(problem)
    return f"{local}+{token}@{domain}"


def _moves() -> Iterator[tuple[int, int, int]]:
    """Yield which of 40 fives of bits stay, which move up, and how far: then each has a byte.

    Number 5, say, has 15 bits to go from bit 25 to 40: 12 when fours move, and 3 when ones do.
    """
    for step in (32, 16, 8, 4, 2, 1):
        places = [5 * five + 3 * (five & -2 * step) for five in range(40)]
        stay = sum(31 << place for five, place in enumerate(places) if not five & step)
        move = sum(31 << place for five, place in enumerate(places) if five & step)
        yield stay, move, 3 * step


_MOVES = tuple(_moves())


def _base32(raw: bytes) -> str:
    """Return the 24 bytes of a token in base32: all letters at once, twice as fast as in turn."""
    bits = int.from_bytes(raw, "big") << _SPARE
    for stay, move, by in _MOVES:
        bits = bits & stay | (bits & move) << by
    return bits.to_bytes(40, "big").translate(_LETTER_OF)[:LENGTH].decode()


def _check(name: int, secret: bytes) -> None:
    if name not in KEY_IDS:
        raise InputError(f"the id of a key is {name}; expected 0 to {KEY_IDS[-1]}")
    if len(secret) < SHORTEST:
        raise InputError(f"key {name} has {len(secret)} bytes; expected {SHORTEST} or more")


def _head(text: str) -> tuple[int, int, int] | None:
    """Return use, key id and id as a text claims them; None if it cannot be a token of ours."""
    if not TOKEN.fullmatch(text):
        return None
    use, key, *number = (int(text[:_HEAD].lower().translate(_DIGITS), 32) >> 1).to_bytes(8, "big")
    if key >> 5 != VERSION:
        return None
    return use, key & 31, int.from_bytes(number, "big")
