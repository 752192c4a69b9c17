"""Whatever a server does: nothing is lost, and nothing wrongly taken for accepted."""

from __future__ import annotations

import asyncio

import pytest

from tests.mail.fake_smtp import (
    GOOD,
    PLAIN,
    Action,
    Peer,
    Script,
    accept,
    cut,
    fake_smtp,
    last_words,
    silence,
    trickle,
)
from tests.mail.parcels import Package, deliver, yes
from worker.delivery.account import Account, Timeouts
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import (
    Accepted,
    Deferred,
    InDoubt,
    Outcome,
    Phase,
    Refused,
    Withheld,
)
from worker.delivery.pool import Pool

BODY = b"Subject: hello\r\n\r\n.dotted\r\nbye\r\n"
ENVELOPE = Envelope.of("a@x.example", "b@y.example", BODY)
PATIENT, IMPATIENT = 10.0, 0.4
"""Seconds: for servers that answer or hang up, and for those that never will."""
PIPELINED_OR_NOT = pytest.mark.parametrize("good", [GOOD, PLAIN], ids=["pipelined", "one by one"])


def account(port: int, patience: float = PATIENT) -> Account:
    limits = Timeouts(patience, patience, patience, patience, goodbye=patience)
    return Account("127.0.0.1", port, "none", timeouts=limits, connections=1)


async def send(
    script: Script, body: bytes = BODY, patience: float = PATIENT
) -> tuple[Outcome, list[bytes]]:
    """Send one message to a server that follows `script`; return the outcome and its bodies."""
    async with fake_smtp(script) as server:
        pool = Pool(account(server.port, patience))
        outcome = await deliver(pool, ENVELOPE, body, yes)
        await pool.close()
        return outcome, server.bodies


@PIPELINED_OR_NOT
async def test_a_message_is_accepted_with_its_dots(good: Script) -> None:
    outcome, bodies = await send(good)
    assert outcome == Accepted("250 2.0.0 queued")
    assert bodies == [b"Subject: hello\r\n\r\n..dotted\r\nbye\r\n.\r\n"]


@PIPELINED_OR_NOT
@pytest.mark.parametrize(
    ("verb", "phase"),
    [
        ("CONNECT", Phase.GREETING),
        ("EHLO", Phase.GREETING),
        ("MAIL", Phase.MAIL),
        ("RCPT", Phase.RCPT),
        ("DATA", Phase.DATA),
        (".", Phase.DOT),
    ],
)
@pytest.mark.parametrize("code", [421, 451, 554])
async def test_an_answer_in_each_phase(good: Script, verb: str, phase: Phase, code: int) -> None:
    answer = f"{code}-no\r\n{code} not today\r\n".encode()
    action = last_words(answer) if code == 421 else answer
    outcome, bodies = await send({**good, verb: action})
    assert isinstance(outcome, Refused if code == 554 else Deferred)
    said = outcome.text.partition("; we called ourselves ")[0]
    assert (outcome.phase, outcome.code, said) == (phase, code, "no not today")
    assert len(bodies) == (verb == ".")
    if isinstance(outcome, Deferred) and (code == 421 or phase is Phase.MAIL):
        assert outcome.scope == "mailbox"


@PIPELINED_OR_NOT
@pytest.mark.parametrize("how", [cut, silence], ids=["cut", "silence"])
@pytest.mark.parametrize(
    ("verb", "phases"),
    [
        ("CONNECT", {Phase.GREETING}),
        ("EHLO", {Phase.GREETING}),
        ("MAIL", {Phase.MAIL}),
        ("RCPT", {Phase.RCPT, Phase.MAIL}),  # a reset may overtake the answer before it
        ("DATA", {Phase.DATA, Phase.RCPT, Phase.MAIL}),
    ],
)
async def test_no_answer_before_the_dot_is_a_deferral(
    good: Script, how: Action, verb: str, phases: set[Phase]
) -> None:
    outcome, bodies = await send({**good, verb: how}, patience=IMPATIENT)
    assert isinstance(outcome, Deferred)
    assert (outcome.code, outcome.scope, bodies) == (None, "mailbox", [])
    assert outcome.phase in phases


@PIPELINED_OR_NOT
@pytest.mark.parametrize(
    "action",
    [
        cut,
        silence,
        last_words(b"250-par"),
        last_words(b"250-partial\r\n"),
        last_words(b"354 eh\r\n"),
    ],
    ids=["cut", "silence", "half a line", "half an answer", "no answer to a dot"],
)
async def test_no_whole_answer_after_the_dot_is_a_doubt(good: Script, action: Action) -> None:
    outcome, bodies = await send({**good, ".": action}, patience=IMPATIENT)
    assert isinstance(outcome, InDoubt)
    assert len(bodies) == 1


@PIPELINED_OR_NOT
async def test_an_answer_after_the_dot_followed_by_a_cut_counts(good: Script) -> None:
    outcome, _ = await send({**good, ".": last_words(b"250 taken\r\n")})
    assert outcome == Accepted("250 taken")


async def test_a_slow_answer_within_the_limit_counts() -> None:
    async def think(peer: Peer) -> None:
        for piece in (b"250-let me", b" see\r\n250 t", b"aken\r\n"):
            await asyncio.sleep(0.02)
            await peer.say(piece)

    outcome, _ = await send({**GOOD, ".": think})
    assert outcome == Accepted("250 let me see taken")


async def test_a_server_that_knows_no_ehlo_is_greeted_with_helo() -> None:
    outcome, bodies = await send({**GOOD, "EHLO": b"502 eh?\r\n", "HELO": b"250 fake\r\n"})
    assert isinstance(outcome, Accepted)
    assert len(bodies) == 1


async def test_nobody_listens() -> None:
    async with fake_smtp(GOOD) as server:
        port = server.port
    pool = Pool(account(port))
    outcome = await deliver(pool, ENVELOPE, BODY, yes)
    await pool.close()
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.scope) == (Phase.CONNECT, "mailbox")
    assert str(outcome) == (
        f"deferred while connecting: cannot reach 127.0.0.1 at port {port}: Connection refused"
    )


@pytest.mark.parametrize(
    "banner",
    [b"220-endless\r\n" * 10_000, b"x" * 100_000, b"220 " + b"x" * 20_000 + b"\r\n", b"hello\r\n"],
    ids=["endless lines", "no line end", "huge line", "no SMTP"],
)
async def test_a_banner_that_is_none(banner: bytes) -> None:
    outcome, _ = await send({**GOOD, "CONNECT": banner})
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.GREETING
    assert len(str(outcome)) < 400


@pytest.mark.parametrize("verb", ["CONNECT", "MAIL", "."])
async def test_a_byte_now_and_then_is_no_answer(verb: str) -> None:
    outcome, _ = await send({**GOOD, verb: trickle(b"220-still here\r\n")}, patience=IMPATIENT)
    assert isinstance(outcome, InDoubt if verb == "." else Deferred)


async def stray_with_354(peer: Peer) -> None:
    await peer.say(b"354 go on\r\n250 stray\r\n")
    await silence(peer)


async def two_answers_to_the_dot(peer: Peer) -> None:
    await peer.say(b"250 stray\r\n554 refused\r\n")


@pytest.mark.parametrize(
    "stray",
    [
        {"MAIL": b"250 ok\r\n250 stray\r\n"},
        {"RCPT": b"250 ok\r\n250 stray\r\n"},
        {"DATA": b"250 stray\r\n354 go on\r\n"},
        {"DATA": stray_with_354},
        {".": two_answers_to_the_dot},
        {"RCPT": b"354 go on\r\n"},
    ],
)
@PIPELINED_OR_NOT
async def test_a_stray_answer_is_never_taken_for_acceptance(
    good: Script, stray: dict[str, Action]
) -> None:
    outcome, _ = await send({**good, **stray})
    assert isinstance(outcome, InDoubt if "." in stray else Deferred)


async def test_rubbish_in_mid_conversation() -> None:
    outcome, _ = await send({**GOOD, "RCPT": b"\x00\x1b[31mrubbish\r\n"})
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.RCPT
    assert str(outcome).isprintable()


async def test_a_farewell_together_with_354_is_why_there_is_no_body() -> None:
    goodbye = last_words(b"354 go on\r\n421 4.4.2 too slow\r\n")
    outcome, bodies = await send({**GOOD, "DATA": goodbye})
    assert outcome == Deferred(Phase.BODY, 421, "4.4.2 too slow", "mailbox")
    assert bodies == []


async def early_refusal(peer: Peer) -> None:
    await peer.say(b"354 go on\r\n550 5.7.1 too much spam\r\n")
    await silence(peer)


async def refuse_while_reading(peer: Peer) -> None:
    await peer.say(b"354 go on\r\n")
    await peer.reader.readexactly(1)
    await peer.say(b"550 5.7.1 spam\r\n")
    await silence(peer)


async def accept_while_reading(peer: Peer) -> None:
    await peer.say(b"354 go on\r\n")
    await peer.reader.readexactly(1)
    peer.is_over = True
    await peer.say(b"250 I have seen enough\r\n")
    await peer.record.over.wait()


async def stop_reading(peer: Peer) -> None:
    peer.is_over = True
    await peer.say(b"354 go on\r\n")
    await peer.record.over.wait()


async def cut_while_reading(peer: Peer) -> None:
    await peer.say(b"354 go on\r\n")
    await peer.reader.readexactly(1)
    await cut(peer)


HUGE = b"Subject: huge\r\n\r\n" + b"x" * 70 * 1024 * 1024


async def test_a_refusal_during_the_body_counts() -> None:
    outcome, _ = await send({**GOOD, "DATA": refuse_while_reading}, body=HUGE)
    assert isinstance(outcome, Refused)
    assert (outcome.phase, outcome.blame) == (Phase.BODY, "sender")


async def test_a_yes_during_the_body_does_not_count() -> None:
    outcome, _ = await send({**GOOD, "DATA": accept_while_reading}, body=HUGE)
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.BODY


@pytest.mark.parametrize("action", [stop_reading, cut_while_reading])
async def test_a_body_that_did_not_get_through_is_no_doubt(action: Action) -> None:
    outcome, bodies = await send({**GOOD, "DATA": action}, HUGE, IMPATIENT)
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, bodies) == (Phase.BODY, [])


async def test_a_refusal_together_with_354() -> None:
    outcome, _ = await send({**GOOD, "DATA": early_refusal})
    assert isinstance(outcome, Deferred)


async def test_an_address_that_the_server_cannot_take_leaves_it_in_step() -> None:
    async with fake_smtp(PLAIN) as server:
        pool = Pool(account(server.port))
        unicode = await deliver(pool, Envelope("a@x.example", "jürgen@y.example"), BODY, yes)
        eight_bit = await deliver(pool, Envelope.of("a@x", "b@y", b"\xff"), b"\xff", yes)
        after = await deliver(pool, ENVELOPE, BODY, yes)
        await pool.close()
    assert isinstance(unicode, Refused)
    assert isinstance(eight_bit, Refused)
    assert (unicode.blame, eight_bit.blame) == ("message", "message")
    assert isinstance(after, Accepted)
    assert server.verbs.count("MAIL") == server.connections == 1


async def test_a_body_that_is_not_released_is_not_sent() -> None:
    async def no() -> bool:
        return False

    async with fake_smtp(GOOD) as server:
        pool = Pool(account(server.port))
        assert await deliver(pool, ENVELOPE, BODY, no) == Withheld()
        await pool.close()
        assert server.verbs[-1] == "DATA"
        assert server.bodies == []


@pytest.mark.parametrize("verb", ["CONNECT", "MAIL", "DATA", "."])
async def test_cancelling_closes_the_connection(verb: str) -> None:
    waiting, gone = asyncio.Event(), asyncio.Event()

    async def hang(peer: Peer) -> None:
        waiting.set()
        await silence(peer)
        gone.set()

    async with fake_smtp({**GOOD, verb: hang}) as server:
        pool = Pool(account(server.port))
        before = asyncio.all_tasks()
        pool.carry(Package(ENVELOPE, BODY, yes))
        (task,) = asyncio.all_tasks() - before
        await waiting.wait()
        task.cancel()
        await asyncio.wait({task}, timeout=5)
        assert task.cancelled()
        await gone.wait()
        await pool.close()


async def test_a_lone_dot_ends_a_transaction_without_a_recipient() -> None:
    """RFC 2920 §3.1: DATA was accepted although every recipient was refused."""
    script: Script = {
        **GOOD,
        "RCPT": (b"550 5.1.1 unknown\r\n", b"250 ok\r\n"),
        "DATA": (b"354 go on all the same\r\n", accept),
        ".": (b"554 no recipients\r\n", b"250 2.0.0 queued\r\n"),
    }
    async with fake_smtp(script) as server:
        pool = Pool(account(server.port))
        first = await deliver(pool, ENVELOPE, BODY, yes)
        second = await deliver(pool, ENVELOPE, BODY, yes)
        await pool.close()
    assert isinstance(first, Refused)
    assert first.blame == "address"
    assert isinstance(second, Accepted)
    assert (server.connections, len(server.bodies)) == (1, 1)


async def test_no_empty_message_to_a_recipient_who_was_accepted() -> None:
    script: Script = {**GOOD, "MAIL": b"451 later\r\n", "DATA": b"354 go on all the same\r\n"}
    async with fake_smtp(script) as server:
        pool = Pool(account(server.port))
        outcome = await deliver(pool, ENVELOPE, BODY, yes)
        await pool.close()
    assert outcome == Deferred(Phase.MAIL, 451, "later", "mailbox")
    assert server.verbs == ["EHLO", "MAIL", "RCPT", "DATA"]


async def test_a_cut_after_a_refusal_does_not_hide_it() -> None:
    outcome, _ = await send({**GOOD, "RCPT": last_words(b"550 5.1.1 unknown\r\n")})
    assert outcome == Refused(Phase.RCPT, 550, "5.1.1 unknown", "address")


@PIPELINED_OR_NOT
async def test_a_refused_transaction_is_reset_before_the_next(good: Script) -> None:
    script: Script = {
        **good,
        "RCPT": (b"550 5.1.1 unknown\r\n", b"250 ok\r\n"),
        "DATA": (b"503 no recipient\r\n", accept) if good is GOOD else accept,
    }
    async with fake_smtp(script) as server:
        pool = Pool(account(server.port))
        first = await deliver(pool, ENVELOPE, BODY, yes)
        second = await deliver(pool, ENVELOPE, BODY, yes)
        await pool.close()
    assert isinstance(first, Refused)
    assert isinstance(second, Accepted)
    assert server.connections == 1
    assert server.verbs.index("RSET") < server.verbs.index("MAIL", server.verbs.index("MAIL") + 1)


@PIPELINED_OR_NOT
@pytest.mark.parametrize("answer", [b"502 5.5.1 not implemented\r\n", b"354 what?\r\n"])
async def test_a_server_that_does_not_reset_is_left(good: Script, answer: bytes) -> None:
    """It speaks against neither the mailbox nor the next message."""
    script: Script = {
        **good,
        "RCPT": (b"550 5.1.1 unknown\r\n", b"250 ok\r\n"),
        "DATA": (b"503 no recipient\r\n", accept) if good is GOOD else accept,
        "RSET": answer,
    }
    async with fake_smtp(script) as server:
        pool = Pool(account(server.port))
        await deliver(pool, ENVELOPE, BODY, yes)
        second = await deliver(pool, ENVELOPE, BODY, yes)
        await pool.close()
    assert isinstance(second, Accepted)
    assert server.connections == 2
