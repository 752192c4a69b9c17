"""Which of many addresses are suppressed already: they are imported all the same, and counted."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection

from worker.core.secret import derive
from worker.store.lead_batch import suppressed_among

_KEPT = 8_192


class Suppressed:
    """Recognises addresses by the digests of `worker.engine.setup.suppression_digest`.

    The key is derived once, which halves the work for each address.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = derive(secret, "suppression")
        self._domain_digest = lru_cache(_KEPT)(self._digest)

    def count(self, connection: Connection, addresses: Sequence[str]) -> int:
        """Count the addresses that are suppressed, or whose domain is."""
        digests = [self._digests(address) for address in addresses]
        found = suppressed_among(connection, {one for pair in digests for one in pair})
        return sum(one in found or other in found for one, other in digests) if found else 0

    def _digests(self, address: str) -> tuple[str, str]:
        return self._digest(address), self._domain_digest(address[address.rindex("@") :])

    def _digest(self, subject: str) -> str:
        return hmac.digest(self._key, subject.encode(), "sha256").hex()
