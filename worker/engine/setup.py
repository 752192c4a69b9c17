"""What the engine works with: the rules, the keys and the mailboxes of one installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from worker.address import comparable, domains
from worker.core.calendar import Holidays
from worker.core.calendar import zone as zone_named
from worker.core.countries import SUBDIVISION, zone_of
from worker.core.facts import Lead, Policy
from worker.core.pace import Pace
from worker.core.secret import digest
from worker.core.stages import StageRule
from worker.core.token import Signer, Use, message_id, plus_address
from worker.engine.holidays import Almanac
from worker.errors import InputError, NotFoundError

UNLIMITED = Pace()


class Signs(Protocol):
    """What signs a message (`worker.render.dkim.Signer`)."""

    def sign(self, raw: bytes) -> bytes:
        """Return the message with a signature in front."""
        ...


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An account to send from and to watch; `watched` is False where it has no IMAP.

    `signature` is what templates may print below a letter; it may have several lines. `authserv`
    are the names by which its own server signs what it found about a mail (RFC 8601 §2.5).
    """

    name: str
    address: str
    from_name: str
    reply_to: str | None = None
    plus_addresses: bool = True
    pace: Pace = UNLIMITED
    signature: str | None = None
    watched: bool = True
    signers: tuple[Signs, ...] = ()
    authserv: tuple[str, ...] = ()

    def signed(self, raw: bytes) -> bytes:
        """Return a message with the mailbox's DKIM signatures, none or several, in front."""
        for signer in self.signers:
            raw = signer.sign(raw)
        return raw

    @property
    def replies(self) -> str:
        """The address that answers go to."""
        return self.reply_to or self.address

    @property
    def daily_limit(self) -> int | None:
        """At most so many emails a day."""
        return self.pace.daily_limit

    @property
    def domain(self) -> str:
        """The domain of its address, which its Message-IDs bear too."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Owner:
    """A salesperson. While they are absent, from the first day to the last, the deputy writes.

    `mailbox` and `deputy` are names; `deputy` that of another owner.
    """

    name: str
    address: str
    mailbox: str | None = None
    absent_from: date | None = None
    absent_until: date | None = None
    deputy: str | None = None

    def absent_on(self, day: date) -> bool:
        """Tell whether they are absent on a day; open ends are open."""
        if self.absent_from is None and self.absent_until is None:
            return False
        begun = self.absent_from is None or self.absent_from <= day
        return begun and (self.absent_until is None or day <= self.absent_until)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, as every email must say: the company and its postal address."""

    company: str
    postal_address: str


@dataclass(frozen=True, slots=True)
class Newsletter:
    """The long-term track: its edition goes out on this day of the month, at this local hour.

    Day 31 is the last day of a shorter month. `mailbox` None: the first one. What is not approved
    `alert_ahead` of its day raises an alert. Who was silent for `ask_after` is asked whether it is
    still useful, and leaves it after `answer_within` without an answer.
    """

    name: str = "newsletter"
    day: int = 1
    hour: int = 9
    mailbox: str | None = None
    alert_ahead: timedelta = timedelta(days=7)
    ask_after: timedelta = timedelta(days=365)
    answer_within: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Setup:
    """One installation. The first mailbox is the one that a sequence sends from by default.

    `pools` are names of several mailboxes, `domains` the limits by provider or single domain.
    """

    secret: bytes = field(repr=False)
    signer: Signer
    sender: Sender
    mailboxes: Mapping[str, Mailbox]
    policy: Policy = field(default_factory=Policy)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    almanac: Almanac = field(default_factory=Almanac)
    newsletter: Newsletter = field(default_factory=Newsletter)
    attributes: tuple[str, ...] = ()
    owners: Mapping[str, Owner] = field(default_factory=lambda: MappingProxyType({}))
    pools: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    domains: Mapping[str, Pace] = field(default_factory=lambda: MappingProxyType({}))
    team_lead: str | None = None
    stage_rules: tuple[StageRule, ...] = ()

    @property
    def leader(self) -> Owner | None:
        """The owner who leads the team, if one is named."""
        return self.owners.get(self.team_lead or "")

    def mailbox(self, name: str | None) -> Mailbox:
        """Return a mailbox by name, or the first; raise `NotFoundError`."""
        if name is None:
            return next(iter(self.mailboxes.values()))
        if name not in self.mailboxes:
            known = ", ".join(self.mailboxes)
            raise NotFoundError(f"no mailbox is called {name}; the configuration has {known}")
        return self.mailboxes[name]

    def owner_of(self, lead: Lead) -> Owner | None:
        """Return a lead's owner, whom leads name by address or by name; None: nobody we know."""
        if lead.owner is None:
            return None
        return self.owner_called(lead.owner)

    def owner_called(self, name: str) -> Owner | None:
        """Return an owner by name or address, in any case."""
        called = name.strip().casefold()
        named = (one for one in self.owners.values() if one.name.casefold() == called)
        return next(named, None) or self.owner_at(name)

    def owner_at(self, address: str) -> Owner | None:
        """Return the owner who has this address."""
        if "@" not in address:
            return None
        called = comparable(address)
        return next((o for o in self.owners.values() if comparable(o.address) == called), None)

    def lead_zone(self, lead: Lead) -> ZoneInfo:
        """Return the lead's zone, else the only one of its country, else the configured one."""
        return self.zone_at(lead.zone, lead.country)

    def zone_at(self, name: str | None, country: str | None) -> ZoneInfo:
        """Return the zone of leads of whom zone and country are known, or not."""
        name = name or (zone_of(country) if country else None)
        if name is None:
            return self.zone
        try:
            return zone_named(name)
        except InputError:
            return self.zone

    def lead_holidays(self, lead: Lead) -> Holidays:
        """Return the days on which nobody works where the lead is, or in the configured country."""
        return self.holidays_at(lead.country, lead.attributes.get(SUBDIVISION))

    def holidays_at(self, country: str | None, subdivision: str | None) -> Holidays:
        """Return those days of leads of whom country and subdivision are known, or not."""
        if country is None:
            return self.almanac.of()
        subdivision = (subdivision or "").upper().removeprefix(f"{country}-")
        return self.almanac.of(country, subdivision or None)

    def message_id(self, mailbox: Mailbox, number: int) -> str:
        """Return the Message-ID of a message, without brackets: it carries a signed token."""
        return message_id(self.signer.sign(Use.MESSAGE, number), mailbox.domain)

    def reply_address(self, mailbox: Mailbox, number: int) -> str:
        """Return where answers to a message are to go: the mailbox, with a signed token."""
        return plus_address(mailbox.replies, self.signer.sign(Use.MESSAGE, number))

    def unsubscribe_link(self, mailbox: Mailbox, number: int) -> str:
        """Return the mailto link that unsubscribes the recipient of a message (RFC 2369 §3.2)."""
        token = self.signer.sign(Use.UNSUBSCRIBE, number)
        if mailbox.plus_addresses:
            return f"mailto:{plus_address(mailbox.replies, token)}?subject=unsubscribe"
        return f"mailto:{mailbox.replies}?subject=unsubscribe%20{token}"

    def suppression_digests(self, address: str) -> tuple[str, ...]:
        """Return the keyed hashes under which an address may be suppressed.

        Its own comes first, then that of its domain and of those above it.
        """
        above = (suppression_digest(self.secret, f"@{name}") for name in domains(address))
        return suppression_digest(self.secret, address), *above


@lru_cache(maxsize=1500)  # the gate asks twice about a message, a minute apart at the most
def suppression_digest(secret: bytes, subject: str) -> str:
    """Return the keyed hash of an address, or of a domain written ``@example.com``."""
    return digest(secret, "suppression", subject.lower())
