"""A message on its way, as the transport sees it: what to carry, whom to ask, and whom to tell."""

from __future__ import annotations

from typing import Protocol

from worker.delivery.body import Body
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Outcome


class Parcel(Protocol):
    """One message to carry; it hears of its end exactly once, by `ended` or by `failed`."""

    @property
    def envelope(self) -> Envelope:
        """From whom and to whom."""
        ...

    @property
    def body(self) -> Body:
        """What follows DATA, without its final dot."""
        ...

    @property
    def claimed(self) -> float:
        """The monotonic second at which it was claimed, with others of its mailbox."""
        ...

    async def release(self) -> bool:
        """Tell whether it may go; asked right before the first byte of the body."""
        ...

    def ended(self, outcome: Outcome) -> None:
        """Hear what became of it."""
        ...

    def failed(self, error: Exception) -> None:
        """Hear of a fault of the worker's own; how far the message came is not known."""
        ...
