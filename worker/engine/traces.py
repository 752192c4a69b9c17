"""What of a mail may tell whom it is from, or about: nothing of it is verified here."""

from __future__ import annotations

from collections.abc import Iterable

from worker.core.mail import Kind
from worker.core.token import find
from worker.engine.intake.domains import Domains
from worker.inbox.reading import Reading

_TWINS = {"gmail.com": "googlemail.com", "googlemail.com": "gmail.com"}


def sender(reading: Reading) -> str:
    """Return the address in From, as leads are known by it; empty where there is none."""
    found = _fit([reading.envelope.from_address or ""])
    return found[0] if found else ""


def senders(reading: Reading) -> list[str]:
    """Return the address in From, and others that reach whoever has it."""
    return alike(sender(reading))


def alike(address: str) -> list[str]:
    """Return an address, and others that reach whoever has it.

    What is added behind a plus says nothing of who it is (RFC 5233); Google has two names for one
    address, and writes the one to whoever signed up with the other.
    """
    local, at, domain = address.partition("@")
    domains = (domain, _TWINS.get(domain, domain))
    names = (local, local.partition("+")[0] or local)
    return list(dict.fromkeys(f"{one}{at}{other}" for one in names for other in domains if at))


def company(reading: Reading, domains: Domains) -> str | None:
    """Return the domain of the company that wrote; None for free mail."""
    named = sender(reading).rpartition("@")[2]
    return domains.company_domain(named) if named else None


def addresses(reading: Reading) -> list[str]:
    """Return by which addresses the lead may be known, the likeliest first."""
    return _fit([*senders(reading), *reading.recipients])


def tokens(reading: Reading) -> list[str]:
    """Return what may be our tokens; without plus addresses, the way out has its in the subject.

    A report hands back what it is about, whose Message-ID may be a relay's by then. Who else has a
    mail of ours in his does not leave by that.
    """
    envelope = reading.envelope
    returned = envelope.returned if reading.kind in (Kind.BOUNCE, Kind.COMPLAINT) else ()
    return [*envelope.tokens, *find(envelope.subject), *returned]


def references(reading: Reading) -> list[str]:
    """Return the Message-IDs that it may answer."""
    own = [reading.original_message_id] if reading.original_message_id else []
    return _fit([*own, *reading.envelope.references])


def _fit(several: Iterable[str]) -> list[str]:
    """Return those that a database takes: no NUL, no lone surrogate. Nobody is known by others."""
    return [one for one in several if one and one.isprintable()]
