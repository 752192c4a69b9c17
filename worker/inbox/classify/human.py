"""What is left is from a person: their new words, and what they want."""

from __future__ import annotations

from worker.inbox import address, intents, leaving
from worker.inbox.parse import Mail
from worker.inbox.reading import Intent, Kind, Reading
from worker.inbox.wish import Wish

_HARDLY = 0.5
_ASIDE = 0.75  # a person is asked


def read(mail: Mail) -> Reading:
    """HUMAN, always; the intent is UNKNOWN where the words do not say."""
    text = mail.new_text
    wish = _wish(mail, text)
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


def _wish(mail: Mail, text: str) -> Wish:
    """What the new words ask for; where they hardly say, a wish to leave that stands elsewhere."""
    day = mail.envelope.day
    wish = intents.understand(text, mail.subject, day, mail.sender, mail.envelope.to)
    if wish.confidence > _HARDLY or wish.intent is Intent.OPT_OUT:
        return wish
    aside = leaving.aside(mail.unquoted)
    if aside is not None:
        return Wish(Intent.OPT_OUT, _ASIDE, f'a line says "{aside}"')
    if not mail.is_headed_as_reply:  # else its words are ours
        headed = intents.understand(mail.subject, "", day, mail.sender)
        if headed.intent is Intent.OPT_OUT and headed.confidence > _ASIDE:  # the model is no proof
            return Wish(Intent.OPT_OUT, _ASIDE, f"subject: {headed.why}")
    return wish
