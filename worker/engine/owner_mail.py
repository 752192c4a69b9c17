"""What comes back on a mail to an owner: their words are kept beside the lead, and nothing stops.

It is never taken for the lead's own answer: an owner who is away, or whose address is wrong, says
nothing about the lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from shlex import quote

from worker.address import comparable
from worker.core.facts import Lead, Message
from worker.engine import notices, owner_answer, unread
from worker.engine.apply import Desk
from worker.engine.background import NOT_DONE, REPORT
from worker.engine.match import Match
from worker.engine.notices import SEVERAL
from worker.engine.outgoing import addresses
from worker.engine.setup import Setup
from worker.inbox.classify.outcome import Decision, Verdict
from worker.inbox.reading import Automatic, BounceType, Kind, Reading
from worker.store import alerts, timeline
from worker.store.incoming import Incoming
from worker.store.timeline import Touch

UNKNOWN = "our mail server does not vouch for the sender; imap.authserv names the server"
NOT_OURS = "no owner has that address"
LONGEST = 200  # characters that the timeline keeps of what an owner wrote


def concerns_owner(found: Match) -> bool:
    """Tell whether a mail answers one to an owner, in the words of one of us.

    An owner who passes a notice on to its lead gets the lead's own answer under it.
    """
    message = found.message
    if message is None or not message.to_owner:
        return False
    return not found.theirs or found.sender == comparable(message.recipient)


def decider(setup: Setup, found: Match) -> str:
    """Return the owner's address, if it is certain that one of us wrote; else nothing."""
    return found.sender if found.sender in addresses(setup) else ""


def listed(setup: Setup, new: Incoming, reading: Reading, found: Match) -> Incoming:
    """Return what a mail is listed as: an owner's words are no wish of the lead's."""
    if reading.kind is not Kind.HUMAN or not concerns_owner(found):
        return new
    decided = owner_answer.decided(reading, found.message)
    doubt = _doubt(setup, found, decided)
    if not decided:
        why = "an answer to a notice, of which no line is a decision: somebody is asked to read it"
    elif doubt:
        why = f"an answer to a notice; what it decides is not done: {doubt}"
    else:
        why = "an answer to a notice: what it decides is done"
    return replace(new, intent=None, why=why)


def follow(desk: Desk, reading: Reading, found: Match, message: Message) -> str:
    """Do what follows from a mail that answers one to an owner; return what it was.

    What is decided in it is done only if it is certain that an owner wrote.
    """
    if reading.kind is Kind.HUMAN:
        unread.heard(desk, found.sender)
        return _words(desk, reading, found, message)
    if reading.kind is Kind.BOUNCE and reading.bounce_type is BounceType.HARD:
        mend = ", mend the owner's address" if reading.of_address else ""
        text = f"mail to {message.recipient} comes back{mend}: {reading.why}"
        unread.returned(desk, found.lead, message, text)
    if reading.automatic is Automatic.ABSENCE:
        unread.away(desk, found.lead, message, reading.return_date)
    return f"owner's {reading.kind.value}"


def _words(desk: Desk, reading: Reading, found: Match, message: Message) -> str:
    lead, decided = found.lead, owner_answer.decided(reading, message)
    doubt = _doubt(desk.setup, found, decided) or owner_answer.too_late(desk, message, decided)
    words = reading.new_text or reading.envelope.subject or "(no words)"
    said = " ".join(words.split())[:LONGEST]
    note = Touch(lead.id, desk.now, "note", REPORT, said, message.id)
    timeline.touch(desk.connection, [note])
    if decided and not doubt:
        return owner_answer.carry_out(desk, lead, found.sender, message, decided)[-1]
    who = reading.envelope.from_address or message.recipient
    not_done = f" (not done: {doubt})" if doubt else ""
    text = f"{who} wrote about {lead.name}: “{said}”{not_done}"
    # What they wrote last is what is to be read; what they wrote before is among the touches.
    alerts.close(desk.connection, desk.now, kind=REPORT, subject=lead.address)
    alerts.raise_(desk.connection, REPORT, lead.address, text, desk.now)
    if doubt:
        reason = Touch(lead.id, desk.now, "note", NOT_DONE, doubt, message.id)
        timeline.touch(desk.connection, [reason])
        _tell(desk, lead, message, doubt)
    return REPORT


def _doubt(setup: Setup, found: Match, decided: Sequence[Decision]) -> str:
    """Return why what was decided is not done; empty where it is, or where nothing was."""
    if decided and not decider(setup, found):
        return NOT_OURS if found.sender else UNKNOWN
    unclear = next((one.unclear for one in decided if one.unclear), "")
    return unclear or _had_by_another(setup, found, decided)


def _had_by_another(setup: Setup, found: Match, decided: Sequence[Decision]) -> str:
    """Return whose a lead is that somebody else says is not theirs: a former owner, a deputy."""
    who, owner = setup.owner_at(found.sender), setup.owner_of(found.lead)
    if who in (None, owner) or all(one.verdict is not Verdict.NOT_MINE for one in decided):
        return ""
    lead = found.lead
    whose = f"is {owner.name}'s" if owner else "has no owner that the configuration knows"
    give = f"nurture leads handoff {quote(lead.address)} --to NAME"
    return f"{lead.name} {whose}; `{give}` gives it away"


def _tell(desk: Desk, lead: Lead, message: Message, doubt: str) -> None:
    """Say to the owner whom the mail had gone to that what was decided is not done.

    They say it again in an answer to that, a go for an email, too.
    """
    owner = desk.setup.owner_at(message.recipient)
    about = message.step_id if notices.reviewed_by(message) is not None else None
    if owner is not None:
        notices.tell(
            *(desk.connection, desk.setup, owner, lead, NOT_DONE, doubt, desk.now),
            most=SEVERAL,
            about=about,
        )
