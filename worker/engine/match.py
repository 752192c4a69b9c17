"""To which message, and which lead, an incoming mail belongs.

In this order: a signed token of ours, wherever it stands; the Message-ID of a sent message, ours
or the one that a relay put in its place; the address of a known lead. From alone is no identity:
who matched by it is paused, never unsubscribed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from worker.core.facts import Lead, Message
from worker.core.token import Use, find
from worker.engine.setup import Setup
from worker.errors import NotFoundError
from worker.inbox.reading import Reading
from worker.store import leads, outbox
from worker.store.database import Connection


@dataclass(frozen=True, slots=True)
class Match:
    """A lead, the message that the mail is about if one was found, and how it was found.

    `unsubscribes` says that the mail came to an address that was made for nothing else.
    """

    lead: Lead
    message: Message | None
    how: str
    unsubscribes: bool = False

    @property
    def proven(self) -> bool:
        """Whether it rests on something that only our mail carried."""
        return self.message is not None


def match(connection: Connection, setup: Setup, reading: Reading) -> Match | None:
    """Return whom a mail is from or about, or None."""
    found = _by_token(connection, setup, _tokens(reading))
    if found is not None:
        return _of(connection, found[0], "by our token", found[1])
    answered = outbox.find_by_rfc_ids(connection, _references(reading))
    if answered is not None:
        return _of(connection, answered, "by the Message-ID that it answers", Use.MESSAGE)
    return _by_address(connection, (reading.envelope.from_address, *reading.recipients))


def _tokens(reading: Reading) -> list[str]:
    """Return what may be our tokens; without plus addresses, the way out has its in the subject."""
    return [*reading.envelope.tokens, *find(reading.envelope.subject)]


def _of(connection: Connection, message: Message, how: str, use: Use) -> Match | None:
    if message.lead_id is None:
        return None
    lead = leads.get(connection, message.lead_id)
    return Match(lead, message, how, unsubscribes=use is Use.UNSUBSCRIBE)


def _by_token(
    connection: Connection, setup: Setup, tokens: Iterable[str]
) -> tuple[Message, Use] | None:
    genuine = [token for token in map(setup.signer.read, tokens) if token is not None]
    # One that unsubscribes says more than the others of the same mail.
    for token in sorted(genuine, key=lambda token: token.use is not Use.UNSUBSCRIBE):
        try:
            return outbox.get(connection, token.id), token.use
        except NotFoundError:
            continue  # of a message that was erased
    return None


def _references(reading: Reading) -> list[str]:
    own = [reading.original_message_id] if reading.original_message_id else []
    return [*own, *reading.envelope.references]


def _by_address(connection: Connection, addresses: Iterable[str | None]) -> Match | None:
    for address in addresses:
        lead = leads.find(connection, address.lower()) if address else None
        if lead is not None:
            return Match(lead, None, "by the address that it is from")
    return None
