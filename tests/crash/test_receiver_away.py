"""A receiver that is away, for a moment or for long: what a person hears, and what waits how."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.crash.conftest import MakeProject
from tests.crash.rig import rig_on
from tests.servers.behaviours import BEHAVIOURS
from tests.servers.misbehaving_smtp import MisbehavingSmtp
from tests.servers.smtp_sink import SmtpSink
from worker.engine.points import Point
from worker.engine.reachable import LONG
from worker.engine.send import AT_ONCE

StartSink = Callable[..., SmtpSink]
StartServer = Callable[..., MisbehavingSmtp]


async def test_what_comes_back_untried_does_so_together_and_keeps_its_place(
    make_project: MakeProject, database_url: str, smtp_sink: StartSink
) -> None:
    sink = smtp_sink()
    project = make_project(database_url, sink.port)
    project.enroll(AT_ONCE)
    sink.stop()
    points: list[Point] = []
    async with rig_on(project, reached=points.append) as rig:
        await asyncio.to_thread(rig.ticks.plan)
        rig.clock.move_to(rig.clock.now() + timedelta(hours=1))
        await rig.work()
        assert sorted(rig.told) == ["Deferred"] + ["Returned"] * (AT_ONCE - 1)
        untried = [one for one in rig.messages() if "not tried" in one.reason]
        assert [one.not_before for one in untried] == [one.due_at for one in untried]
        assert points.count(Point.COMMITTING) == 2  # the deferral, and all the others


async def test_a_receiver_that_is_down_for_long_is_told_until_it_is_back(
    make_project: MakeProject, database_url: str, smtp_sink: StartSink
) -> None:
    """Promise 12: a mailbox that cannot send needs somebody, after half an hour."""
    sink = smtp_sink()
    project = make_project(database_url, sink.port)
    project.enroll(1)
    sink.stop()
    async with rig_on(project) as rig:
        began = rig.clock.now()
        await rig.work()
        assert rig.alerts() == []
        while rig.clock.now() - began < LONG:
            await rig.later()
        assert rig.alerts() == ["unreachable"]
        sink.start()
        while rig.states() != ["sent"]:
            await rig.later()
        project.enroll(1, name="next")
        await rig.work()
        assert rig.alerts() == []


@pytest.mark.parametrize("behaviour", ["421-at-mail", "drop-at-rcpt", "421-at-dot"])
async def test_a_receiver_that_sends_us_away_for_long_is_told(
    make_project: MakeProject, sqlite_url: str, misbehaving_smtp: StartServer, behaviour: str
) -> None:
    server = misbehaving_smtp(behaviour)
    project = make_project(sqlite_url, server.port)
    project.enroll(1)
    async with rig_on(project) as rig:
        began = rig.clock.now()
        await rig.work()
        while rig.clock.now() - began < LONG:
            await rig.later()
        assert rig.alerts() == ["unreachable"]


async def test_a_receiver_that_is_away_for_a_moment_is_nothing_to_tell(
    make_project: MakeProject, sqlite_url: str, misbehaving_smtp: StartServer
) -> None:
    """However long a message was put off before that, for reasons of its recipient's."""
    server = misbehaving_smtp("mailbox-full")
    project = make_project(sqlite_url, server.port)
    project.enroll(1)
    async with rig_on(project, messages_per_connection=1) as rig:
        began = rig.clock.now()
        await rig.work()
        while rig.clock.now() - began < LONG:
            await rig.later()
        server._ledger.behaviour = BEHAVIOURS["421-at-connect"]
        tries = server.connections
        while server.connections == tries:
            await rig.later()
        assert rig.states() == ["planned"]
        assert rig.alerts() == []


async def test_a_receiver_that_cannot_be_spoken_to_securely_is_told_at_once(
    make_project: MakeProject, sqlite_url: str, misbehaving_smtp: StartServer
) -> None:
    server = misbehaving_smtp("polite")
    project = make_project(sqlite_url, server.port)
    project.enroll(1)
    async with rig_on(project, security="starttls") as rig:
        await rig.work()
        assert rig.alerts() == ["tls"]
