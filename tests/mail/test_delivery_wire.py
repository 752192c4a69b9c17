"""What is known of bytes that the transport could not get rid of, and of connections cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import pytest

from tests.mail.fake_smtp import GOOD, Action, Peer, Record, fake_smtp, silence
from worker.delivery.account import Account, Timeouts
from worker.delivery.conversation import BLOCK, Conversation
from worker.delivery.envelope import Envelope, Extensions
from worker.delivery.opening import open_conversation
from worker.delivery.outcome import Deferred, InDoubt, Offered, Phase
from worker.delivery.wire import CutError, Wire

TINY = 2048
BODY = b"x" * (BLOCK - 100)
MUCH = b"x" * (4 << 20)
"""More than a socket takes at once."""
ENVELOPE = Envelope.of("a@x.example", "b@y.example", BODY)


@asynccontextmanager
async def narrow(data: Action, dot: float) -> AsyncIterator[Conversation]:
    """Offer a message to a server that does `data` at DATA, by a connection that holds little."""
    async with fake_smtp({**GOOD, "CONNECT": b"", "DATA": data}, receive_buffer=TINY) as server:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, TINY)
        client.connect(("127.0.0.1", server.port))
        client.settimeout(0)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=client)
        limits = Timeouts(command=10, block=10, dot=dot)
        extensions = Extensions(pipelining=True)
        conversation = Conversation(Wire(transport), extensions, limits, "fake")
        assert isinstance(await conversation.offer(ENVELOPE), Offered)
        yield conversation
        conversation.withdraw()


async def take_a_little(peer: Peer) -> None:
    """Answer DATA and let the body begin, but leave most of it with the client."""
    peer.is_over = True
    await peer.say(b"354 go on\r\n")
    await peer.reader.readexactly(1)
    cast(asyncio.Transport, peer.writer.transport).pause_reading()


async def stop_reading(peer: Peer) -> None:
    await take_a_little(peer)
    await peer.record.over.wait()


async def cut_in_the_middle(peer: Peer) -> None:
    await take_a_little(peer)
    peer.writer.transport.abort()


async def lie(peer: Peer) -> None:
    await take_a_little(peer)
    await peer.say(b"250 taken\r\n")
    await peer.record.over.wait()


@pytest.mark.parametrize(
    ("data", "dot"), [(stop_reading, 0.4), (cut_in_the_middle, 10.0), (lie, 10.0)]
)
async def test_a_dot_that_never_left_is_no_doubt(data: Action, dot: float) -> None:
    async with narrow(data, dot) as conversation:
        outcome = await conversation.transmit(BODY)
        assert isinstance(outcome, Deferred)
        assert outcome.phase is Phase.BODY
        assert not conversation.in_step


async def test_a_yes_before_the_dot_does_not_count_with_more_behind_it() -> None:
    async with narrow(lie, 10.0) as conversation:
        outcome = await conversation.transmit(BODY, ENVELOPE)
        assert isinstance(outcome, Deferred)


async def test_where_more_was_written_behind_the_dot_a_cut_is_a_doubt() -> None:
    """A lost transport has forgotten how much it held: the dot, or only what came after it."""
    async with narrow(cut_in_the_middle, 10.0) as conversation:
        outcome = await conversation.transmit(BODY, ENVELOPE)
        assert isinstance(outcome, InDoubt)


async def test_a_cancelled_offer_closes_the_connection() -> None:
    waiting, gone = asyncio.Event(), asyncio.Event()

    async def hang(peer: Peer) -> None:
        waiting.set()
        await silence(peer)
        gone.set()

    async with fake_smtp({**GOOD, "RCPT": hang}) as server:
        conversation = await opened(server)
        offering = asyncio.create_task(conversation.offer(ENVELOPE))
        await waiting.wait()
        offering.cancel()
        await asyncio.wait({offering}, timeout=5)
        assert offering.cancelled()
        await gone.wait()
        assert not await conversation.check()


@asynccontextmanager
async def wired() -> AsyncIterator[tuple[Wire, socket.socket]]:
    """Lend a wire, and the other end of it as a socket that nothing reads or writes by itself."""
    ours, theirs = socket.socketpair()
    with theirs:
        ours.settimeout(0)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
        wire = Wire(transport)
        yield wire, theirs
        wire.abort("the test is over")
        await wire.close(10)


async def test_what_is_sent_is_with_the_system_at_once_as_far_as_it_takes_it() -> None:
    async with wired() as (wire, theirs):
        wire.send(b"NOOP\r\n")
        assert not wire.holds_back(0)
        assert theirs.recv(100) == b"NOOP\r\n"
        wire.send(MUCH)
        taken = len(pulled(theirs))
        assert wire.holds_back(len(MUCH) - taken - 1)
        assert not wire.holds_back(len(MUCH) - taken)
        theirs.settimeout(0)
        rest = b""
        while len(rest) < len(MUCH) - taken:
            await asyncio.sleep(0)
            rest += pulled(theirs)
        await wire.drained(10)
        assert not wire.holds_back(0)


async def test_what_was_held_when_it_was_ended_never_leaves() -> None:
    """Whoever hears that it was held back is certain of it: another may have got it since."""
    async with wired() as (wire, theirs):
        wire.send(MUCH)
        wire.abort("it takes too long")
        assert wire.holds_back(0)
        taken = len(pulled(theirs))  # there is room now for all the rest
        await wire.close(10)
        theirs.settimeout(10)
        assert theirs.recv(1) == b""
        assert taken < len(MUCH)
        assert wire.holds_back(0)


async def test_one_that_ended_by_itself_with_its_last_byte_can_be_ended_again() -> None:
    async with wired() as (wire, theirs):
        wire.send(MUCH)
        theirs.shutdown(socket.SHUT_WR)
        asking = asyncio.create_task(wire.reply(10))
        while not asking.done():
            pulled(theirs)
            await asyncio.sleep(0)
        assert isinstance(asking.exception(), CutError)
        assert not wire.holds_back(0)
        wire.abort("it is gone")


def in_turn(work: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_soon(work)


def on_reading(work: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()

    def read() -> None:
        loop.remove_reader(ours)
        ours.close()
        work()

    loop.add_reader(ours, read)
    theirs.close()


def on_a_signal(work: Callable[[], None]) -> None:
    """Where a signal cuts the waiting off, as a suspension does, no loop looks again."""

    def handle(*_: object) -> None:
        signal.signal(signal.SIGALRM, before)
        work()

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.001)


@pytest.mark.parametrize("stall", [in_turn, on_reading, on_a_signal])
async def test_an_answer_that_a_stalled_process_finds_too_late_counts(
    stall: Callable[[Callable[[], None]], None],
) -> None:
    limit = 0.1

    def answer_and_stall() -> None:
        theirs.sendall(b"250 here I am\r\n")
        resumes = time.monotonic() + 2 * limit
        while time.monotonic() < resumes:
            pass

    async with wired() as (wire, theirs):
        wire.send(b"NOOP\r\n", replies=1)
        stall(answer_and_stall)
        assert (await wire.reply(limit)).text == "here I am"
        assert wire.in_step


def pulled(theirs: socket.socket) -> bytes:
    """Return all that can be read without waiting."""
    theirs.settimeout(0)
    pieces = []
    with contextlib.suppress(BlockingIOError):
        while piece := theirs.recv(1 << 20):
            pieces.append(piece)
    return b"".join(pieces)


async def opened(server: Record) -> Conversation:
    conversation = await open_conversation(Account("127.0.0.1", server.port, "none"), None)
    assert isinstance(conversation, Conversation)
    return conversation
