"""What a list says about consent: a source, a yes or a no, a date, an expiry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from worker.core.facts import Consent
from worker.errors import InputError

FIELDS = ("consent", "consent_at", "consent_expires", "consent_wording", "opted_out")
# As `_plain` writes them.
_YES = frozenset(
    {
        "yes", "y", "true", "1", "1 0", "x", "ok", "on", "granted", "opted in", "opt in",
        "subscribed", "ja", "wahr", "erteilt", "liegt vor", "oui", "si", "sí",
    }
)  # fmt: skip
_NO = frozenset(
    {
        "n", "false", "0", "0 0", "off", "unknown", "n a", "na", "nan", "nil", "null", "falsch",
        "unbekannt", "liegt nicht vor", "fehlt",
    }
)  # fmt: skip
# What begins with one of these tells of no consent, whatever follows.
_NO_FIRST = frozenset(
    {
        "no", "not", "non", "none", "never", "without", "nee", "nein", "kein", "keine", "nicht",
        "ohne",
    }
)  # fmt: skip
_NO_AMONG = frozenset(
    {
        "optout", "unsubscribe", "unsubscribed", "withdrawn", "revoked", "declined", "denied",
        "refused", "rejected", "objected", "expired", "pending", "blocked", "bounced", "cleaned",
        "widerrufen", "widersprochen", "abgemeldet", "ausgetragen", "abgelehnt", "verweigert",
        "abgelaufen", "ausstehend",
    }
)  # fmt: skip
_NO_WITHIN = re.compile(r"\b(opt(ed)? out|do not)\b")
_TICKS = str.maketrans("✓✔☑", "xxx")


def refuses(cell: str) -> bool:
    """Tell whether a cell says in plain words, or by a dash, that there is no consent."""
    said = _plain(cell)
    if not cell or said in _YES:
        return False
    taken_back = not _NO_AMONG.isdisjoint(said.split()) or _NO_WITHIN.search(said) is not None
    return taken_back or _is_no(said)


def denied(said: Mapping[str, object]) -> bool:
    """Tell whether a row says that there is no consent, or that the person opted out."""
    left = str(said.get("opted_out", ""))
    return refuses(str(said.get("consent", ""))) or bool(left and not _is_no(_plain(left)))


def _is_no(said: str) -> bool:
    words = said.split()
    return not words or said in _NO or words[0] in _NO_FIRST


def _plain(cell: str) -> str:
    return re.sub(r"[\W_]+", " ", cell.translate(_TICKS).casefold()).strip()


@dataclass(frozen=True, slots=True)
class ConsentReader:
    """Makes a consent of what a row says.

    `default` is the source for rows that bring none; `otherwise` names the list itself, for rows
    that say only yes, or when. `now` stands where no date is given: it was known by then. `zone`
    is where dates are told in.
    """

    default: str | None
    otherwise: str
    now: datetime
    zone: tzinfo = UTC

    def read(self, said: Mapping[str, object]) -> Consent | None:
        """Return the consent that the consent fields of a row amount to; raise `InputError`.

        A plain no is no consent, whatever the default is.
        """
        if denied(said):
            return None
        source = self._source(str(said.get("consent", "")), dated="consent_at" in said)
        if source is None:
            return None
        at, expires = said.get("consent_at", self.now), said.get("consent_expires")
        assert isinstance(at, datetime)
        assert expires is None or isinstance(expires, datetime)
        if at > self.now:
            raise InputError(
                f"{at.astimezone(self.zone):%Y-%m-%d} lies in the future", key="consent_at"
            )
        wording = said.get("consent_wording")
        return Consent(source, at, None if wording is None else str(wording), expires)

    def _source(self, word: str, *, dated: bool) -> str | None:
        if word and _plain(word) not in _YES:
            return word
        if word or dated:
            return self.default or self.otherwise
        return self.default
