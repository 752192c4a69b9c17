"""The transport that only takes note: it accepts everything at once, and carries nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Accepted, Outcome, Withheld

_ACCEPTED = Accepted("taken note of, not sent")


class Notebook:
    """A `worker.engine.send.Carrier` behind which there is no server."""

    async def deliver(
        self, _envelope: Envelope, _body: bytes, release: Callable[[], Awaitable[bool]]
    ) -> Outcome:
        """Ask for the release, as every transport does, and call the message accepted."""
        return _ACCEPTED if await release() else Withheld()

    def forget_login(self) -> None:
        """Do nothing: nobody logs in."""
