"""What a person who wants it otherwise wants: how often, and by mail or by phone.

It is asked only of mails that were understood as a wish for another pace or channel; words that
speak for two things at once say nothing, and a person decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from worker.core.states import Channel, Rhythm

_OFTEN = {
    Rhythm.MONTHLY: (
        r"month|monat|mois|mensuel|mensual|mensil|\bmes(?:es)?\b|\bmese\b|maand|m[êe]s\b"
        r"|miesi[ąa]c|m[åa]ned|m[åa]nad|месяц|ежемесяч|měsí[cč]|kuukau"
    ),
    Rhythm.WEEKLY: (
        r"week|woche|wöchent|semaine|hebdo|semana|settiman|tydzie|tygod|veck|\bug[ae]|\buk[ae]\b"
        r"|недел|týdn|týden|viikko|viikos"
    ),
}
_NO_CALLS = (
    r"(?:no|don.?t|do not|not|never|stop|without|please no) (?:\w+ ){0,2}(?:call|phon|ring)"
    r"|(?:nicht|keine) (?:\w+ ){0,2}(?:anruf|telefon)|pas (?:\w+ ){0,2}(?:appel|téléphon)"
    r"|no (?:me |nos )?llam|non (?:\w+ ){0,2}(?:chiam|telefon)|niet (?:\w+ ){0,2}bel"
    r"|e-?mail only|only (?:by |via )?e-?mail|nur per (?:e-?)?mail"
)
_CALLS = (
    r"\b(?:call|phone|ring)\b|telefon|telephon|téléphon|teléfon|telefón|anruf|rufen|\bruf\b|appel"
    r"|llam|chiam|\bbel(?:len)?\b|gebeld|\bring|позвон|звон|zadzwo|dzwoni|zavol"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """How often at the most, and how; None: nothing was said of it."""

    rhythm: Rhythm | None = None
    channel: Channel | None = None

    def __bool__(self) -> bool:
        return self.rhythm is not None or self.channel is not None


def wish_in(words: str) -> Wish:
    """Return what the new words of a mail ask for."""
    said = words.casefold()
    often = [rhythm for rhythm, sign in _OFTEN.items() if re.search(sign, said)]
    return Wish(often[0] if len(often) == 1 else None, _channel(said))


def _channel(said: str) -> Channel | None:
    if re.search(_NO_CALLS, said):
        return Channel.EMAIL
    return Channel.PHONE if re.search(_CALLS, said) else None
