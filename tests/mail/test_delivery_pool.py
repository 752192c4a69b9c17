"""Connections are reused, rested and checked; a next message may go along with a body."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import zip_longest

import pytest

from tests.mail.fake_smtp import (
    GOOD,
    PLAIN,
    Peer,
    Script,
    accept,
    cut,
    fake_smtp,
    last_words,
    silence,
)
from tests.mail.parcels import Package, deliver, yes
from worker.delivery.account import Account, Timeouts
from worker.delivery.connections import Connections
from worker.delivery.conversation import Conversation
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import (
    STOPPING,
    Accepted,
    Deferred,
    InDoubt,
    Offered,
    Outcome,
    Refused,
)
from worker.delivery.pool import Pool

BODY = b"Subject: hello\r\n\r\nbye\r\n"
PATIENT = Timeouts(connect=10, command=10, block=10, dot=10, goodbye=10)


def envelope(number: int = 0) -> Envelope:
    return Envelope.of("a@x.example", f"b{number}@y.example", BODY)


def account(port: int, connections: int = 1, messages: int = 100, idle: float = 20.0) -> Account:
    return Account(
        "127.0.0.1",
        port,
        "none",
        timeouts=replace(PATIENT, idle=idle),
        connections=connections,
        messages_per_connection=messages,
    )


@asynccontextmanager
async def lent(connections: Connections) -> AsyncIterator[Conversation]:
    """Lend a conversation for a block."""
    conversation = await connections.take()
    assert isinstance(conversation, Conversation)
    yield conversation
    await connections.give_back(conversation)


@asynccontextmanager
async def conversing(port: int) -> AsyncIterator[Conversation]:
    """Lend the only conversation for a block, and close it."""
    connections = Connections(account(port))
    async with lent(connections) as conversation:
        yield conversation
    await connections.close()


async def send_stream(conversation: Conversation, count: int) -> list[Outcome]:
    """Send `count` messages, each but the first offered along with the body before it."""
    outcomes: list[Outcome] = []
    envelopes = [envelope(number) for number in range(count)]
    for one, following in zip_longest(envelopes, envelopes[1:]):
        offered = await conversation.offer(one)
        if not isinstance(offered, Offered):
            outcomes.append(offered)
            continue
        outcomes.append(await conversation.transmit(BODY, following))
    return outcomes


@pytest.mark.parametrize("script", [GOOD, PLAIN], ids=["pipelined", "one by one"])
async def test_a_stream_of_messages(script: Script) -> None:
    async with fake_smtp(script) as server, conversing(server.port) as conversation:
        outcomes = await send_stream(conversation, 5)
    assert outcomes == [Accepted("250 2.0.0 queued")] * 5
    assert len(server.bodies) == 5
    assert [line for _, line in server.lines if line.startswith(b"RCPT")] == [
        envelope(number).rcpt() for number in range(5)
    ]
    assert server.verbs[-1] == "QUIT"


async def test_a_refusal_amid_a_stream_touches_nobody_else() -> None:
    ok, no = b"250 ok\r\n", b"550 5.1.1 unknown\r\n"
    script: Script = {**GOOD, "RCPT": (ok, no, ok), ".": (b"250 1\r\n", b"451 2\r\n", b"250 3\r\n")}
    async with fake_smtp(script) as server, conversing(server.port) as conversation:
        first, second, third, fourth = await send_stream(conversation, 4)
    assert first == Accepted("250 1")
    assert isinstance(second, Refused)
    assert second.blame == "address"
    # The fake server answers 354 although nobody was accepted; the lone dot got the 451.
    assert third == Accepted("250 3")
    assert fourth == Accepted("250 3")
    assert server.connections == 1


async def test_only_one_message_is_in_doubt_when_a_stream_is_cut() -> None:
    script: Script = {**GOOD, ".": (b"250 1\r\n", cut)}
    async with fake_smtp(script) as server, conversing(server.port) as conversation:
        outcomes = await send_stream(conversation, 4)
    assert outcomes[0] == Accepted("250 1")
    assert isinstance(outcomes[1], InDoubt)
    assert all(isinstance(outcome, Deferred) for outcome in outcomes[2:])


async def test_misuse_is_an_error_and_not_a_mail() -> None:
    async with fake_smtp(GOOD) as server, conversing(server.port) as conversation:
        with pytest.raises(RuntimeError, match="must be offered"):
            await conversation.transmit(BODY)
        assert isinstance(await conversation.offer(envelope(1)), Offered)
        await conversation.transmit(BODY, envelope(2))
        with pytest.raises(RuntimeError, match="another envelope"):
            await conversation.offer(envelope(3))
    assert len(server.bodies) == 1


async def test_a_conversation_given_back_out_of_step_is_not_reused() -> None:
    async with fake_smtp(GOOD) as server:
        connections = Connections(account(server.port))
        async with lent(connections) as conversation:
            assert isinstance(await conversation.offer(envelope()), Offered)
        async with lent(connections) as another:
            assert another is not conversation
        async with lent(connections) as again:
            assert again is another
        await connections.close()
    assert (server.connections, len(server.bodies)) == (2, 0)


async def test_an_error_of_the_caller_closes_the_connection() -> None:
    async def fail() -> bool:
        raise LookupError("the database is gone")

    gone = asyncio.Event()

    async def wait_for_the_end(peer: Peer) -> None:
        await peer.say(b"354 go on\r\n")
        await silence(peer)
        gone.set()

    async with fake_smtp({**GOOD, "DATA": (wait_for_the_end, accept)}) as server:
        pool = Pool(account(server.port))
        with pytest.raises(LookupError):
            await deliver(pool, envelope(), BODY, fail)
        await gone.wait()
        assert isinstance(await deliver(pool, envelope(), BODY, yes), Accepted)
        await pool.close()
    assert (server.connections, len(server.bodies)) == (2, 1)


async def test_connections_are_reused_and_rested() -> None:
    async with fake_smtp(GOOD) as server:
        pool = Pool(account(server.port, messages=2))
        for number in range(5):
            assert isinstance(await deliver(pool, envelope(number), BODY, yes), Accepted)
        await pool.close()
    assert (server.connections, server.verbs.count("QUIT")) == (3, 3)


async def test_no_more_connections_than_allowed() -> None:
    both = asyncio.Barrier(2)

    async def release() -> bool:
        await both.wait()
        return True

    async with fake_smtp(GOOD) as server:
        pool = Pool(account(server.port, connections=2))
        outcomes = await asyncio.gather(
            *(deliver(pool, envelope(number), BODY, release) for number in range(20))
        )
        await pool.close()
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert (server.connections, len(server.bodies)) == (2, 20)


@pytest.mark.parametrize("farewell", [b"", b"421 4.4.2 idle too long\r\n"])
async def test_a_connection_that_died_while_idle_costs_nothing(farewell: bytes) -> None:
    accept_and_leave = last_words(b"250 ok\r\n" + farewell)
    async with fake_smtp({**GOOD, ".": (accept_and_leave, b"250 again\r\n")}) as server:
        pool = Pool(account(server.port))
        first = await deliver(pool, envelope(), BODY, yes)
        second = await deliver(pool, envelope(), BODY, yes)
        await pool.close()
    assert (first, second) == (Accepted("250 ok"), Accepted("250 again"))
    assert server.connections == 2


async def test_a_farewell_at_the_second_mail_is_tried_again_afresh() -> None:
    goodbye = last_words(b"421 4.7.0 enough on one connection\r\n")
    script: Script = {**GOOD, "MAIL": (b"250 ok\r\n", goodbye, b"250 ok\r\n")}
    async with fake_smtp(script) as server:
        pool = Pool(account(server.port))
        outcomes = [await deliver(pool, envelope(), BODY, yes) for _ in range(2)]
        await pool.close()
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "connections"), [(b"250 here\r\n", 1), (b"421 gone\r\n", 2), (b"500 what?\r\n", 2)]
)
async def test_an_idle_connection_is_checked(answer: bytes, connections: int) -> None:
    async with fake_smtp({**GOOD, "NOOP": answer}) as server:
        pool = Pool(account(server.port, idle=0.0))
        for number in range(2):
            assert isinstance(await deliver(pool, envelope(number), BODY, yes), Accepted)
        await pool.close()
    assert server.verbs.count("NOOP") == 1
    assert server.connections == connections


async def test_closing_waits_for_what_is_under_way() -> None:
    asked, released = asyncio.Event(), asyncio.Event()

    async def release() -> bool:
        asked.set()
        await released.wait()
        return True

    async with fake_smtp(GOOD) as server:
        pool = Pool(account(server.port))
        sending = asyncio.create_task(deliver(pool, envelope(1), BODY, release))
        waiting = asyncio.create_task(deliver(pool, envelope(2), BODY, yes))
        await asked.wait()
        closing = asyncio.create_task(pool.close())
        released.set()
        assert isinstance(await sending, Accepted)
        stopped = await waiting
        await closing
        late = await deliver(pool, envelope(3), BODY, yes)
    assert stopped == late == STOPPING
    assert len(server.bodies) == 1


async def test_what_comes_once_all_couriers_rested_is_carried_too() -> None:
    async with fake_smtp(GOOD) as server:
        pool = Pool(account(server.port))
        first = Package(envelope(1), BODY, yes)
        second = Package(envelope(2), BODY, yes)
        # In the very moment in which the only courier finds that nothing waits.
        first.end.add_done_callback(lambda _end: pool.carry(second))
        pool.carry(first)
        assert isinstance(await second.end, Accepted)
        await pool.close()
    assert (server.connections, len(server.bodies)) == (1, 2)


async def test_a_fault_of_ours_is_of_one_message_and_whoever_boarded_goes_on() -> None:
    class Unlucky(Package):
        def ended(self, outcome: Outcome) -> None:
            raise LookupError(str(outcome))

    async with fake_smtp(GOOD) as server:
        pool = Pool(account(server.port))
        packages = [Unlucky(envelope(1), BODY, yes), Package(envelope(2), BODY, yes)]
        for package in packages:
            pool.carry(package)
        with pytest.raises(LookupError, match="accepted"):
            await packages[0].end
        assert isinstance(await packages[1].end, Accepted)
        await pool.close()
    assert [line for _, line in server.lines if line.startswith(b"RCPT")] == [
        envelope(1).rcpt(),
        envelope(2).rcpt(),
        envelope(2).rcpt(),
    ]
