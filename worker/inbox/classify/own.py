"""A copy of our own mail (in Sent, by Cc, or sent back by a list): its Message-ID has our shape.

Some robots, and servers that return a mail, answer with the Message-ID of what they answer.
"""

from __future__ import annotations

from worker.core.token import OWN_MESSAGE_ID
from worker.inbox.bounces import likely
from worker.inbox.parse import Mail
from worker.inbox.reading import Kind, Reading


def read(mail: Mail) -> Reading | None:
    """OWN if the mail's own Message-ID carries one of our tokens."""
    found = OWN_MESSAGE_ID.search(mail.header.get("message-id", ""))
    if found is None or _answers(mail, found["token"]):
        return None
    return Reading(Kind.OWN, "Message-ID has the shape of our own")


def _answers(mail: Mail, token: str) -> bool:
    """Whether it names its own Message-ID as what it answers, or is a report of a mail system."""
    if likely.is_report(mail) or likely.comes_from_daemon(mail):
        return True
    return any(token in reference for reference in mail.references)
