"""The tables ``[[mailbox.dkim]]``: signatures of our own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from worker.config.secret import locate
from worker.config.values import File, Table
from worker.errors import ConfigError

_MOST_BYTES = 16 * 1024
_LABELS = re.compile(
    r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)
_LONGEST = 253  # a name in the DNS: RFC 1035 §2.3.4


def check_tables(value: object) -> object:
    """Refuse one table where each signature has its own; ValueError says what was expected."""
    if not isinstance(value, list | tuple):
        raise ValueError("expected tables, each under a heading [[mailbox.dkim]]")  # noqa: TRY004
    return value


def check_labels(name: str) -> str:
    """Return a part of a DNS name in lower case; ValueError where it is none (RFC 6376 §3.1)."""
    if len(name) > _LONGEST or not _LABELS.fullmatch(name.lower()):
        raise ValueError('expected a name of a-z, 0-9, - and dots, "xn--…" for other letters')
    return name.lower()


Labels = Annotated[str, AfterValidator(check_labels)]


class Dkim(Table):
    """One signature on every email of a mailbox (RFC 6376)."""

    domain: Labels
    """The domain that vouches: that of `from`, or one above it."""
    selector: Labels
    """Names the key: its public one stands in the DNS at <selector>._domainkey.<domain>."""
    key_file: File
    """The private key, RSA from 2048 bits or Ed25519, as PEM; a credential or a file."""

    def secret(self, root: Path) -> bytes:
        """Return the private key as PEM; `root` is the project's folder.

        Raises ConfigError where it is not there, or cannot sign.
        """
        from worker.config.private_key import read_key

        pem = self._pem(root)
        try:
            read_key(pem)
        except ConfigError as error:
            problem = f"{self.key_file} cannot sign: {error.problem}"
            raise ConfigError(problem, key="key_file") from None
        return pem

    def _pem(self, root: Path) -> bytes:
        found = locate(self.key_file, root)
        try:
            with found.open("rb") as opened:
                return opened.read(_MOST_BYTES)
        except OSError as error:
            problem = f"cannot read {found}: {error.strerror}"
            raise ConfigError(problem, key="key_file") from None
