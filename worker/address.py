"""Email addresses in the one form that tells whether two of them are the same.

An address is compared, stored and written to in lower case, all of it. RFC 5321 §2.4 lets a server
tell ``Ada@`` from ``ada@``; none that people use does, and two leads for one person are worse. An
internationalised domain is kept as A-labels (RFC 5890 §2.3.2.1), which every server takes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from worker.errors import AddressError

LONGEST = 254
"""Characters: a path of 256 octets less its angle brackets (RFC 5321 §4.5.3.1.3)."""

_MOST_SHOWN = 60
_SPACES = " \u00a0\u200b\ufeff"
# Accepts only what is plainly fine, in a fiftieth of the time of the library: ASCII, a dot-atom
# (RFC 5322 §3.2.3), host names (RFC 1123 §2.1), a last label of letters.
_PLAIN = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63})"
)
_LONGEST_LOCAL = 64  # octets: RFC 5321 §4.5.3.1.1
_SPECIAL = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})  # RFC 6761


class Address(NamedTuple):
    """An address in canonical form, and its domain."""

    text: str
    domain: str

    @property
    def local(self) -> str:
        """What stands before the @."""
        return self.text[: -len(self.domain) - 1]


def canonical(text: str) -> Address:
    """Return an address as it is stored; raise `AddressError` where it cannot be written to."""
    lower = text.strip(_SPACES).lower()
    plain = _PLAIN.fullmatch(lower) if len(lower) <= LONGEST else None
    if plain is None or plain[1] in _SPECIAL or "--" in lower:
        return _canonical_with_care(text.strip(_SPACES))
    at = lower.index("@")
    if at > _LONGEST_LOCAL:
        return _canonical_with_care(lower)
    return Address(lower, lower[at + 1 :])


def canonical_domain(text: str) -> str:
    """Return a domain, with or without an @ before it, as it is stored; else `AddressError`."""
    try:
        return canonical(f"somebody@{text.strip(_SPACES).removeprefix('@')}").domain
    except AddressError:
        raise AddressError(f"{shown(text)} is no domain; expected one such as x.example") from None


def comparable(text: str) -> str:
    """Return an address in the form by which leads are known; never raises.

    One that cannot be written to is nobody's, and is returned in lower case.
    """
    bare = text.strip(_SPACES)
    if bare.isascii():
        return bare.lower()
    try:
        return canonical(bare).text
    except AddressError:
        return bare.lower()


def comparable_domain(text: str) -> str:
    """Return the domain of an address, or a domain, in the form by which they are known."""
    named = text.rpartition("@")[2].rstrip(".")
    return comparable(f"somebody@{named}").rpartition("@")[2]


def domains(address: str) -> tuple[str, ...]:
    """Return the domain of an address as it is stored, and those above it but for the highest."""
    return _with_those_above(address.rpartition("@")[2])


@lru_cache(maxsize=1000)  # a gate asks several times, about leads of few domains
def _with_those_above(domain: str) -> tuple[str, ...]:
    labels = domain.split(".")
    return tuple(".".join(labels[at:]) for at in range(max(len(labels) - 1, 1)))


def shown(text: str) -> str:
    """Return foreign text for a message to people: short, in quotes, nothing invisible."""
    start = text[:_MOST_SHOWN] + ("…" if len(text) > _MOST_SHOWN else "")
    return f'"{start}"' if start.isprintable() else ascii(start)


def _canonical_with_care(text: str) -> Address:
    _refuse_what_is_no_address(text)
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise AddressError(f"{shown(text)} is not an address: {error}") from None
    assert found.ascii_domain is not None
    domain, local = found.ascii_domain.lower(), found.local_part.lower()
    if len(local) > _LONGEST_LOCAL:  # small letters can be more than the capitals were
        raise AddressError(f"{shown(text)} is not an address: the part before the @ is too long")
    return Address(f"{local}@{domain}", domain)


def _refuse_what_is_no_address(text: str) -> None:
    """Say in plainer words than the library what people get wrong, and spare it the rest."""
    if not text:
        raise AddressError("the address is empty")
    if any(not letter.isprintable() for letter in text[: LONGEST + 1]):
        raise AddressError(f"{shown(text)} holds a line end or another invisible character")
    if len(text) > LONGEST:
        raise AddressError(f"{shown(text)} has {len(text):,} characters; at most {LONGEST}")
    if "<" in text or text.lower().startswith("mailto:"):
        raise AddressError(f"{shown(text)} is more than an address: write ada@x.example alone")
    if "," in text or ";" in text:
        raise AddressError(f"{shown(text)} is more than one address: give each a row of its own")
