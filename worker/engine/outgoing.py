"""What of ours comes by: copies of what the worker sent, and mail that an owner wrote by hand.

Copies lie in Sent, come by Cc, or are sent back by a list. They are recorded and change nothing,
but they teach: the Message-ID that a relay put in, and that a message in doubt was taken. A mail
by hand is a touch, and the lead's sequences keep out of its way (`core.events.OwnerWrote`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from worker.address import comparable
from worker.core import events
from worker.core.facts import Lead, Message
from worker.core.mail import Intent, Kind
from worker.core.states import MessageState
from worker.core.token import Signer, find
from worker.engine import settle
from worker.engine.apply import Desk, apply
from worker.engine.match import Match, Matcher
from worker.engine.setup import Setup
from worker.inbox.handler import Fetched
from worker.inbox.reading import Reading
from worker.inbox.role import Role
from worker.store import alerts, leads, messages, timeline
from worker.store.timeline import Touch

SUBJECT = 200  # characters that a touch keeps


def addresses(setup: Setup) -> frozenset[str]:
    """Return the addresses that we, and the owners, write from."""
    mailboxes = setup.mailboxes.values()
    named = [one for box in mailboxes for one in (box.address, box.reply_to) if one]
    return frozenset(map(comparable, (*named, *(o.address for o in setup.owners.values()))))


def is_outgoing(ours: Collection[str], mail: Fetched, reading: Reading) -> bool:
    """Tell whether a mail is from us: it lies in Sent, or From is one of our `addresses`."""
    return mail.role is Role.SENT or reading.envelope.from_address in ours


def is_copy(signer: Signer, ours: Collection[str], mail: Fetched, reading: Reading) -> bool:
    """Tell whether it is a copy of a mail of the worker's, whatever Message-ID it has by now."""
    if reading.kind is Kind.OWN and _genuine(signer, find(reading.envelope.message_id or "")):
        return True
    return _genuine(signer, reading.envelope.marks) and is_outgoing(ours, mail, reading)


def of_another(reading: Reading) -> Reading:
    """Read what has the shape of our own and is not: a stranger's installation wrote it.

    Where two of them have each other for leads, each would follow up with the other to the end; a
    person is asked instead.
    """
    why = "it has the shape of a mail of this program, but another installation wrote it"
    return reading._replace(kind=Kind.HUMAN, intent=Intent.UNKNOWN, confidence=0.0, why=why)


def answers(reading: Reading, found: Match | None) -> bool:
    """Tell whether one of us answers a notice, or what was sent to him as a lead.

    Who answers a notice, and puts its lead first among those whom it goes to, writes to the lead.
    """
    if found is None or found.message is None:
        return False
    first = next(map(comparable, reading.envelope.to), "")
    if found.message.to_owner and first == found.lead.address:
        return False
    return found.message.to_owner or found.sender == found.message.recipient


def believed(mail: Fetched, reading: Reading, found: Match | None) -> Match | None:
    """Believe From of what lies in Sent: whoever put it there had logged in."""
    if found is None or mail.role is not Role.SENT:
        return found
    return replace(found, sender=reading.envelope.from_address or "")


def copied(desk: Desk, matcher: Matcher, mail: Fetched, reading: Reading) -> Message | None:
    """Learn what a copy of our own mail teaches; return the message that it is of."""
    envelope = reading.envelope
    found = matcher.ours([*find(envelope.message_id or ""), *envelope.marks])
    if found is None:
        return None
    message, _use = found
    if mail.role is Role.JUNK:
        _alert(desk, mail, message)
    if envelope.message_id:
        messages.learn_relay_id(desk.connection, message.id, envelope.message_id)
    if message.state is MessageState.IN_DOUBT:
        settle.resolve(desk, message, MessageState.SENT, f"a copy of it lies in {mail.folder}")
    return message


def written_by_hand(desk: Desk, reading: Reading, about: Lead | None) -> list[Lead]:
    """Hold whom an owner wrote to, and note the touch; return them."""
    if reading.kind is not Kind.HUMAN:
        return []
    written = _leads(desk, reading.envelope.to, about)
    subject = reading.envelope.subject[:SUBJECT]
    sender = reading.envelope.from_address or "an owner"
    for lead in written:
        timeline.touch(desk.connection, [Touch(lead.id, desk.now, "out", "by hand", subject)])
        because = f"{sender} wrote by hand: “{subject}”"
        apply(desk, lead.id, events.OwnerWrote(desk.now, because))
    return written


def _genuine(signer: Signer, tokens: Iterable[str]) -> bool:
    return any(signer.read(token) for token in tokens)


def _leads(desk: Desk, addresses: Iterable[str], about: Lead | None) -> list[Lead]:
    """Return the leads of these addresses, each once; `about` is of a conversation of ours."""
    known = [leads.find(desk.connection, address) for address in addresses]
    found = {lead.id: lead for lead in (*known, about) if lead is not None}
    return [found[number] for number in sorted(found)]


def _alert(desk: Desk, mail: Fetched, message: Message) -> None:
    text = (
        f"a mail of ours to {message.recipient} lies in {mail.folder} of {mail.mailbox}: others "
        "may find theirs there too; see SPF, DKIM and DMARC of your domain, and what was written"
    )
    subject = f"{mail.mailbox}/{mail.folder}"
    alerts.raise_(desk.connection, "junk", subject, text, desk.now)
