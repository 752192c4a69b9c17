"""What a person wants, as it was understood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from worker.inbox.dates import later
from worker.inbox.reading import Intent

_LASTING = frozenset({Intent.NOT_NOW, Intent.CHANGE})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants, how sure that is, and which words say so; whether these are plain."""

    intent: Intent
    confidence: float
    why: str
    until: date | None = None
    is_plain: bool = True

    def dated(self, stated: later.Later | None) -> Wish:
        """The same, and the day at which it ends where it is a wish that does."""
        if stated is None or self.intent not in _LASTING:
            return self
        why = self.why if stated.is_plain else f"{self.why}; of which day they speak is in doubt"
        return replace(self, why=why, until=stated.day, is_plain=stated.is_plain)
