"""To which message, and which lead, an incoming mail belongs, and how far that can be believed.

In this order: a signed token of ours, wherever it stands; the Message-ID of a sent message, ours
or the one that a relay put in its place; an address of a known lead; the domain of a company that
we write to. What carries something of ours counts whatever From says; From alone counts only where
our own server vouches for it (`worker.engine.authentic`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from worker.core.facts import Lead, Message
from worker.core.mail import Bond, Kind
from worker.core.states import MessageState
from worker.core.token import Token, Use
from worker.engine import traces
from worker.engine.authentic import vouched
from worker.engine.cases import Cases
from worker.engine.intake.domains import Domains
from worker.engine.setup import Setup
from worker.errors import NotFoundError
from worker.inbox.reading import Reading
from worker.store import leads, outbox
from worker.store.database import Connection


@dataclass(frozen=True, slots=True)
class Match:
    """A lead, the message that the mail is about if one was found, and how it was found.

    `sender` is the address in From, where it can be believed; else empty. `unsubscribes` says that
    the mail came to an address that was made for nothing else, `theirs` that From is the lead's.
    `writer` is the same mail as the own words of another lead, whose address From is: he answers
    what was written to this one.
    """

    lead: Lead
    message: Message | None
    how: str
    bond: Bond = Bond.CLAIMED
    sender: str = ""
    unsubscribes: bool = False
    theirs: bool = False
    writer: Match | None = None

    @property
    def proven(self) -> bool:
        """Whether it rests on something that only our mail carried."""
        return self.message is not None


@dataclass(frozen=True, slots=True)
class Matcher:
    """Finds whom the mail is from that came to one mailbox."""

    connection: Connection
    setup: Setup
    domains: Domains
    mailbox: str
    cases: Cases = field(default_factory=Cases)
    _tokens: dict[str, Token | None] = field(default_factory=dict)
    _sent: dict[int, Message] = field(default_factory=dict)

    def foresee(self, readings: Iterable[Reading]) -> None:
        """Read at once what our tokens in these name, and the cases of those leads."""
        for token in {token for one in readings for token in traces.tokens(one)}:
            self._tokens[token] = self.setup.signer.read(token)
        numbers = {token.id for token in self._tokens.values() if token}
        found = outbox.get_many(self.connection, numbers) if numbers else {}
        # Nothing that a mail does changes a message that was sent.
        sent = (one for one in found.values() if one.state is MessageState.SENT)
        self._sent.update((one.id, one) for one in sent)
        named = {one.lead_id for one in found.values() if one.lead_id is not None}
        self.cases.foresee(self.connection, named)

    def match(self, reading: Reading) -> Match | None:
        """Return whom a mail is from or about, or None."""
        return self._by_ours(reading) or self._by_address(reading) or self._by_company(reading)

    def vouched(self, reading: Reading) -> bool:
        """Tell whether our server says that From is genuine."""
        trusted = self.setup.mailbox(self.mailbox).authserv
        return vouched(reading.envelope, trusted, self.domains)

    def ours(self, tokens: Iterable[str]) -> tuple[Message, Use] | None:
        """Return the message that genuine tokens name, and what they are for."""
        genuine = [token for token in map(self._read, tokens) if token is not None]
        # One that unsubscribes says more than the others of the same mail.
        for token in sorted(genuine, key=_use):
            try:
                return self._message(token.id), token.use
            except NotFoundError:
                continue  # of a message that was erased
        return None

    def _read(self, text: str) -> Token | None:
        return self._tokens[text] if text in self._tokens else self.setup.signer.read(text)

    def _message(self, number: int) -> Message:
        return self._sent.get(number) or outbox.get(self.connection, number)

    def _by_ours(self, reading: Reading) -> Match | None:
        found = self.ours(traces.tokens(reading))
        if found is not None:
            return self._of(reading, found[0], "by our token", found[1])
        answered = outbox.find_by_rfc_ids(self.connection, traces.references(reading))
        if answered is None:
            return None
        return self._of(reading, answered, "by the Message-ID that it answers", Use.MESSAGE)

    def _of(self, reading: Reading, message: Message, how: str, use: Use) -> Match | None:
        if message.lead_id is None:
            return None
        lead = self.cases.lead(self.connection, message.lead_id)
        match = Match(lead, message, how, Bond.OURS, unsubscribes=use is Use.UNSUBSCRIBE)
        sender = traces.sender(reading)
        is_theirs = any(self._is_theirs(lead, one) for one in traces.senders(reading))
        if is_theirs or self.vouched(reading):
            match = replace(match, sender=sender, theirs=is_theirs)
        # The address that unsubscribes says whose wish it is, whichever of theirs they write from.
        return match if is_theirs or match.unsubscribes else self._of_another(reading, match)

    def _of_another(self, reading: Reading, match: Match) -> Match:
        """Say of a mail whose From is not the lead's for whom it speaks."""
        lead, sender = match.lead, traces.sender(reading)
        if reading.kind is Kind.AUTO_REPLY:
            how = f"{match.how}, and from another address, {sender}"
            return replace(match, how=how, bond=Bond.COLLEAGUE)
        if reading.kind is not Kind.HUMAN:
            return match
        known = self._known(reading)
        if known is not None:
            match = replace(match, writer=by_sender(known, match.sender))
        if lead.domain is not None and traces.company(reading, self.domains) == lead.domain:
            how = f"{match.how}, and from somebody else of {lead.domain}"
            return replace(match, how=how, bond=Bond.COLLEAGUE, sender=sender)
        if known is not None:
            how = f"{match.how}, and from another lead, {known.address}"
            return replace(match, how=how, bond=Bond.COLLEAGUE if match.sender else Bond.PERHAPS)
        return match

    def _known(self, reading: Reading) -> Lead | None:
        """Return the lead whose address From is."""
        found = (leads.find(self.connection, one) for one in traces.senders(reading))
        return next((one for one in found if one is not None), None)

    def _is_theirs(self, lead: Lead, sender: str) -> bool:
        """Whether a lead is known by this address."""
        if sender == lead.address:
            return True
        known = leads.find(self.connection, sender) if sender else None
        return known is not None and known.id == lead.id

    def _by_address(self, reading: Reading) -> Match | None:
        sender, theirs = traces.sender(reading), traces.senders(reading)
        for address in traces.addresses(reading):
            lead = leads.find(self.connection, address)
            if lead is not None:
                if address in theirs:
                    return by_sender(lead, sender if self.vouched(reading) else "")
                return Match(lead, None, "by the address that it is about")
        return None

    def _by_company(self, reading: Reading) -> Match | None:
        """Find the lead of the sender's company that we wrote to last."""
        domain = traces.company(reading, self.domains)
        if reading.kind is not Kind.HUMAN or domain is None:
            return None
        lead_id = outbox.last_written_to(self.connection, domain)
        if lead_id is None:
            return None
        lead = leads.get(self.connection, lead_id)
        how = f"by the company that it is from, {domain}"
        if self.vouched(reading):
            return Match(lead, None, how, Bond.COLLEAGUE, traces.sender(reading))
        return Match(lead, None, how, Bond.PERHAPS)


def by_sender(lead: Lead, sender: str) -> Match:
    """Return what From alone tells; `sender` is empty where nobody vouches for it."""
    how = "by the address that it is from"
    if not sender:
        return Match(lead, None, how)
    return Match(lead, None, f"{how}, which our server vouches for", Bond.VOUCHED, sender)


def _use(token: Token) -> bool:
    return token.use is not Use.UNSUBSCRIBE
