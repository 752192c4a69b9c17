"""Against postfix's smtp-sink: what it captured is what was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.mail.parcels import deliver, yes
from tests.servers.smtp_sink import SmtpSink
from worker.delivery.account import Account, Timeouts
from worker.delivery.body import Body, Clean, clean
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Accepted, Deferred, InDoubt, Outcome, Phase, Refused
from worker.delivery.pool import Pool

BODY = b"From: a@x.example\r\nSubject: dots\r\n\r\n.\r\n..two\r\nplain\r\n"
PATIENT = Timeouts(connect=10, command=10, block=10, dot=10, goodbye=10)


async def send(sink: SmtpSink, count: int, body: Body = BODY) -> list[Outcome]:
    """Send `count` messages over four connections."""
    pool = Pool(Account(sink.host, sink.port, "none", timeouts=PATIENT, connections=4))
    size = clean(body).size
    envelopes = [Envelope("a@x.example", f"b{n}@y.example", size) for n in range(count)]
    outcomes = await asyncio.gather(*(deliver(pool, envelope, body, yes) for envelope in envelopes))
    await pool.close()
    return list(outcomes)


@pytest.mark.parametrize("flags", [(), ("-p",)], ids=["pipelined", "one by one"])
async def test_every_message_arrives_as_it_was(
    smtp_sink: Callable[..., SmtpSink], flags: tuple[str, ...]
) -> None:
    sink = smtp_sink(*flags)
    outcomes = await send(sink, 40)
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    arrived = sink.messages()
    assert {mail.recipients for mail in arrived} == {(f"<b{n}@y.example>",) for n in range(40)}
    assert len(arrived) == 40
    assert all(mail.content == BODY for mail in arrived)


async def test_a_large_message_arrives_whole(smtp_sink: Callable[..., SmtpSink]) -> None:
    sink = smtp_sink()
    body = b"Subject: large\r\n\r\n" + b".x" * 37 + b"\r\n" + (b"." + b"y" * 70 + b"\r\n") * 40_000
    (outcome,) = await send(sink, 1, body)
    assert isinstance(outcome, Accepted)
    assert [mail.content for mail in sink.messages()] == [body]


@pytest.mark.parametrize("lines", [3, 40_000], ids=["in one block", "in many"])
async def test_pieces_arrive_as_one_message(smtp_sink: Callable[..., SmtpSink], lines: int) -> None:
    sink = smtp_sink()
    line = b"y" * 70 + b"\r\n"
    body = Clean.of([b"Subject: pie", b"ces\r\n\r\n", *[line] * lines])
    (outcome,) = await send(sink, 1, body)
    assert isinstance(outcome, Accepted)
    assert [mail.content for mail in sink.messages()] == [b"Subject: pieces\r\n\r\n" + line * lines]


@pytest.mark.parametrize(
    ("flags", "kind", "phase"),
    [
        (("-q", "MAIL"), Deferred, Phase.MAIL),
        (("-q", "RCPT"), Deferred, Phase.RCPT),
        (("-q", "DATA"), Deferred, Phase.DATA),
        (("-Q", "MAIL"), Deferred, Phase.MAIL),
        (("-Q", "."), Deferred, Phase.DOT),
        (("-r", "RCPT"), Deferred, Phase.RCPT),
        (("-f", "RCPT"), Refused, Phase.RCPT),
        (("-f", "MAIL"), Refused, Phase.MAIL),
        (("-f", "."), Refused, Phase.DOT),
    ],
)
async def test_what_the_sink_does_not_take(
    smtp_sink: Callable[..., SmtpSink],
    flags: tuple[str, ...],
    kind: type[Deferred | Refused],
    phase: Phase,
) -> None:
    (outcome,) = await send(smtp_sink(*flags), 1)
    assert isinstance(outcome, kind)
    # A cut may take answers along that were on their way.
    assert outcome.phase in ({Phase.MAIL, Phase.RCPT, phase} if "-q" in flags else {phase})


async def test_a_cut_after_the_dot_is_one_doubt(smtp_sink: Callable[..., SmtpSink]) -> None:
    outcomes = await send(smtp_sink("-q", "."), 1)
    assert [type(outcome) for outcome in outcomes] == [InDoubt]


async def test_an_early_refusal_is_told_or_in_doubt(smtp_sink: Callable[..., SmtpSink]) -> None:
    """The sink refuses after DATA without reading on; its reset may overtake its words."""
    (outcome,) = await send(smtp_sink("-A", "0"), 1)
    assert isinstance(outcome, Refused | InDoubt | Deferred)
