"""What a list says about consent: a source, a yes or a no, a date, an expiry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from worker.core.facts import Consent
from worker.errors import InputError

FIELDS = ("consent", "consent_at", "consent_expires", "consent_wording")
_YES = frozenset(
    {"yes", "y", "true", "1", "x", "granted", "opted in", "ja", "wahr", "erteilt", "liegt vor"}
)
_NO = frozenset(
    {
        "no", "n", "false", "0", "none", "denied", "withdrawn", "opted out", "not granted",
        "revoked", "unknown", "nein", "falsch", "keine", "nicht erteilt", "liegt nicht vor",
        "verweigert", "abgelehnt", "widerrufen", "unbekannt",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConsentReader:
    """Makes a consent of what a row says.

    `default` is the source for rows that bring none; `otherwise` names the list itself, for rows
    that say only yes, or when. `now` stands where no date is given: it was known by then.
    """

    default: str | None
    otherwise: str
    now: datetime

    def read(self, said: Mapping[str, object]) -> Consent | None:
        """Return the consent that the consent fields of a row amount to; raise `InputError`.

        A plain no is no consent, whatever the default is.
        """
        word = str(said.get("consent", ""))
        if word.lower() in _NO:
            return None
        source = self._source(word, dated="consent_at" in said)
        if source is None:
            return None
        at, expires = said.get("consent_at", self.now), said.get("consent_expires")
        assert isinstance(at, datetime)
        assert expires is None or isinstance(expires, datetime)
        if at > self.now:
            raise InputError(f"{at:%Y-%m-%d} lies in the future", key="consent_at")
        wording = said.get("consent_wording")
        return Consent(source, at, None if wording is None else str(wording), expires)

    def _source(self, word: str, *, dated: bool) -> str | None:
        if word and word.lower() not in _YES:
            return word
        if word or dated:
            return self.default or self.otherwise
        return self.default
