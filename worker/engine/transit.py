"""One message on its way: released by the commit of its start, settled by that of its outcome.

Its carrier asks and tells it (`worker.delivery.parcel.Parcel`); whatever goes wrong with it, in our
own code too, is told of this one and touches no other.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from worker.core.facts import Message
from worker.delivery.outcome import WITHHELD, Deferred, Outcome, Phase
from worker.engine.commit import Sending
from worker.engine.ledger import Ledger
from worker.engine.points import Point, Reached

FRESH = 5.0  # seconds between the gate and the first byte of the body (design §4)
STALE = Deferred(Phase.BODY, None, "too long between the start and the first byte", "mailbox")


class Transit:
    """A claimed and written message, from its connection to its end.

    `landed` hears what became of it once that is committed, `crashed` of a fault of our own.
    """

    def __init__(
        self,
        sending: Sending,
        ledger: Ledger,
        reached: Reached,
        landed: Callable[[Message, Outcome], None],
        crashed: Callable[[Message, Exception], None],
        claimed: float,
    ) -> None:
        self.envelope = sending.letter.envelope
        self.body = sending.letter.body
        self.claimed = claimed
        self._sending = sending
        self._ledger = ledger
        self._reached = reached
        self._landed = landed
        self._is_stale = False
        self._outcome: Outcome = WITHHELD
        self._crashed = crashed

    async def release(self) -> bool:
        """Commit `transmitting`, unless the gate, or time, has something against it."""
        self._reached(Point.OFFERED)
        since = await self._ledger.start(self._sending)
        if since is None:
            return False
        self._reached(Point.STARTED)
        # The commit and the journal may have taken their time, and we may have been suspended.
        self._is_stale = monotonic() - since > FRESH
        return not self._is_stale

    def ended(self, outcome: Outcome) -> None:
        """Have it written what became of the message."""
        self._reached(Point.TRANSMITTED)
        self._outcome = outcome
        self._ledger.settle(self._sending, STALE if self._is_stale else outcome, self._settled)

    def failed(self, error: Exception) -> None:
        """Say that our own code could not go on with the message."""
        self._crashed(self._sending.message, error)

    def _settled(self, error: Exception | None) -> None:
        try:
            if error is not None:
                raise error
            self._reached(Point.SETTLED)
            self._landed(self._sending.message, self._outcome)
        except Exception as fault:  # noqa: BLE001  whatever it is, the message must not be lost
            self.failed(fault)
