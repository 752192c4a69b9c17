"""An owner's go for an email that waits for it, or their no: a word that is a paragraph.

"Ok, but change the price" is neither, nor with a break behind "Ok,": what is not certain is not
done. Not one of `RULES`: only the engine knows that it answers a notice which asks for this.
"""

from __future__ import annotations

import re

_GO = (
    r"ok(?:ay)?|yes|send(?: it)?|go|approved?|ja|senden|oui|envoy(?:er|ez)|d'accord|sí|si|enviar"
    r"|sì|invia|vale|va bene|akkoord|verzenden|👍"
)
_NO = r"no|nope|do not send(?: it)?|don['’]t send(?: it)?|drop|nein|nicht senden|non|nee"
_LONGEST = 100
_BLANK = re.compile(r"\n\s*\n")
_WORD = re.compile(rf"(?i)\W*(?:(?P<go>{_GO})|(?:{_NO}))(?![\w'’])[^\w?]*")


def approval(text: str) -> bool | None:
    """Tell whether the first paragraph of an answer is a go or a no; None where it is neither."""
    first, *others = _BLANK.split(text.strip(), maxsplit=1)
    match = None if others and first.rstrip().endswith(",") else _WORD.fullmatch(first[:_LONGEST])
    return None if match is None else match["go"] is not None
