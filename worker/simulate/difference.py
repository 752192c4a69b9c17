"""Who gets what differently: two futures, lead by lead and step by step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

Entry = tuple[str, str, str, str]
"""A touch that a plan holds: when (``2027-01-04 09:00``), address, sequence/step, and by what:
a mailbox, or ``task: call``."""

TASK = "task: "

_Key = tuple[str, str]  # address, sequence/step


@dataclass(frozen=True, slots=True)
class Change:
    """What is different for one lead about one step.

    `before` is None where it is new, `after` where it falls away.
    """

    address: str
    step: str
    before: Entry | None
    after: Entry | None

    @property
    def kind(self) -> str:
        """``new``, ``gone``, ``moved`` (another time), ``other mailbox`` or ``other kind``."""
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        if self.before[0] != self.after[0]:
            return "moved"
        tasks = self.before[3].startswith(TASK) or self.after[3].startswith(TASK)
        return "other kind" if tasks else "other mailbox"

    def __str__(self) -> str:
        """Say it in one line."""
        if self.before is None or self.after is None:
            only = self.before or self.after
            assert only is not None
            return f"{self.address}: {self.step} on {only[0]} is {self.kind}"
        at = 0 if self.kind == "moved" else 3
        return f"{self.address}: {self.step} moves from {self.before[at]} to {self.after[at]}"


@dataclass(frozen=True, slots=True)
class StepChange:
    """How many leads get a step differently, and in which way."""

    step: str
    kind: str
    leads: int
    example: str


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs, in the order of leads and times; `same` counts what does not."""

    changes: tuple[Change, ...]
    same: int

    @property
    def leads(self) -> int:
        """How many leads get something differently."""
        return len({one.address for one in self.changes})

    def by_step(self) -> list[StepChange]:
        """Return the changes by step and kind, in the order in which they are first met."""
        leads: Counter[tuple[str, str]] = Counter()
        first: dict[tuple[str, str], str] = {}
        for one in self.changes:
            leads[one.step, one.kind] += 1
            first.setdefault((one.step, one.kind), str(one))
        return [StepChange(*key, count, first[key]) for key, count in leads.items()]


def compare(before: Iterable[Entry], after: Iterable[Entry]) -> Difference:
    """Return what differs; a step that a lead gets twice is compared in order."""
    old, new = _by_key(before), _by_key(after)
    changes: list[Change] = []
    same = 0
    for key in sorted(old.keys() | new.keys()):
        was, is_ = old.get(key, []), new.get(key, [])
        same += sum(one == two for one, two in zip(was, is_, strict=False))
        changes += _changes(key, was, is_)
    changes.sort(key=lambda one: (one.address, (one.after or one.before or ("",))[0], one.step))
    return Difference(tuple(changes), same)


def _changes(key: _Key, was: list[Entry], is_: list[Entry]) -> list[Change]:
    pairs: list[tuple[Entry | None, Entry | None]] = [
        *((one, two) for one, two in zip(was, is_, strict=False) if one != two),
        *((one, None) for one in was[len(is_) :]),
        *((None, one) for one in is_[len(was) :]),
    ]
    return [Change(*key, one, two) for one, two in pairs]


def _by_key(entries: Iterable[Entry]) -> dict[_Key, list[Entry]]:
    found: defaultdict[_Key, list[Entry]] = defaultdict(list)
    for one in entries:
        found[one[1], one[2]].append(one)
    return dict(found)


def minute(at: datetime) -> str:
    """Write an instant of its own zone as plans do."""
    return f"{at:%Y-%m-%d %H:%M}"
