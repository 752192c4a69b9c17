"""A server that takes nobody, or no more: one message tries it for all, and none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.mail.fake_smtp import (
    GOOD,
    Action,
    Peer,
    Script,
    accept,
    cut,
    fake_smtp,
    last_words,
    silence,
)
from tests.mail.parcels import Package, Release, yes
from tests.mail.test_delivery_pool import BODY, PATIENT, account
from worker.delivery import connections
from worker.delivery.account import Account
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import (
    STOPPING,
    Accepted,
    Deferred,
    InDoubt,
    LoginRefused,
    Outcome,
    Refused,
    Returned,
)
from worker.delivery.pool import Pool

HELLO = b"220 mail.example\r\n"
BUSY = b"421 4.7.0 too many connections\r\n"


def packages(pool: Pool, count: int, release: Release = yes) -> list[Package]:
    """Give a pool messages to carry."""
    made = [
        Package(Envelope.of("a@x.example", f"b{number}@y.example", BODY), BODY, release)
        for number in range(count)
    ]
    for package in made:
        pool.carry(package)
    return made


async def ends(made: list[Package]) -> list[Outcome]:
    return await asyncio.gather(*(package.end for package in made))


async def hang_up(peer: Peer) -> None:
    """Answer EHLO and leave, as servers do that have enough of us once we are logged in."""
    await peer.say(b"250 mail.example\r\n")
    peer.writer.write_eof()
    await silence(peer)


@pytest.mark.parametrize(
    ("verb", "good", "bad"),
    [
        ("CONNECT", HELLO, last_words(BUSY)),
        ("EHLO", b"250 mail.example\r\n", hang_up),
    ],
    ids=["421", "hung up"],
)
async def test_a_server_that_takes_two_connections_gets_all_by_two(
    verb: str, good: bytes, bad: Callable[[Peer], Awaitable[None]]
) -> None:
    tried = asyncio.Event()

    async def third(peer: Peer) -> None:
        await bad(peer)
        tried.set()

    async def release() -> bool:
        await tried.wait()  # both are in use when another is asked for
        return True

    script: Script = {**GOOD, verb: (good, good, third)}
    async with fake_smtp(script) as server:
        pool = Pool(account(server.port, 5))
        outcomes = await ends(packages(pool, 20, release))
        more = await ends(packages(pool, 20))
        await pool.close()
    assert {type(outcome) for outcome in outcomes + more} == {Accepted}
    assert len(server.bodies) == 40
    assert server.connections == 3


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ({**GOOD, "CONNECT": BUSY}, Deferred),
        ({**GOOD, "CONNECT": b"554 5.7.1 your address is blocked\r\n"}, Refused),
        ({**GOOD, "AUTH": b"454 4.7.0 too many login attempts\r\n"}, Deferred),
        ({**GOOD, "AUTH": b"535 5.7.8 wrong\r\n"}, LoginRefused),
    ],
    ids=["421", "554", "454 at the login", "535"],
)
async def test_a_server_that_takes_nobody_is_asked_once(
    script: Script, kind: type[Outcome]
) -> None:
    script = {**script, "EHLO": b"250-mail.example\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n"}
    async with fake_smtp(script) as server:
        pool = Pool(replace(account(server.port, 5), username="us", password="lamp"))
        first, *others = await ends(packages(pool, 20))
        others += await ends(packages(pool, 20))  # of the same claim
        await pool.close()
    assert isinstance(first, kind)
    assert others == [Returned(str(first))] * 39
    assert server.connections == 1


async def test_a_server_that_hangs_up_before_the_first_message_is_asked_once() -> None:
    async with fake_smtp({**GOOD, "EHLO": hang_up}) as server:
        pool = Pool(account(server.port, 5))
        first, *others = await ends(packages(pool, 20))
        await pool.close()
    assert isinstance(first, Deferred)
    assert others == [Returned(str(first))] * 19
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"550 5.7.1 sender not welcome\r\n",
        b"451 4.3.2 come back later\r\n",
        b"421 4.7.0 try again later\r\n",
    ],
)
async def test_what_is_said_of_us_at_mail_is_heard_for_all(answer: bytes) -> None:
    async with fake_smtp({**GOOD, "MAIL": answer}) as server:
        pool = Pool(account(server.port, connections=1))
        first, *others = await ends(packages(pool, 20))
        others += await ends(packages(pool, 20))
        await pool.close()
    assert isinstance(first, Refused | Deferred)
    assert others == [Returned(str(first))] * 39
    assert server.verbs.count("MAIL") == 1


@pytest.mark.parametrize(
    ("verb", "answer", "kind"),
    [
        ("RCPT", b"421 4.7.0 slow down\r\n", Deferred),
        ("RCPT", cut, Deferred),
        (".", b"421 4.7.0 slow down\r\n", Deferred),
        (".", cut, InDoubt),
    ],
    ids=["421", "cut", "421 after the dot", "cut after the dot"],
)
async def test_what_makes_a_mailbox_wait_is_tried_with_one(
    verb: str, answer: Action, kind: type[Outcome]
) -> None:
    async with fake_smtp({**GOOD, verb: answer}) as server:
        pool = Pool(account(server.port, connections=1))
        first, *others = await ends(packages(pool, 20))
        await pool.close()
    assert isinstance(first, kind)
    assert others == [Returned(str(first))] * 19
    assert server.connections == 1


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
async def test_a_server_that_says_late_that_it_takes_no_more_gets_all_by_what_it_takes(
    verb: str,
) -> None:
    """So does Exchange Online: it logs everybody in, and serves three."""
    taken: set[Peer] = set()
    turned_away = asyncio.Event()

    async def serve_three(peer: Peer) -> None:
        if len(taken) == 3 and peer not in taken:
            await peer.say(b"432 4.3.2 Concurrent connections limit exceeded\r\n")
            turned_away.set()
        else:
            taken.add(peer)
            await (accept(peer) if verb == "DATA" else peer.say(b"250 ok\r\n"))

    async def release() -> bool:
        await turned_away.wait()
        return True

    # Of three that are served, each is in use until the others have been turned away.
    script: Script = {**GOOD, verb: serve_three}
    async with fake_smtp(script) as server:
        pool = Pool(account(server.port, 5))
        outcomes = await ends(packages(pool, 20, release if verb != "DATA" else yes))
        await pool.close()
    assert {type(outcome) for outcome in outcomes} == {Accepted}
    assert len(server.bodies) == 20


async def test_a_server_that_says_after_the_dot_that_it_takes_no_more_is_heard() -> None:
    served = 0
    all_there = asyncio.Barrier(5)

    async def serve_three(peer: Peer) -> None:
        nonlocal served
        served += 1
        refused = b"432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded\r\n"
        await peer.say(refused if served == 4 else b"250 ok\r\n")

    async def release() -> bool:
        if served == 0:
            await all_there.wait()
        return True

    async with fake_smtp({**GOOD, ".": serve_three}) as server:
        pool = Pool(account(server.port, 5))
        outcomes = await ends(packages(pool, 5, release))
        most = pool._connections.most
        await pool.close()
    assert sum(isinstance(one, Deferred) for one in outcomes) == 1
    assert most == 4


async def test_letters_of_one_claim_hear_the_same_however_late_they_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "MOMENT", 0.0)
    async with fake_smtp({**GOOD, ".": (cut, b"250 ok\r\n")}) as server:
        pool = Pool(account(server.port, connections=1))
        made = packages(pool, 10)
        first, *others = await ends(made)
        late = Package(made[0].envelope, BODY, yes)
        late.claimed = made[0].claimed
        pool.carry(late)
        others += await ends([late])
        after = await ends(packages(pool, 1))
        await pool.close()
    assert isinstance(first, InDoubt)
    assert others == [Returned(str(first))] * 10
    assert isinstance(after[0], Accepted)


async def test_what_is_said_of_one_recipient_is_heard_for_one() -> None:
    script: Script = {**GOOD, "RCPT": (b"450 4.2.2 full\r\n", b"250 ok\r\n")}
    async with fake_smtp(script) as server:
        pool = Pool(account(server.port, connections=1))
        first, *others = await ends(packages(pool, 5))
        await pool.close()
    assert isinstance(first, Deferred)
    assert all(isinstance(outcome, Accepted) for outcome in others)


async def test_after_a_stop_no_body_begins() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(peer: Peer) -> None:
        begun.set()
        await go_on.wait()
        await peer.say(b"250 ok\r\n")

    async with fake_smtp({**GOOD, "DATA": accept, ".": slow}) as server:
        pool = Pool(account(server.port, connections=1))
        made = packages(pool, 5)
        await begun.wait()
        pool.stop()
        go_on.set()
        first, *others = await ends(made)
        await pool.close()
    assert isinstance(first, Accepted)
    assert others == [STOPPING] * 4
    assert len(server.bodies) == 1


@pytest.mark.parametrize("where", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
async def test_a_silent_server_holds_up_no_stop(where: str) -> None:
    asked = asyncio.Event()

    async def mute(peer: Peer) -> None:
        asked.set()
        await silence(peer)

    async with fake_smtp({**GOOD, where: mute}) as server:
        pool = Pool(account(server.port, 5))
        made = packages(pool, 5)
        await asked.wait()
        pool.stop()
        assert await ends(made) == [STOPPING] * 5
        await pool.close()


async def test_a_stop_while_certificates_are_read_opens_nothing() -> None:
    loop = asyncio.get_running_loop()

    class Interrupted(Account):
        def tls_context(self) -> None:
            asyncio.run_coroutine_threadsafe(stop(), loop).result()

    async def stop() -> None:
        pool.stop()

    async with fake_smtp({**GOOD, "CONNECT": silence}) as server:
        pool = Pool(Interrupted("127.0.0.1", server.port, "tls", timeouts=PATIENT))
        assert await ends(packages(pool, 1)) == [STOPPING]
        await pool.close()
    assert server.connections == 0


async def test_of_connections_that_fell_silent_one_is_asked() -> None:
    """So a router leaves them that forgot them: each would cost as long as the first."""
    together = asyncio.Barrier(5)

    async def release() -> bool:
        await together.wait()  # each has a connection of its own
        return True

    limits = replace(PATIENT, idle=0.0, check=0.2)
    async with fake_smtp({**GOOD, "NOOP": silence}) as server:
        pool = Pool(replace(account(server.port, 5), timeouts=limits))
        await ends(packages(pool, 5, release))
        (outcome,) = await ends(packages(pool, 1))
        await pool.close()
    assert isinstance(outcome, Accepted)
    assert server.verbs.count("NOOP") == 1
    assert server.connections == 6
