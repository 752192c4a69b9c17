"""A copy of our own mail (in Sent, by Cc, or sent back by a list): its Message-ID has our shape."""

from __future__ import annotations

from worker.core.token import OWN_MESSAGE_ID
from worker.inbox.parse import Mail
from worker.inbox.reading import Kind, Reading


def read(mail: Mail) -> Reading | None:
    """OWN if the mail's own Message-ID carries one of our tokens."""
    if OWN_MESSAGE_ID.search(mail.header.get("message-id", "")):
        return Reading(Kind.OWN, "Message-ID has the shape of our own")
    return None
