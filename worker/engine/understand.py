"""From what a mail says to the event that it is: ``(reading, match) -> event``.

Whatever is not clear becomes `Unclear`: held and asked, never taken for interest. Only a mail that
carries something of ours can unsubscribe or suppress anybody; a forged From cannot.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from worker.core import events
from worker.engine.match import Match
from worker.inbox.reading import Automatic, BounceType, Intent, Kind, Reading, Reason

SURE = 0.8
WORDS = 120  # characters of a mail that a reason quotes
ASIDE = frozenset({Automatic.TICKET})


def event_of(
    reading: Reading, match: Match, zone: ZoneInfo, streak: int, now: datetime
) -> events.Event | None:
    """Return what a matched mail means; None where it means nothing to the lead.

    `streak` counts the soft bounces in a row if this is one.
    """
    because = _because(reading, match)
    match reading.kind:
        case Kind.OWN:
            return None
        case Kind.OTHER:
            return events.Unclear(now, because) if match.proven else None
        case Kind.COMPLAINT:
            return _complaint(match, because, now)
        case Kind.BOUNCE:
            return _bounce(reading, match, because, streak, now)
        case Kind.AUTO_REPLY:
            return _automatic(reading, because, zone, now)
        case Kind.HUMAN:
            return _human(reading, match, because, now)


def _complaint(match: Match, because: str, now: datetime) -> events.Event:
    if not match.proven:
        return events.Unclear(now, because)
    return events.Complained(now, because, match.lead.address)


def _bounce(
    reading: Reading, match: Match, because: str, streak: int, now: datetime
) -> events.Event | None:
    if reading.reason is Reason.DELAYED:
        return None  # still being tried: no failure (RFC 3464 §2.3.3)
    if not match.proven:
        return events.Unclear(now, because)
    address = match.message.recipient if match.message else match.lead.address
    hard = reading.bounce_type is BounceType.HARD
    return events.Bounced(now, because, address, hard=hard, streak=streak)


def _automatic(
    reading: Reading, because: str, zone: ZoneInfo, now: datetime
) -> events.Event | None:
    if reading.automatic in ASIDE:
        return None
    if reading.automatic in (Automatic.LEFT, Automatic.MOVED, Automatic.CHALLENGE):
        contacts = f"; it names {', '.join(reading.contacts)}" if reading.contacts else ""
        return events.Unclear(now, f"{because}{contacts}")
    return events.AutoReplied(now, because, reading.return_date, zone)


def _human(reading: Reading, match: Match, because: str, now: datetime) -> events.Event:
    if match.unsubscribes:  # RFC 2369 §3.2: a mail to that address is the request
        return events.OptedOut(
            now, f"a mail to the unsubscribe address ({match.how})", match.lead.address
        )
    wants_out = reading.intent is Intent.OPT_OUT and reading.confidence >= SURE
    if wants_out and match.proven and _is_lead(reading, match):
        return events.OptedOut(now, because, match.lead.address)
    return events.Replied(now, because)


def _is_lead(reading: Reading, match: Match) -> bool:
    """A colleague who answers a forwarded copy speaks for himself."""
    sender = (reading.envelope.from_address or "").lower()
    message = match.message
    return sender in (match.lead.address, message.recipient if message else match.lead.address)


def _because(reading: Reading, match: Match) -> str:
    """Say what came, and which rule understood it, as ``nurture why`` shows it."""
    said = f"“{_short(reading.new_text)}” " if reading.new_text else ""
    back = f"back on {reading.return_date}; " if reading.return_date else ""
    return f"{said}({back}{reading.why}; found {match.how})"


def _short(text: str) -> str:
    """Return the beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= WORDS else f"{line[:WORDS].rstrip()}…"
