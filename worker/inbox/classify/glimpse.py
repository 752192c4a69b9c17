"""What the header alone says that a mail is: of what is nobody's, the words are not read."""

from __future__ import annotations

from worker.inbox import hypertext
from worker.inbox.classify import notification, robot
from worker.inbox.parse import Mail
from worker.inbox.reading import Kind, Reading

_UNREAD = "what it says was not read"
_BEGINNING = 1_000  # letters that are enough to know a mail by
_MOST_HTML = 20_000


def read(mail: Mail) -> Reading:
    """The kind as the header has it, HUMAN in doubt, and the words that a mail begins with."""
    sign = robot.answered(mail)
    if sign is not None:
        return Reading(Kind.AUTO_REPLY, f"{sign}; {_UNREAD}", 0.5, whole=False)
    found = notification.read(mail)
    if found is not None:
        return Reading(found.kind, found.why, found.confidence, whole=False)
    return Reading(Kind.HUMAN, _UNREAD, 0.5, new_text=_beginning(_text(mail)), whole=False)


def _text(mail: Mail) -> str:
    """Its plain text, or what the first of its HTML says."""
    parts = [one for one in mail.root.leaves() if not one.is_attachment]
    for part in parts:
        if part.content_type == "text/plain":
            return part.text
    html = next((one.text for one in parts if one.content_type == "text/html"), "")
    return hypertext.text_of(html[:_MOST_HTML])


def _beginning(text: str) -> str:
    """Its first words, as far as the first line that is marked as quoted."""
    return f"\n{text[:_BEGINNING]}".partition("\n>")[0].strip()
