"""What people do about the mail that they get: by chance, seeded, or as a script says.

Chance is a hash of seed, person, step and deed: the same seed gives the same future, and a change
of one step does not change what people do about the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hashlib import blake2b
from types import MappingProxyType


class Deed(StrEnum):
    """What somebody can do about a mail; the first of these that chance draws is done."""

    BOUNCE = "bounce"
    OPT_OUT = "opt_out"
    PURCHASE = "purchase"
    REPLY = "reply"
    ABSENCE = "absence"


SOONEST: Mapping[Deed, timedelta] = MappingProxyType(
    {
        Deed.BOUNCE: timedelta(minutes=1),
        Deed.OPT_OUT: timedelta(minutes=10),
        Deed.PURCHASE: timedelta(hours=4),
        Deed.REPLY: timedelta(minutes=15),
        Deed.ABSENCE: timedelta(minutes=1),
    }
)
LATEST: Mapping[Deed, timedelta] = MappingProxyType(
    {
        Deed.BOUNCE: timedelta(minutes=10),
        Deed.OPT_OUT: timedelta(days=2),
        Deed.PURCHASE: timedelta(days=7),
        Deed.REPLY: timedelta(days=3),
        Deed.ABSENCE: timedelta(minutes=2),
    }
)
"""How long after the mail a deed by chance is done: from when to when."""

GRAIN = timedelta(minutes=15)
"""Deeds by chance are done at whole quarters of an hour after the mail, or at their soonest."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A line of a script: what one person does about the mail of one step, so long after it."""

    lead: str
    after: str
    does: Deed
    delay: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How often, of all emails, each deed is done about one (0 to 1); and a script.

    Somebody in the script does what it says, and nothing by chance. `away` is how many days an
    absence lasts, `amount` what is paid at a purchase.
    """

    rates: Mapping[Deed, float] = field(default_factory=lambda: MappingProxyType({}))
    script: tuple[Cue, ...] = ()
    away: int = 7
    amount: int = 500

    @property
    def silent(self) -> bool:
        """Whether nobody ever does anything."""
        return not self.script and not any(self.rates.values())


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody will do, and how long after the mail."""

    deed: Deed
    delay: timedelta


class Crowd:
    """Everybody, on one seed."""

    def __init__(self, behaviour: Behaviour, seed: int) -> None:
        self._behaviour = behaviour
        self._seed = seed
        self._scripted: dict[str, list[Cue]] = {}
        for cue in behaviour.script:
            self._scripted.setdefault(cue.lead, []).append(cue)

    def reactions(self, lead: str, step: str) -> Iterator[Reaction]:
        """Yield what a lead does about the mail of a step, both by name."""
        if lead in self._scripted:
            cues = (cue for cue in self._scripted[lead] if cue.after == step)
            yield from (Reaction(cue.does, cue.delay) for cue in cues)
            return
        for deed in Deed:
            rate = self._behaviour.rates.get(deed, 0.0)
            if rate and self._draw(lead, step, deed, "whether") < rate:
                yield Reaction(deed, self._delay(lead, step, deed))
                return

    def _delay(self, lead: str, step: str, deed: Deed) -> timedelta:
        span = (LATEST[deed] - SOONEST[deed]) * self._draw(lead, step, deed, "when")
        return SOONEST[deed] + span // GRAIN * GRAIN

    def _draw(self, *about: str) -> float:
        """Return a number from 0 to 1, always the same about the same."""
        words = "\0".join((str(self._seed), *about))
        return int.from_bytes(blake2b(words.encode(), digest_size=6).digest()) / 2**48
