"""Addresses as header fields write them: ``Ada Lovelace <ada@x.example>``."""

from __future__ import annotations

import re
from typing import NamedTuple

from worker.errors import AddressError
from worker.render import header

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LONGEST_PLAIN = 70  # characters; a longer name is encoded, so that it can be folded
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@]{1,64}@[^\s<>()\[\],;:\\\"@]{1,255}")


class Address(NamedTuple):
    """An address with the name that is shown for it; none or empty where there is none."""

    name: str | None
    email: str

    def field(self, name: str) -> str:
        """Return it as a header field (From, To, Reply-To), with its line end.

        An address that cannot be written is an `AddressError`; a name that could end the field
        is a `TemplateError`.
        """
        header.check(name, self.email)
        if not _ADDRESS.fullmatch(self.email):
            raise AddressError(f"{self.email!r} is no address that can be written to", key=name)
        if not self.name:
            return header.folded(name, [self.email])
        header.check(name, self.name)
        return header.folded(name, [*_phrase(self.name), f"<{self.email}>"])


def _phrase(name: str) -> list[str]:
    """Return a name as words: atoms, a quoted string, or encoded words (RFC 2047 §5)."""
    plain = name.isascii() and "=?" not in name and len(name) <= _LONGEST_PLAIN
    if plain and _ATOMS.fullmatch(name):
        return name.split(" ")
    if plain and name == " ".join(name.split()):
        return f'"{_escape(name)}"'.split(" ")
    return header.encoded_words(name)


def _escape(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')
