"""The header of a letter: what it shares with all letters of its mailbox, and what is its own.

What is shared is written and checked once, as a form. Tokens of a letter go into addresses, ids and
links of that form; they are all of one length, so that fields are folded where they always are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from worker.render import header
from worker.render.address import Address

MOST_REFERENCES = 20


@dataclass(frozen=True)
class Letterhead:
    """What all letters of a mailbox have in their header.

    The Message-ID is without angle brackets. `unsubscribe` are URIs (RFC 2369 §3.2); an ``https:``
    one adds one-click (RFC 8058 §3.1). `automatic` marks editions and notices (RFC 3834 §5); a
    step of a sequence is person to person and is not marked. `tokens` hold the places of those
    that each letter has of its own.
    """

    sender: Address
    message_id: str
    reply_to: Address | None = None
    unsubscribe: tuple[str, ...] = ()
    automatic: bool = False
    feedback_id: str | None = None
    tokens: tuple[str, ...] = ()

    @cached_property
    def form(self) -> str:
        """The fields, with ``%s`` in the two places of a letter's own ones.

        A field that cannot be written is a `TemplateError` or `AddressError` that names it.
        """
        before = [
            self.sender.field("From"),
            self.reply_to.field("Reply-To") if self.reply_to else "",
        ]
        after = [
            *_way_out(self.unsubscribe),
            header.field("Feedback-ID", self.feedback_id) if self.feedback_id else "",
            "Auto-Submitted: auto-generated\r\n" if self.automatic else "",
        ]
        parts = ["".join(before), _ids("Message-ID", self.message_id), "".join(after)]
        return "%s".join([part.replace("%", "%%") for part in parts])

    def filled(self, tokens: tuple[str, ...]) -> str:
        """Return the form with a letter's own tokens, letters and digits of ASCII."""
        form = self.form
        for place, token in zip(self.tokens, tokens, strict=True):
            if len(token) != len(place) or not (token.isascii() and token.isalnum()):
                raise ValueError(f"{token!r} cannot take the place of {place!r}")
            form = form.replace(place, token)
        return form


class Header(NamedTuple):
    """All header fields of one letter but its subject.

    `references` are the Message-IDs that it follows, the last of which it answers.
    """

    letterhead: Letterhead
    to: Address
    date: datetime
    references: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()

    def fields(self, subject: str) -> str:
        """Return the fields with their line ends, but for those that say what the body is.

        A field that cannot be written is a `TemplateError` or `AddressError` that names it.
        """
        own = self.to.field("To") + header.field("Subject", subject)
        form = self.letterhead.filled(self.tokens)
        date = _date(self.date.replace(microsecond=0))
        return date + form % (own, _thread(self.references))


@lru_cache(maxsize=8)  # it has no parts of seconds (RFC 5322 §3.3), and is slow to write
def _date(second: datetime) -> str:
    return f"Date: {format_datetime(second)}\r\n"


def _thread(references: tuple[str, ...]) -> str:
    """Say which messages this one follows (RFC 5322 §3.6.4)."""
    if not references:
        return ""
    return _ids("In-Reply-To", references[-1]) + _ids("References", *_shortened(references))


def _ids(name: str, *ids: str) -> str:
    return header.tokens(name, [f"<{one}>" for one in ids])


def _shortened(references: tuple[str, ...]) -> tuple[str, ...]:
    """Keep the first and the last ones of a long thread (RFC 5537 §3.4.4 trims the same way)."""
    if len(references) <= MOST_REFERENCES:
        return references
    return (references[0], *references[1 - MOST_REFERENCES :])


def _way_out(uris: tuple[str, ...]) -> list[str]:
    if not uris:
        return []
    listed = [f"<{uri}>{',' if place < len(uris) else ''}" for place, uri in enumerate(uris, 1)]
    fields = [header.tokens("List-Unsubscribe", listed)]
    if any(uri.startswith("https:") for uri in uris):
        fields.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    return fields
