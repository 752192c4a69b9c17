"""Which of many addresses are suppressed already: they are imported all the same, and counted."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from itertools import chain

from worker.address import domains
from worker.core.secret import derive
from worker.engine.intake.domains import MOST_KEPT
from worker.store.database import Connection
from worker.store.lead_batch import any_suppressed, suppressed_among


class Suppressed:
    """Recognises addresses by the digests of `worker.engine.setup.suppression_digest`.

    The key is derived once, which halves the work for each address; a domain is asked about once.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = derive(secret, "suppression")
        self._domains: dict[str, bool] = {}

    def among(self, connection: Connection, addresses: Sequence[str]) -> set[str]:
        """Return the addresses that are suppressed, or that have a domain which is."""
        if not any_suppressed(connection):
            return set()
        above = {address: [f"@{name}" for name in domains(address)] for address in addresses}
        self._ask_about(connection, chain.from_iterable(above.values()))
        own = self._found(connection, addresses)
        return own | {one for one, names in above.items() if any(map(self._domains.get, names))}

    def _ask_about(self, connection: Connection, names: Iterable[str]) -> None:
        if len(self._domains) > MOST_KEPT:
            self._domains.clear()
        new = set(names).difference(self._domains)
        found = self._found(connection, new)
        self._domains.update((domain, domain in found) for domain in new)

    def _found(self, connection: Connection, subjects: Iterable[str]) -> set[str]:
        digests = {self._digest(subject): subject for subject in subjects}
        return {digests[one] for one in suppressed_among(connection, digests)}

    def _digest(self, subject: str) -> str:
        return hmac.digest(self._key, subject.encode(), "sha256").hex()
