"""Tells which of some mails can be from or about nobody we know, asked for all of them at once.

Most of what comes to a mailbox is nobody's. `worker.engine.match` would ask the database several
times for each such mail; this asks a few times for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from worker.engine.intake.domains import Domains
from worker.engine.traces import addresses, company, references, tokens
from worker.inbox.reading import Reading
from worker.store import leads, outbox
from worker.store.database import Connection


class Strangers:
    """Who, of those that some mails name, is known; `meet` what is learned meanwhile."""

    def __init__(
        self, connection: Connection, domains: Domains, readings: Sequence[Reading]
    ) -> None:
        self._domains = domains
        names = _every(references(one) for one in readings)
        self._names = outbox.known_ids(connection, names)
        self._addresses = leads.known(connection, _every(addresses(one) for one in readings))
        companies = {name for one in readings if (name := company(one, domains))}
        self._companies = leads.known_domains(connection, companies)

    def meet(self, name: str) -> None:
        """Take note of a Message-ID that one of our messages has been found to have."""
        self._names.add(name)

    def has(self, reading: Reading) -> bool:
        """Tell whether a mail is surely a stranger's; what looks like a token of ours is not."""
        if tokens(reading) or not self._names.isdisjoint(references(reading)):
            return False
        if not self._addresses.isdisjoint(addresses(reading)):
            return False
        return company(reading, self._domains) not in self._companies


def _every(several: Iterable[list[str]]) -> set[str]:
    return {one for each in several for one in each}
