"""From what a mail says, and how it was matched, to a row of `worker.core.meaning`."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from worker.core.mail import REFUSALS, Automatic, BounceType, Kind, Reason
from worker.core.meaning import OUTWARD, Failure, Said, Way, What, sure
from worker.core.providers import DOMAINS, provider_of
from worker.core.wishes import wish_in
from worker.engine.match import Match
from worker.inbox.reading import Reading

WORDS = 120  # characters of a mail that a reason quotes


def said_by(reading: Reading, match: Match, zone: ZoneInfo, streak: int = 0) -> Said:
    """Return what a matched mail says; `streak` counts the soft bounces in a row if this is one."""
    return Said(
        kind=reading.kind,
        bond=match.bond,
        because=_because(reading, match),
        address=_address(reading, match),
        sender=match.sender,
        what=_what(reading, match),
        until=reading.until,
        back=reading.return_date,
        zone=zone,
        contacts=reading.contacts,
        streak=streak,
        wish=wish_in(reading.new_text or ""),
    )


def is_soft(reading: Reading) -> bool:
    """Tell whether a delivery failed without an end of the address; a delay has not failed."""
    return reading.kind is Kind.BOUNCE and _failure(reading) in (Failure.SOFT, Failure.REFUSED)


def _what(reading: Reading, match: Match) -> What | None:
    if _goes_out(reading, match):
        return Way.OUT
    match reading.kind:
        case Kind.BOUNCE:
            return Failure.ELSEWHERE if _is_elsewhere(reading, match) else _failure(reading)
        case Kind.AUTO_REPLY:
            return reading.intent or reading.automatic or Automatic.OTHER
        case Kind.OTHER if reading.arrived:
            return Way.ARRIVED
        case Kind.HUMAN if reading.booked:
            return Way.BOOKED
        case Kind.HUMAN:
            return sure(reading.intent, reading.confidence)
        case _:
            return None


def _goes_out(reading: Reading, match: Match) -> bool:
    """Tell whether it came to the address that unsubscribes; mail programs write there, too."""
    return match.unsubscribes and reading.kind in OUTWARD


def _failure(reading: Reading) -> Failure:
    if reading.reason is Reason.DELAYED:
        return Failure.DELAYED
    if reading.bounce_type is BounceType.HARD and reading.of_address:
        return Failure.HARD
    # What is refused for our sake says nothing against the address.
    return Failure.REFUSED if reading.reason in REFUSALS else Failure.SOFT


def _is_elsewhere(reading: Reading, match: Match) -> bool:
    """Tell whether the end of another address is reported than of the one written to.

    Its mail is passed on, to others as well perhaps: it need not be at its end.
    """
    if match.message is None or not reading.failed_at or _failure(reading) is not Failure.HARD:
        return False
    written_to = match.message.recipient
    return not any(_is_another_name(written_to, failed) for failed in reading.failed_at)


def _is_another_name(one: str, other: str) -> bool:
    """Tell whether two addresses may be one: servers that know it by another domain keep the rest.

    No firm has that of a provider of free mail: who is `ada@` there as well has two.
    """
    names = {provider_of(one), provider_of(other)}
    return _local(one) == _local(other) and (len(names) == 1 or names.isdisjoint(DOMAINS))


def _local(address: str) -> str:
    """Return what stands before the @, without what may be added to it (RFC 5233)."""
    return address.partition("@")[0].partition("+")[0]


def _address(reading: Reading, match: Match) -> str:
    """Return the lead's address that it is about: of a bounce, the one that was written to."""
    if reading.kind is Kind.BOUNCE and match.message is not None:
        return match.message.recipient
    return match.lead.address


def _because(reading: Reading, match: Match) -> str:
    """Say what came, and which rule understood it, as ``nurture why`` shows it."""
    if _goes_out(reading, match):
        return f"a mail to the unsubscribe address ({match.how})"
    said = f"“{_short(reading.new_text)}” " if reading.new_text else ""
    wants = f"{reading.intent.replace('_', ' ')}; " if reading.intent else ""
    back = f"back on {reading.return_date}; " if reading.return_date else ""
    until = f"until {reading.until}; " if reading.until else ""
    at = f"at {', '.join(reading.failed_at)}; " if _is_elsewhere(reading, match) else ""
    return f"{said}({wants}{back}{until}{at}{reading.why}; found {match.how})"


def _short(text: str) -> str:
    """Return the beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= WORDS else f"{line[:WORDS].rstrip()}…"
