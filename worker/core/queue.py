"""How a queue empties under its limits and hours: the claim's and the gate's arithmetic, run ahead.

Whatever waits under the same rules is one line, and of all lines that may go the one goes whose
turn it is (`worker.core.turns`). A line that waits for its provider, or for its hours, keeps no
other waiting. In truth an email whose hours end while it waits is claimed once more, in vain, and
has its place back. Of two that may go at once either goes first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush

from worker.core.hours import Closed, SendingHours
from worker.core.pace import Meter

Binding = tuple[str, str] | Closed
"""What makes a queue wait: the subject and the name of a limit, or hours that are closed."""

TRIED = 4
"""So many, those that were waited for longest, are left out to see what difference it makes."""


@dataclass(frozen=True, slots=True)
class Line:
    """Messages under the same rules, by when each gets ready, in that order; one at least.

    `recipient` is the subject of the provider that they go to, `patience` that of their turn.
    """

    moments: Sequence[datetime]
    hours: SendingHours
    recipient: str = ""
    patience: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Emptied:
    """When the last of a queue goes, and what makes it wait.

    Of all that does, `binding` is what alone makes the greatest difference: without it, the last
    would go at `without`. Where nothing alone makes any, that is None, and `binding` is what was
    waited for longest; None where nothing was.
    """

    at: datetime
    binding: Binding | None = None
    without: datetime | None = None


def run_ahead(
    mailbox: str, meters: Mapping[str, Meter], lines: Sequence[Line], now: datetime
) -> Emptied:
    """Let a mailbox send what waits, as soon as its limits, the providers' and the hours let it.

    `meters` are left as they are. Hours that never open are an `InputError`.
    """
    run = _Run(mailbox, meters, lines, now)
    at = run.empty()
    longest = [binding for binding, _seconds in run.waited.most_common(TRIED)]
    found = Emptied(at, longest[0] if longest else None)
    # Limits first, which make most of a difference: a run ends where it is no better than the best.
    for binding in sorted(longest, key=lambda one: isinstance(one, Closed)):
        best = found.without or at
        without = _Run(mailbox, *_lifted(binding, meters, lines), now).empty(best)
        if without < best:
            found = Emptied(at, binding, without)
    return found


def let_go(
    meters: Mapping[str, Meter], theirs: Sequence[Line], others: Sequence[Line], now: datetime
) -> datetime:
    """Return when the last of one mailbox goes, as far as providers and hours let it.

    `others` are lines of the mailboxes that share the providers; of what becomes due at once,
    theirs goes last.
    """
    run = _Run("", meters, [*others, *theirs], now)
    run.empty()
    return max(run.ends[len(others) :], default=now)


def _lifted(
    binding: Binding, meters: Mapping[str, Meter], lines: Sequence[Line]
) -> tuple[Mapping[str, Meter], Sequence[Line]]:
    """Return limits and lines without one of the rules."""
    if isinstance(binding, Closed):
        return meters, [replace(one, hours=one.hours.without(binding)) for one in lines]
    subject, name = binding
    meter = meters[subject]
    limits = {key: limit for key, limit in meter.limits.items() if key != name}
    return {**meters, subject: Meter(limits, meter.marks)}, lines


@dataclass(slots=True)
class _Place:
    """Where a line stands: which of it is next, and what it waits for, if not only for its time.

    `open_at` is the last moment at which its hours were found open.
    """

    line: Line
    next: int = 0
    waits_for: Binding | None = None
    open_at: datetime | None = None


class _Run:
    """One run ahead. Lines are in `_later` by when to look at them again, or `_ready` by turn."""

    def __init__(
        self, mailbox: str, meters: Mapping[str, Meter], lines: Sequence[Line], now: datetime
    ) -> None:
        self._meters = {name: Meter(one.limits, {**one.marks}) for name, one in meters.items()}
        self._mailbox = mailbox
        self._own = self._meters.get(mailbox, Meter({}))
        self._moment = now
        self._later: list[tuple[datetime, int]] = []
        self._ready: list[tuple[datetime, int]] = []
        self._places = [_Place(line) for line in lines]
        for number, line in enumerate(lines):
            self._put(number, line.moments[0])
        self.waited: Counter[Binding] = Counter()
        """What the mailbox had nothing to do for, though something was due: so many seconds."""
        self.ends = [now] * len(lines)
        """When the last went of each line, so far."""

    def empty(self, by: datetime | None = None) -> datetime:
        """Let all go, and return when the last went; where that is not before `by`, only so far."""
        while (self._ready or self._later) and (by is None or self._moment < by):
            if not self._ready:
                at, number = self._later[0]
                self._wait(at, self._places[number].waits_for)
                continue
            opens, name = self._own.opens(self._moment)
            if name is None:
                self._send(self._own.room(self._moment))
            else:
                self._wait(opens, (self._mailbox, name))
                self._send(1)  # for so many there is room then, at least
        return self._moment

    def _wait(self, until: datetime, binding: Binding | None) -> None:
        """Let time pass, and the lines join whose time has come."""
        if binding is not None:
            self.waited[binding] += max(1, round((until - self._moment).total_seconds()))
        self._moment = until
        while self._later and self._later[0][0] <= until:
            at, number = heappop(self._later)
            self._put(number, at)

    def _put(self, number: int, at: datetime) -> None:
        """Let a line, which can go then at the earliest, wait for that, or for its turn."""
        if at > self._moment:
            heappush(self._later, (at, number))
            return
        place = self._places[number]
        heappush(self._ready, (place.line.moments[place.next] + place.line.patience, number))

    def _send(self, room: int) -> None:
        """Let so many go, or as many as can go now."""
        taken = 0
        while self._ready and taken < room:
            taken += self._let_go(heappop(self._ready)[1], room - taken)
        self._own.take(taken, self._moment)

    def _let_go(self, number: int, room: int) -> int:
        """Let those of a line go whose turn it is, as far as they can; return how many went."""
        place = self._places[number]
        line = place.line
        opens, place.waits_for = self._opens(place)
        if opens > self._moment:
            self._put(number, opens)
            return 0
        count = min(room, self._in_turn(place))
        if (provider := self._meters.get(line.recipient)) is not None:
            count = min(count, provider.room(self._moment))
            provider.take(count, self._moment)
        place.next += count
        self.ends[number] = self._moment
        if place.next < len(line.moments):
            self._put(number, line.moments[place.next])
        return count

    def _opens(self, place: _Place) -> tuple[datetime, Binding | None]:
        """Return when hours and provider of a line are open, and which of them is not."""
        if place.open_at != self._moment:
            opens, closed = place.line.hours.opens(self._moment)
            if closed is not None:
                return opens, closed
            place.open_at = opens
        provider = self._meters.get(place.line.recipient)
        if provider is None:
            return self._moment, None
        opens, name = provider.opens(self._moment)
        return opens, None if name is None else (place.line.recipient, name)

    def _in_turn(self, place: _Place) -> int:
        """Count those of a line that are due before it is another's turn; one is."""
        until = self._moment
        if self._ready:
            until = min(until, self._ready[0][0] - place.line.patience)
        return bisect_right(place.line.moments, until, place.next) - place.next
