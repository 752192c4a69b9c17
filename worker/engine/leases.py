"""Leases: how a worker shows that it lives, and how others find out that it does not.

A lease is a counter in the database that its worker keeps moving. Whoever rescues declares a
worker lost when it has not seen its counter move for so many seconds of its own monotonic clock:
no clock of another machine is believed, and no time counts in which it did not look itself. A lost
worker's epoch is ended, so that it can write no more should it come back (promise 5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from worker.core.states import MessageState
from worker.engine import rescue
from worker.engine.apply import Desk
from worker.store import installation
from worker.store.installation import Beat
from worker.store.messages import Holder

BLIND = 30.0
"""Seconds between two looks after which whoever looks begins to count anew: the database was away,
or all machines were suspended, and the others could not move their counters either."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds without a beat after which what a worker holds is taken from it.

    A transmission may take ten minutes for the answer to its final dot (RFC 5321 §4.5.3.2.6), so
    one that began is only given up after eleven.
    """

    claimed: float = 60.0
    transmitting: float = 660.0


class Watchman:
    """Watches the beats of all workers but one's own."""

    def __init__(
        self, own: str, monotonic: Callable[[], float], patience: Patience | None = None
    ) -> None:
        self._own = own
        self._monotonic = monotonic
        self._patience = patience or Patience()
        self._seen: dict[str, tuple[Beat, float]] = {}
        self._looked = monotonic()

    def look(self, desk: Desk) -> int:
        """Take from lost workers what they hold; tell how many messages that was."""
        now = self._monotonic()
        if now - self._looked > BLIND:
            self._seen.clear()
        self._looked = now
        return sum(
            self._judge(desk, beat, now)
            for beat in installation.beats(desk.connection)
            if beat.worker != self._own
        )

    def _judge(self, desk: Desk, beat: Beat, now: float) -> int:
        last, since = self._seen.get(beat.worker, (None, now))
        if last != beat:
            self._seen[beat.worker] = (beat, now)
            return 0
        states = self._given_up(now - since)
        if not states:
            return 0
        left = rescue.held_by(desk, beat.worker, states)
        if left:
            installation.end_epoch(desk.connection, beat.worker)
            for message in left:
                rescue.take_over(desk, message, f"the worker {beat.worker} was lost")
        return len(left)

    def _given_up(self, silent: float) -> tuple[MessageState, ...]:
        if silent >= self._patience.transmitting:
            return (MessageState.CLAIMED, MessageState.TRANSMITTING)
        return (MessageState.CLAIMED,) if silent >= self._patience.claimed else ()


def beat(desk: Desk, holder: Holder) -> bool:
    """Move the worker's counter; False where its epoch was ended by somebody else."""
    return installation.beat(desk.connection, holder.worker, holder.epoch)
