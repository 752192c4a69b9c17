"""What is left is from a person: their new words, and what they want."""

from __future__ import annotations

from worker.inbox import address, intents
from worker.inbox.parse import Mail
from worker.inbox.reading import Intent, Kind, Reading


def read(mail: Mail) -> Reading:
    """HUMAN, always; the intent is UNKNOWN where the words do not say."""
    text = mail.new_text
    wish = intents.understand(text, mail.subject, mail.envelope.day, mail.sender)
    contacts: tuple[str, ...] = ()
    if wish.intent is Intent.WRONG_PERSON:
        contacts = tuple(one for one in address.every(text) if one != mail.sender[1])
    return Reading(
        Kind.HUMAN,
        wish.why,
        confidence=wish.confidence,
        new_text=text,
        intent=wish.intent,
        until=wish.until,
        contacts=contacts,
    )
