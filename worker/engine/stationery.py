"""The paper of each mailbox: what all of its letters have in common, made once.

Each letter has two tokens of its own, one for answers and one for the way out. On the paper their
places are held by those of number 0, which no message has.
"""

from __future__ import annotations

from dataclasses import dataclass

from worker.core.facts import Lead, Message
from worker.core.states import MessageKind
from worker.core.token import Use
from worker.engine.setup import Mailbox, Setup
from worker.render.address import Address
from worker.render.context import Links, Owner
from worker.render.context import Mailbox as Writing
from worker.render.letterhead import Letterhead

LISTED = (MessageKind.EDITION, MessageKind.SHARE)
"""The kinds of message that go to many at once: the header says that a robot sends them."""

_NONE = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """What letters of one mailbox have in common; `writing` is what templates see of it.

    `way_out` is the link that unsubscribes, none for owners, who are not subscribed to anything.
    """

    mailbox: Mailbox
    writing: Writing
    way_out: str | None
    letterhead: Letterhead

    def links(self, tokens: tuple[str, str]) -> Links:
        """Return the links of the letter that has these tokens."""
        if self.way_out is None:
            return Links()
        return Links(self.way_out.replace(self.letterhead.tokens[1], tokens[1]))


class Stationery:
    """The papers of one installation, and what templates see of its owners.

    It may be used by several threads.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._papers: dict[tuple[str, bool, bool], Paper] = {}
        self._owners: dict[str | None, Owner] = {None: Owner()}

    def tokens(self, number: int) -> tuple[str, str]:
        """Return the tokens of a message: the one for answers, and the one for the way out."""
        sign = self.setup.signer.sign
        return sign(Use.MESSAGE, number), sign(Use.UNSUBSCRIBE, number)

    def paper(self, message: Message) -> Paper:
        """Return what a message is written on."""
        key = message.mailbox, message.to_owner, message.kind in LISTED
        found = self._papers.get(key)
        if found is None:
            found = self._papers[key] = self._made(*key)
        return found

    def owner_of(self, lead: Lead) -> Owner:
        """Return what templates see of a lead's owner."""
        found = self._owners.get(lead.owner)
        if found is not None:
            return found
        known = self.setup.owner_of(lead)
        if known is None:  # there may be many of these
            return Owner(lead.owner)
        return self._owners.setdefault(lead.owner, Owner(known.name, known.address))

    def _made(self, name: str, to_owner: bool, listed: bool) -> Paper:
        mailbox = self.setup.mailbox(name)
        way_out = None if to_owner else self.setup.unsubscribe_link(mailbox, _NONE)
        letterhead = Letterhead(
            sender=Address(mailbox.from_name, mailbox.address),
            message_id=self.setup.message_id(mailbox, _NONE),
            reply_to=self._reply_to(mailbox),
            unsubscribe=(way_out,) if way_out else (),
            automatic=to_owner or listed,
            tokens=self.tokens(_NONE),
        )
        return Paper(mailbox, self._writing(mailbox), way_out, letterhead)

    def _reply_to(self, mailbox: Mailbox) -> Address | None:
        """Return where answers go: to an address that carries the token, if there may be one."""
        if mailbox.plus_addresses:
            return Address(mailbox.from_name, self.setup.reply_address(mailbox, _NONE))
        return Address(mailbox.from_name, mailbox.reply_to) if mailbox.reply_to else None

    def _writing(self, mailbox: Mailbox) -> Writing:
        return Writing(
            name=mailbox.from_name,
            email=mailbox.address,
            company=self.setup.sender.company,
            postal_address=self.setup.sender.postal_address,
            signature=mailbox.signature,
        )
