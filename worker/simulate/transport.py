"""The transport that only takes note: it accepts everything at once, and carries nothing."""

from __future__ import annotations

import asyncio

from worker.delivery.outcome import WITHHELD, Accepted
from worker.delivery.parcel import Parcel

_ACCEPTED = Accepted("taken note of, not sent")


class Notebook:
    """A `worker.engine.send.Carrier` behind which there is no server."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def carry(self, parcel: Parcel) -> None:
        """Ask for the release, as every transport does, and call the message accepted."""
        task = asyncio.create_task(_accept(parcel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def is_supplied(self) -> bool:
        """Whether it has enough: never."""
        return False

    def forget_login(self) -> None:
        """Do nothing: nobody logs in."""

    def give_up(self, why: str) -> None:
        """Do nothing: nothing waits."""


async def _accept(parcel: Parcel) -> None:
    try:
        parcel.ended(_ACCEPTED if await parcel.release() else WITHHELD)
    except Exception as error:  # noqa: BLE001  whatever it is, somebody waits for it
        parcel.failed(error)
