"""An owner's go for an email that waits for it, or their no: a word that stands alone.

"Ok, but change the price" is neither, nor with a break behind "Ok,": what is not certain is not
done; nor is a go with that below it. Not one of `RULES`: only the engine knows that it answers a
notice which asks for this.
"""

from __future__ import annotations

import re

_GO = (
    r"ok(?:ay)?|yes|send(?: it)?|go|approved?|ja|senden|oui|envoy(?:er|ez)|d'accord|sí|si|enviar"
    r"|sì|invia|vale|va bene|akkoord|verzenden|👍"
)
_NO = r"no|nope|do not send(?: it)?|don['’]t send(?: it)?|drop|nein|nicht senden|non|nee"
_LONGEST = 100
_NAMES = 3  # words with a capital that may stand below: who wrote
_WORD = re.compile(rf"(?i)\W*(?:(?P<go>{_GO})|(?:{_NO}))(?![\w'’])[^\w?]*")


def approval(text: str) -> bool | None:
    """Tell whether the first line of an answer is a go or a no; None where it is neither."""
    first, *below = text.strip().split("\n", 1)
    leads_on = below and first.rstrip().endswith(",")
    match = None if leads_on else _WORD.fullmatch(first[:_LONGEST])
    return None if match is None else match["go"] is not None


def says_more(text: str) -> bool:
    """Tell whether something else than a name stands below the first line of an answer."""
    rest = text.strip().partition("\n")[2].split()
    return len(rest) > _NAMES or any(word[0].islower() for word in rest)
