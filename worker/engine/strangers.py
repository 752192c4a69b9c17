"""Tells which of some mails can be from or about nobody we know, asked for all of them at once.

Most of what comes to a mailbox is nobody's. `worker.engine.match` would ask the database several
times for each such mail; this asks a few times for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from worker.engine import traces
from worker.engine.intake.domains import Domains
from worker.inbox.reading import Reading
from worker.store import leads, outbox
from worker.store.database import Connection


class _Traces(NamedTuple):
    """What a mail that carries no token may be known by."""

    names: list[str]
    addresses: list[str]
    company: str | None


class Strangers:
    """Who, of those that some mails name, is known: `ask`, and `meet` what is learned meanwhile."""

    def __init__(self, domains: Domains, readings: Sequence[Reading]) -> None:
        self._traces = [_traces(one, domains) for one in readings]
        self._names: set[str] = set()
        self._addresses: set[str] = set()
        self._companies: set[str] = set()

    def ask(self, connection: Connection) -> None:
        """Ask who is known now, whatever was known before."""
        told = [one for one in self._traces if one is not None]
        self._names = outbox.known_ids(connection, _every(one.names for one in told))
        self._addresses = leads.known(connection, _every(one.addresses for one in told))
        companies = {one.company for one in told if one.company}
        self._companies = leads.known_domains(connection, companies)

    def meet(self, name: str) -> None:
        """Take note of a Message-ID that one of our messages has been found to have."""
        self._names.add(name)

    def has(self, place: int) -> bool:
        """Tell whether the mail at this place is surely a stranger's.

        What looks like a token of ours is not.
        """
        told = self._traces[place]
        if told is None or not self._names.isdisjoint(told.names):
            return False
        return self._addresses.isdisjoint(told.addresses) and told.company not in self._companies


def _traces(reading: Reading, domains: Domains) -> _Traces | None:
    """Return what a mail is asked about; None where it has what looks like a token."""
    if traces.tokens(reading):
        return None
    company = traces.company(reading, domains)
    return _Traces(traces.references(reading), traces.addresses(reading), company)


def _every(several: Iterable[list[str]]) -> set[str]:
    return {one for each in several for one in each}
