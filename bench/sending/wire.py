"""Sends prebuilt bytes: `python -m bench.sending.wire PORT MESSAGES`.

Prints `{"seconds": ON THE WALL, "cpu": OF THE PROCESSOR}`.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import sys
import time
from collections.abc import Iterator

from bench.sending import letters
from bench.sending.crew import LONGEST
from bench.sending.project import CONNECTIONS
from worker.delivery.account import Account
from worker.delivery.body import Clean
from worker.delivery.conversation import Conversation
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Accepted, Offered
from worker.delivery.pool import Pool


async def send(port: int, count: int) -> dict[str, float]:
    """Send `count` messages over all connections; return what it took."""
    account = Account(
        "127.0.0.1", port, "none", connections=CONNECTIONS, messages_per_connection=count
    )
    pool, body = Pool(account), Clean(letters.rendered().raw)
    envelopes = (Envelope.of(letters.SENDER, f"lead{n}@x.example", body) for n in range(count))
    begun, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(_carry(pool, body, envelopes))
    took = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
    await pool.close()
    return took


async def _carry(pool: Pool, body: bytes, envelopes: Iterator[Envelope]) -> None:
    """Send until there are no more, the next envelope going along with each body."""
    async with pool.connection() as conversation:
        assert isinstance(conversation, Conversation), conversation
        envelope = next(envelopes, None)
        while envelope is not None:
            following = next(envelopes, None)
            offered = await conversation.offer(envelope)
            assert isinstance(offered, Offered), offered
            outcome = await conversation.transmit(body, following)
            assert isinstance(outcome, Accepted), outcome
            envelope = following


if __name__ == "__main__":
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    print(json.dumps(asyncio.run(send(int(sys.argv[1]), int(sys.argv[2])))))  # noqa: T201
