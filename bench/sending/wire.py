"""Sends prebuilt bytes: `python -m bench.sending.wire PORT MESSAGES`.

Prints `{"seconds": ON THE WALL, "cpu": OF THE PROCESSOR}`.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import sys
import time

from bench.sending import letters
from bench.sending.crew import LONGEST
from bench.sending.loop import run
from bench.sending.project import CONNECTIONS
from worker.delivery.account import Account
from worker.delivery.body import Clean
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Accepted, Outcome
from worker.delivery.pool import Pool
from worker.engine.send import IN_FLIGHT


class Stream:
    """So many messages that are carried, a few of them waiting; `end` is set once all arrived."""

    def __init__(self, pool: Pool, body: Clean, count: int) -> None:
        self.body = body
        self.end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pool = pool
        self._count = count
        self._carried = 0
        self._arrived = 0
        for _ in range(min(IN_FLIGHT, count)):
            self._carry_next()

    def arrived(self) -> None:
        """Count one, and let the next one go."""
        self._arrived += 1
        if self._carried < self._count:
            self._carry_next()
        elif self._arrived == self._count:
            self.end.set_result(None)

    def _carry_next(self) -> None:
        self._carried += 1
        self._pool.carry(Package(self, f"lead{self._carried}@x.example"))


class Package:
    """One message of a stream (`worker.delivery.parcel.Parcel`)."""

    def __init__(self, stream: Stream, recipient: str) -> None:
        self.body = stream.body
        self.envelope = Envelope.of(letters.SENDER, recipient, self.body.raw)
        self.claimed = time.monotonic()
        self._stream = stream

    async def release(self) -> bool:
        """Let it go."""
        return True

    def ended(self, outcome: Outcome) -> None:
        """Take note of it; it must be accepted."""
        assert isinstance(outcome, Accepted), outcome
        self._stream.arrived()

    def failed(self, error: Exception) -> None:
        """End with what went wrong."""
        self._stream.end.set_exception(error)


async def send(port: int, count: int) -> dict[str, float]:
    """Send `count` messages over all connections; return what it took."""
    pool = Pool(
        Account("127.0.0.1", port, "none", connections=CONNECTIONS, messages_per_connection=count)
    )
    body = Clean.of(letters.rendered().pieces)
    begun, cpu = time.perf_counter(), time.process_time()
    await Stream(pool, body, count).end
    took = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
    await pool.close()
    return took


if __name__ == "__main__":
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    print(json.dumps(run(send(int(sys.argv[1]), int(sys.argv[2])))))  # noqa: T201
