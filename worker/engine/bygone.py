"""Leads who come in again, and got mail that a restored database does not know of.

The database does not know them either (`worker.engine.restored`). They are held once they are taken
into anything, so that they do not get the same again unless a person says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from shlex import quote

from worker.core.facts import Lead
from worker.core.secret import digest
from worker.core.states import Scope
from worker.engine.setup import Setup
from worker.store import alerts, bygone, holds
from worker.store.bygone import Bygone
from worker.store.database import Connection


def remember(connection: Connection, setup: Setup, key: str, recipient: str, email: Bygone) -> None:
    """Remember an email to somebody whom the database does not know."""
    bygone.add(connection, key, email, _digest(setup, recipient))


def hold_known(
    connection: Connection, setup: Setup, several: Iterable[Lead], now: datetime
) -> None:
    """Hold those of these leads who are known by such an email, each once."""
    if not bygone.is_anybody_missing(connection):
        return
    by_digest = {_digest(setup, lead.address): lead for lead in several}
    for known, email in bygone.take(connection, list(by_digest)).items():
        _hold(connection, by_digest[known], email, now)


def _hold(connection: Connection, lead: Lead, email: Bygone, now: datetime) -> None:
    reason = f"got {email.template} on {email.at:%Y-%m-%d}, before the database was restored"
    holds.add(connection, (Scope.LEAD, str(lead.id)), reason, now, None)
    who = quote(lead.address)
    text = (
        f"{lead.address} is held: it {reason}, and may get the same again: run `nurture leads "
        f"resume {who}` if that is well, or `nurture leads stop {who}`"
    )
    alerts.raise_(connection, "restored", lead.address, text, now)


def _digest(setup: Setup, address: str) -> str:
    return digest(setup.secret, "bygone", address.lower())
