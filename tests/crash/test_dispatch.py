"""The thread that sends: nobody else waits for the database with it, and it ends as it should."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace

import pytest
from sqlalchemy import update

from tests.crash.conftest import MakeProject
from tests.crash.judge import judge
from tests.crash.project import MAILBOX, Project
from tests.crash.rig import Rig, rig_on
from tests.mail.fake_smtp import GOOD, Peer, fake_smtp, goodbye
from tests.servers.smtp_sink import SmtpSink
from worker.core.facts import Message
from worker.core.pace import HOUR, Pace, Rate
from worker.daemon.compose import smtp_account
from worker.daemon.dispatch import Dispatch
from worker.daemon.logs import logger
from worker.delivery.pool import Pool
from worker.engine.letter import Writer
from worker.engine.points import Point, unwatched
from worker.engine.send import Office, Sender
from worker.store.database import sqlite_module
from worker.store.tables import message


@asynccontextmanager
async def silent() -> AsyncIterator[int]:
    """A server that takes every connection and never says a word; its port."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            await reader.read()

    async with await asyncio.start_server(say_nothing, "127.0.0.1") as server:
        yield server.sockets[0].getsockname()[1]


SELDOM = 3600.0
"""Seconds after which it would look by itself: longer than any test."""


def dispatch_of(project: Project, office: Office, said: io.StringIO) -> Dispatch:
    (mailbox,) = project.settings.mailbox
    pool = Pool(smtp_account(project.settings, mailbox))
    office = replace(office, carriers={MAILBOX: pool})
    return Dispatch(office, [pool], logger("text", "warning", said), SELDOM)


def with_a_second_mailbox(project: Project, rig: Rig, port: int) -> tuple[Office, dict[str, Pool]]:
    """Give every second message to another mailbox, whose server is at that port."""
    with project.database.write() as connection:
        half = message.c.id % 2 == 0
        connection.execute(update(message).where(half).values(mailbox="slow"))
    (mailbox,) = project.settings.mailbox
    account = smtp_account(project.settings, mailbox)
    pools = {MAILBOX: Pool(account), "slow": Pool(replace(account, port=port))}
    office = rig.office()
    sales = office.setup.mailboxes[MAILBOX]
    both = {MAILBOX: sales, "slow": replace(sales, name="slow", watched=False)}
    setup = replace(office.setup, mailboxes=both)
    writer = Writer(setup, office.catalogue)
    return replace(office, setup=setup, writer=writer, carriers=pools, in_flight=16), pools


async def test_nobody_waits_for_the_database_with_it(project: Project, sink: SmtpSink) -> None:
    project.enroll(1)
    asked, sent, said = threading.Event(), asyncio.Event(), io.StringIO()
    loop = asyncio.get_running_loop()

    def stopping() -> bool:
        asked.set()  # it is about to claim
        return False

    def told(*_what: object) -> None:
        loop.call_soon_threadsafe(sent.set)

    async with rig_on(project) as rig:
        await asyncio.to_thread(rig.ticks.plan)
        office = replace(rig.office(), stopping=stopping, told=told)
        dispatch = dispatch_of(project, office, said)
        with closing(sqlite_module().connect(str(project.database.url.database))) as other:
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
            dispatch.ring()
            sending = asyncio.create_task(dispatch())
            await asyncio.to_thread(asked.wait)
            other.execute("ROLLBACK")  # this loop goes on, or nobody would ever do it
        await sent.wait()
        dispatch.stop()
        await sending
        await dispatch.close()
    assert not said.getvalue()
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement


async def test_what_goes_wrong_in_it_is_told(project: Project) -> None:
    project.enroll(1)

    def fault(point: Point) -> None:
        raise RuntimeError(f"a fault at {point}")

    async with rig_on(project) as rig:
        await asyncio.to_thread(rig.ticks.plan)
        dispatch = dispatch_of(project, rig.office(fault), io.StringIO())
        dispatch.ring()
        with pytest.raises(RuntimeError, match="a fault at"):
            await dispatch()
        await dispatch.close()


async def test_a_server_that_never_greets_holds_up_no_other_mailbox(
    each_project: Project, sink: SmtpSink
) -> None:
    each_project.enroll(60)
    async with rig_on(each_project) as rig, silent() as port:
        await asyncio.to_thread(rig.ticks.plan)
        office, pools = with_a_second_mailbox(each_project, rig, port)
        loop, sent = asyncio.get_running_loop(), asyncio.Event()

        def told(outcome: str, one: Message, _sentence: str) -> None:
            if outcome == "Accepted" and one.mailbox == MAILBOX:
                rig.told.append(outcome)
            if len(rig.told) == 30:
                loop.call_soon_threadsafe(sent.set)

        log = logger("text", "warning", io.StringIO())
        dispatch = Dispatch(replace(office, told=told), pools.values(), log, 0.1)
        dispatch.ring()
        sending = asyncio.create_task(dispatch())
        await sent.wait()
        dispatch.stop()
        await sending
        await dispatch.close()
    assert len(sink.messages()) == 30


async def test_goodbyes_are_said_together(make_project: MakeProject, sqlite_url: str) -> None:
    """Or a stop takes as many times as long as there are mailboxes whose servers are slow."""
    together, still_there = asyncio.Barrier(2), list[bool]()

    async def wait(peer: Peer) -> None:
        await together.wait()
        still_there.append(not peer.reader.at_eof())
        await goodbye(peer)

    async with fake_smtp({**GOOD, "QUIT": wait}) as server:
        project = make_project(sqlite_url, server.port)
        project.enroll(2)
        async with rig_on(project) as rig:
            await asyncio.to_thread(rig.ticks.plan)
            office, pools = with_a_second_mailbox(project, rig, server.port)
            loop, landed = asyncio.get_running_loop(), asyncio.Semaphore(0)

            def told(*_what: object) -> None:
                loop.call_soon_threadsafe(landed.release)

            log = logger("text", "warning", io.StringIO())
            dispatch = Dispatch(replace(office, told=told), pools.values(), log, SELDOM)
            dispatch.ring()
            sending = asyncio.create_task(dispatch())
            for _ in range(2):
                await landed.acquire()
            dispatch.stop()
            await sending
            await dispatch.close()
    assert still_there == [True, True]


async def test_where_too_much_is_in_hand_it_does_not_look_because_time_passed(
    project: Project,
) -> None:
    """It would look again and again: a limit has room, and nothing more may be claimed."""
    project.enroll(60)
    async with rig_on(project) as rig, silent() as port:
        await asyncio.to_thread(rig.ticks.plan)
        (mailbox,) = project.settings.mailbox
        pool = Pool(replace(smtp_account(project.settings, mailbox), port=port))
        setup = rig.office().setup
        slow = replace(setup.mailboxes[MAILBOX], pace=Pace(per_hour=90))
        setup = replace(setup, mailboxes={MAILBOX: slow})
        carriers = {MAILBOX: pool}
        sender = Sender(replace(rig.office(), setup=setup, carriers=carriers, in_flight=16))
        assert await sender.send_due() == Rate(90, HOUR).burst
        opens = sender.opens
        assert opens is not None
        rig.clock.move_to(opens)
        assert await sender.send_due() == 0  # the server keeps more than half of what it may
        assert sender.opens is None
        pool.stop()
        await sender.finish()


async def test_who_comes_late_is_told_nothing(project: Project) -> None:
    async with rig_on(project) as rig:
        dispatch = dispatch_of(project, rig.office(unwatched), io.StringIO())
        dispatch.stop()  # before it begins
        await dispatch()
        await dispatch.close()
        dispatch.ring()
        dispatch.stop()
        never = dispatch_of(project, rig.office(unwatched), io.StringIO())
        await never.close()
    assert "dispatch" not in {one.name for one in threading.enumerate()}
