"""What is worth a line while the demo runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What happened, in the word that is shown; sent mail comes first, then what people do."""

    WELCOME = "welcome"
    FEATURES = "features"
    CROSS_SELL = "cross-sell"
    EDITION = "edition"
    LEAD = "new lead"
    REPLY = "reply"
    OPT_OUT = "opt-out"
    ABSENCE = "out-of-office"
    HARD_BOUNCE = "hard bounce"
    SOFT_BOUNCE = "soft bounce"
    PURCHASE = "purchase"
    OUTCOME = "outcome"


MAILS = (Kind.WELCOME, Kind.FEATURES, Kind.CROSS_SELL, Kind.EDITION)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, when, with whom; `text` says the rest in a few words."""

    at: datetime
    kind: Kind
    address: str
    name: str
    text: str
