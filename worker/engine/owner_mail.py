"""What comes back on a mail to an owner: their words are kept beside the lead, and nothing stops.

It is never taken for the lead's own answer: an owner who is away, or whose address is wrong, says
nothing about the lead.
"""

from __future__ import annotations

from dataclasses import replace

from worker.core.facts import Lead, Message
from worker.engine import owner_answer
from worker.engine.apply import Desk
from worker.engine.background import REPORT
from worker.engine.match import Match
from worker.engine.outgoing import addresses
from worker.engine.setup import Setup
from worker.inbox.reading import BounceType, Kind, Reading
from worker.store import alerts, timeline
from worker.store.incoming import Incoming
from worker.store.timeline import Touch

NOT_DONE = (
    " (not done: our mail server does not vouch for the sender; imap.authserv names the server)"
)
LONGEST = 200  # characters that the timeline keeps of what an owner wrote


def decider(setup: Setup, found: Match) -> str:
    """Return the owner's address, if it is certain that one of us wrote; else nothing."""
    return found.sender if found.sender in addresses(setup) else ""


def listed(setup: Setup, new: Incoming, reading: Reading, found: Match) -> Incoming:
    """Return what a mail is listed as: an owner's words are no wish of the lead's."""
    if reading.kind is not Kind.HUMAN or found.message is None or not found.message.to_owner:
        return new
    decided = owner_answer.decided(reading)
    if not decided:
        why = "an answer to a notice, of which no line is a decision: somebody is asked to read it"
    elif decider(setup, found):
        why = "an answer to a notice: what it decides is done"
    else:
        why = "an answer to a notice that nobody vouched for: what it decides is not done"
    return replace(new, intent=None, why=why)


def follow(desk: Desk, reading: Reading, lead: Lead, message: Message, sender: str = "") -> str:
    """Do what follows from a mail that answers one to an owner; return what it was.

    `sender` is the owner's address, if it is certain that the owner wrote; only then what is
    decided in it is done.
    """
    if reading.kind is Kind.HUMAN:
        decided = owner_answer.decided(reading)
        unclear = next((one.unclear for one in decided if one.unclear), "")
        if decided and sender and not unclear:
            names = owner_answer.carry_out(desk, lead, sender, decided)
            return names[-1]
        words = reading.new_text or reading.envelope.subject or "(no words)"
        said = " ".join(words.split())[:LONGEST]
        note = Touch(lead.id, desk.now, "note", REPORT, said, message.id)
        timeline.touch(desk.connection, [note])
        doubt = f" (not done: {unclear})" if unclear else ""
        if decided and not sender:
            doubt = NOT_DONE
        text = f"{message.recipient} wrote about {lead.name}: “{said}”{doubt}"
        alerts.raise_(desk.connection, REPORT, lead.address, text, desk.now)
        return REPORT
    if reading.kind is Kind.BOUNCE and reading.bounce_type is BounceType.HARD:
        mend = ", mend the owner's address" if reading.of_address else ""
        text = f"mail to {message.recipient} comes back{mend}: {reading.why}"
        alerts.raise_(desk.connection, "owner_address", message.recipient, text, desk.now)
    return f"owner's {reading.kind.value}"
