"""Addresses in header fields (RFC 5322 §3.4), read in one pass; never raises.

The standard library's parser recurses on parentheses and is quadratic on dots; this one walks over
tokens once, keeps what looks like an address and forgets the rest.
"""

from __future__ import annotations

import re

from worker.address import comparable

MOST = 200
"""No more addresses than these are read from one field."""

_PIECE = re.compile(r'"(?>(?:[^"\\]|\\.)*)(?:"|\\?$)|<[^<>]*>|[(),;:]|[^"<(),;:]+|["<]')
_DOMAIN = r"(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_][\w-]{1,62}"
# The look-behind lets a search begin only where a word begins: linear on long words without an @.
_LOCAL = r"[A-Za-z0-9!#$%&*+/=?^_`{|}~.-]"
_ADDRESS = re.compile(rf"(?<!{_LOCAL}){_LOCAL}{{1,128}}@{_DOMAIN}")
# In prose an apostrophe belongs to the words around it, and letters to those of other languages.
# A mark that is part of a letter, such as a vowel of Hindi, is none of \w (RFC 6531 §3.3).
_REST = r"\w\u0300-\U0010ffff-"
_WHOLE = re.compile(
    rf"[{_REST}!#$%&'*+/=?^`{{|}}~.]{{1,128}}"
    rf"@(?:[^\W_][{_REST}]{{0,62}}\.){{1,8}}[^\W\d_][{_REST}]{{1,62}}"
)
_QUOTED = re.compile(r'"[^"\n]{1,64}"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}')


def mailboxes(value: str) -> list[tuple[str, str]]:
    """The (name, address) pairs of a field, at most `MOST`, the addresses as leads are known by."""
    found: list[tuple[str, str]] = []
    name: list[str] = []
    address, depth = "", 0
    for piece in _PIECE.findall(value):
        if piece in "()":
            depth = max(0, depth + (1 if piece == "(" else -1))
        elif depth:
            continue
        elif piece in ",;":
            _keep(found, name, address)
            name, address = [], ""
        elif piece == ":":
            name = []
        elif piece.startswith("<") and len(piece) > 1:
            address = piece[1:-1]
        else:
            name.append(piece)
    _keep(found, name, address)
    return found[:MOST]


def _keep(found: list[tuple[str, str]], name: list[str], address: str) -> None:
    words = " ".join("".join(name).replace("\\", "").replace('"', "").split())
    if not address and "@" in words:
        address, words = words, ""
    plain = first(address)
    if plain:
        found.append((words.strip("'"), plain))


def first(text: str) -> str | None:
    """The first address in a piece of text, as leads are known by it, or None."""
    if "'" in text or not text.isascii():  # a whole address (RFC 6532 §3.2), not prose
        whole = _WHOLE.fullmatch(text.strip("'"))
        if whole:
            return tidy(whole[0])
    found = _ADDRESS.search(text) or _QUOTED.search(text)
    plain = tidy(found[0]) if found else "@"
    return None if plain[0] == "@" else plain


def every(text: str) -> tuple[str, ...]:
    """The addresses in a piece of text, each once and in order, as leads are known by them."""
    found = (tidy(one) for one in _ADDRESS.findall(text)[: 5 * MOST])
    return tuple(dict.fromkeys(one for one in found if one[0] != "@"))  # "*****@" hides a name


def tidy(address: str) -> str:
    """An address as leads are known by it, without what prose left at its ends."""
    return comparable(address.removeprefix("mailto:").strip("*'`."))
