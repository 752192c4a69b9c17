"""What a captured mail is, told from the mail alone; and what an answer says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from worker.demo.happening import Kind
from worker.sandbox.capture import Captured
from worker.sandbox.reactions import Letter
from worker.sandbox.reading import header, is_edition, parse, text


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail as its recipient got it."""

    at: datetime
    kind: Kind
    address: str
    subject: str


class Post:
    """Reads captured mail in the order in which it arrived."""

    def __init__(self) -> None:
        self._greeted: set[str] = set()

    def read(self, mail: Captured) -> Arrived:
        """Say what a mail is; each has one recipient."""
        content = parse(mail.raw)
        address = mail.recipients[0].lower()
        kind = self._kind(content, address)
        self._greeted.add(address)
        return Arrived(mail.at, kind, address, header(content, "Subject"))

    def _kind(self, content: Message, address: str) -> Kind:
        if is_edition(content):
            return Kind.EDITION
        if header(content, "In-Reply-To"):  # of the shipped steps, this one follows up on another
            return Kind.FEATURES
        return Kind.CROSS_SELL if address in self._greeted else Kind.WELCOME


def words_of(letter: Letter) -> str:
    """Return what somebody wrote, in one line, without the mail that they quote below."""
    new: list[str] = []
    for line in text(parse(letter.raw)).splitlines():
        if line.startswith(">"):
            break
        new.append(line)
    # The line above a quotation, and the name before it, are no news.
    return " ".join(" ".join(new[:-3]).split())
