"""A whole message as bytes: header fields, then the text and the HTML alternative.

Written directly, because `email.message.EmailMessage` takes a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from worker.render import header
from worker.render.address import Address
from worker.render.body import BOUNDARY, RELATED, Body, Draft

MOST_REFERENCES = 20

_PART = b"--%b\r\nContent-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: %b\r\n\r\n"
_MIXED = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n'
_RELATED = (
    f"--{BOUNDARY}\r\nContent-Type: multipart/related; "
    f'type="text/html"; boundary="{RELATED}"\r\n\r\n'
).encode()
_END = f"--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True, slots=True)
class Letterhead:
    """All header fields but the subject.

    Message-IDs are without angle brackets. `unsubscribe` are URIs (RFC 2369 §3.2); an ``https:``
    one adds one-click (RFC 8058 §3.1). `automatic` marks editions and notices (RFC 3834 §5); a
    step of a sequence is person to person and is not marked.
    """

    sender: Address
    to: Address
    message_id: str
    date: datetime
    reply_to: Address | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    unsubscribe: tuple[str, ...] = ()
    automatic: bool = False
    feedback_id: str | None = None

    @property
    def smtputf8(self) -> bool:
        """Whether a field needs SMTPUTF8: an address that is not ASCII (RFC 6531 §3.4)."""
        addresses = (self.sender, self.to, self.reply_to)
        plain = all(address.ascii for address in addresses if address is not None)
        return not plain or not "".join((self.message_id, *self.unsubscribe)).isascii()


def message(
    letterhead: Letterhead, subject: str, text: Draft, html: Draft, images: Sequence[bytes] = ()
) -> bytes:
    """Return a message ready to send, with CR LF line ends and no line over 998 bytes.

    `images` are whole parts, which belong to the HTML (RFC 2387).

    No line begins with a dot, so that none has to be doubled on the wire (RFC 5321 §4.5.2).

    A field that cannot be written is a `TemplateError` or `AddressError` that names it.
    """
    fields = "".join([*_fields(letterhead, subject), _MIXED])
    return b"".join(
        (
            fields.encode(),
            *_part("plain", text.encode()),
            *(_related(html.encode(), images) if images else _part("html", html.encode())),
            _END,
        )
    )


def _fields(letterhead: Letterhead, subject: str) -> list[str]:
    return [
        _date(letterhead.date),
        _from(letterhead.sender),
        letterhead.reply_to.field("Reply-To") if letterhead.reply_to else "",
        letterhead.to.field("To"),
        header.field("Subject", subject),
        *_thread(letterhead),
        *_way_out(letterhead.unsubscribe),
        header.field("Feedback-ID", letterhead.feedback_id) if letterhead.feedback_id else "",
        "Auto-Submitted: auto-generated\r\n" if letterhead.automatic else "",
    ]


@lru_cache(maxsize=100)  # of mailboxes there are few
def _from(sender: Address) -> str:
    return sender.field("From")


@lru_cache(maxsize=8)  # of messages that are written together, the date is the same
def _date(moment: datetime) -> str:
    return f"Date: {format_datetime(moment)}\r\n"


def _thread(letterhead: Letterhead) -> list[str]:
    """Say which message this is and which it follows (RFC 5322 §3.6.4)."""
    fields = [_ids("Message-ID", letterhead.message_id)]
    if letterhead.in_reply_to:
        fields.append(_ids("In-Reply-To", letterhead.in_reply_to))
    if letterhead.references:
        fields.append(_ids("References", *_shortened(letterhead.references)))
    return fields


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


def _part(kind: str, part: Body, boundary: str = BOUNDARY) -> list[bytes]:
    head = _PART % (boundary.encode(), kind.encode(), part.encoding.encode())
    return [head, *part.pieces]


def _related(html: Body, images: Sequence[bytes]) -> list[bytes]:
    """Return the HTML and its images as one part (RFC 2387 §3)."""
    return [
        _RELATED,
        *_part("html", html, RELATED),
        *(piece for image in images for piece in (f"--{RELATED}\r\n".encode(), image)),
        f"--{RELATED}--\r\n".encode(),
    ]
