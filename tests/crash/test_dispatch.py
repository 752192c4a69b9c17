"""The thread that sends: nobody else waits for the database with it, and it ends as it should."""

from __future__ import annotations

import asyncio
import io
import threading
from contextlib import closing
from dataclasses import replace

import pytest

from tests.crash.judge import judge
from tests.crash.project import MAILBOX, Project
from tests.crash.rig import rig_on
from tests.servers.smtp_sink import SmtpSink
from worker.daemon.compose import smtp_account
from worker.daemon.dispatch import Dispatch
from worker.daemon.logs import logger
from worker.delivery.pool import Pool
from worker.engine.points import Point, unwatched
from worker.engine.send import Office
from worker.store.database import sqlite_module

SELDOM = 3600.0
"""Seconds after which it would look by itself: longer than any test."""


def dispatch_of(project: Project, office: Office, said: io.StringIO) -> Dispatch:
    (mailbox,) = project.settings.mailbox
    pool = Pool(smtp_account(project.settings, mailbox))
    office = replace(office, carriers={MAILBOX: pool})
    return Dispatch(office, [pool], logger("text", "warning", said), SELDOM)


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
