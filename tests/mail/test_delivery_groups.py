"""A server that announces PIPELINING and loses what comes with a command: one goes at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.mail.fake_smtp import GOOD, Peer, accept, fake_smtp
from tests.mail.test_delivery_pool import PATIENT, account
from tests.mail.test_delivery_refusing import ends, packages
from worker.delivery.outcome import Accepted, Deferred
from worker.delivery.pool import Pool

SHORT = replace(PATIENT, command=0.5)


async def lose_the_rest(peer: Peer) -> None:
    """Answer, and take what came in the same packet for nothing."""
    peer.reader._buffer.clear()  # type: ignore[attr-defined]
    await peer.say(b"250 ok\r\n")


async def accept_and_lose_the_rest(peer: Peer) -> None:
    await peer.say(b"354 go on\r\n")
    await peer.body()
    await lose_the_rest(peer)


@pytest.mark.parametrize(
    ("verb", "action"),
    [("MAIL", lose_the_rest), ("RCPT", lose_the_rest), ("DATA", accept_and_lose_the_rest)],
)
async def test_a_server_that_loses_what_comes_along_gets_one_command_at_a_time(
    verb: str, action: Callable[[Peer], Awaitable[None]]
) -> None:
    async with fake_smtp({**GOOD, verb: action}) as server:
        pool = Pool(replace(account(server.port), timeouts=SHORT))
        outcomes = await ends(packages(pool, 4))
        outcomes += await ends(packages(pool, 4))
        await pool.close()
    assert {type(outcome) for outcome in outcomes} == {Accepted}
    assert len(server.bodies) == 8
    assert server.connections == 2


async def test_a_server_that_falls_silent_one_by_one_too_is_told_of() -> None:
    async def once(peer: Peer) -> None:
        await peer.say(b"250 ok\r\n")
        await peer.record.over.wait()

    async with fake_smtp({**GOOD, "MAIL": once, "DATA": accept}) as server:
        pool = Pool(replace(account(server.port), timeouts=SHORT))
        first, *_ = await ends(packages(pool, 3))
        await pool.close()
    assert isinstance(first, Deferred)
    assert server.connections == 2
