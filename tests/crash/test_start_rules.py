"""Rules of a start that no fault of a server shows: its time, the journal, whose epoch it is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from tests.crash.judge import judge
from tests.crash.project import Project
from tests.crash.rig import Rig, rig_on
from tests.servers.smtp_sink import SmtpSink
from worker.engine import control, ledger, send, transit
from worker.engine.commit import Sending
from worker.engine.leases import Watchman
from worker.engine.send import Sender
from worker.errors import StoreError
from worker.store import alerts, installation


@dataclass
class Elapsed:
    """Monotonic seconds that a test moves."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds

    @classmethod
    def everywhere(cls, monkeypatch: pytest.MonkeyPatch) -> Elapsed:
        made = cls()
        for module in (ledger, send, transit):
            monkeypatch.setattr(module, "monotonic", made)
        return made


def journalled(rig: Rig, journal: ledger.Journal) -> Sender:
    return Sender(replace(rig.office(), journal=journal))


@pytest.mark.parametrize(("slow", "arrived"), [(4.0, 1), (6.0, 0)])
async def test_a_start_is_good_for_five_seconds_from_the_gate(
    each_project: Project,
    sink: SmtpSink,
    monkeypatch: pytest.MonkeyPatch,
    slow: float,
    arrived: int,
) -> None:
    """Design §4: the disk may take its time after the gate, and a stop comes meanwhile."""
    elapsed = Elapsed.everywhere(monkeypatch)
    each_project.enroll(1)
    async with rig_on(each_project) as rig:
        await asyncio.to_thread(rig.ticks.plan)

        def journal(_going: Sequence[Sending], _started: datetime) -> None:
            elapsed.seconds += slow
            with each_project.desk() as desk:
                (lead,) = (control.lead_by(desk, one.address) for one in each_project.due)
                control.stop_lead(desk, lead, "they called")

        sender = journalled(rig, journal)
        await sender.send_due()
        await sender.finish()
        states = rig.states()
    assert len(sink.messages()) == arrived
    assert states == (["sent"] if arrived else ["planned"])


async def test_what_the_journal_cannot_keep_does_not_go_out(
    each_project: Project, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows 26 and 27: once for all that waits, with an alert; then one message tries."""
    elapsed, calls = Elapsed.everywhere(monkeypatch), count(1)
    each_project.enroll(30)
    async with rig_on(each_project) as rig:
        await asyncio.to_thread(rig.ticks.plan)
        full = True

        def journal(going: Sequence[Sending], _started: datetime) -> None:
            next(calls)
            if full:
                raise StoreError("no room is left")

        sender = journalled(rig, journal)
        await sender.send_due()
        await sender.finish()
        assert sink.messages() == []
        assert rig.states() == ["planned"]
        assert rig.alerts() == ["journal"]
        tries = next(calls)
        assert await sender.send_due() == 0
        for _ in range(2):
            elapsed.seconds += 61
            rig.clock.move_to(rig.clock.now() + timedelta(seconds=61))
            assert await sender.send_due() == 1
            await sender.finish()
            full = False
        assert next(calls) == tries + 3
        assert rig.alerts() == []
        while await sender.send_due():
            await sender.finish()
    judgement = judge(each_project, sink.messages())
    assert judgement.is_clean, judgement


async def test_a_worker_that_begins_anew_tries_its_journal_anew(
    each_project: Project, sink: SmtpSink
) -> None:
    """There was room when it began, and nobody would have closed the alert; others keep theirs."""
    each_project.enroll(1)

    def no_room(_going: Sequence[Sending], _started: datetime) -> None:
        raise StoreError("no room is left")

    async with rig_on(each_project) as rig:
        await asyncio.to_thread(rig.ticks.plan)
        sender = journalled(rig, no_room)
        await sender.send_due()
        await sender.finish()
        assert rig.alerts() == ["journal"]
        with each_project.desk() as desk:
            alerts.raise_(desk.connection, ledger.ALERT, "other", "no room is left", desk.now)
    async with rig_on(each_project) as rig:
        with each_project.database.read() as connection:
            assert [one.subject for one in alerts.open_now(connection)] == ["other"]
    assert sink.messages() == []


async def test_who_did_not_look_for_long_takes_nobody_for_lost(each_project: Project) -> None:
    """While the database was away, nobody could show that it lives."""
    each_project.enroll(1)
    async with rig_on(each_project) as rig:
        await asyncio.to_thread(rig.ticks.plan)
        assert len(rig.sender._claim({"sales": 1}, 1).messages) == 1
        elapsed = Elapsed()
        watchman = Watchman("watchman", elapsed)
        for seconds in (5, 2000, 5):
            elapsed.seconds += seconds
            with each_project.desk() as desk:
                assert watchman.look(desk) == 0
        assert rig.states() == ["claimed"]


async def test_a_worker_whose_epoch_was_ended_claims_nothing(
    each_project: Project, sink: SmtpSink
) -> None:
    """Promise 5: whoever looked at its beat for long ended it."""
    each_project.enroll(1)
    async with rig_on(each_project) as rig:
        await asyncio.to_thread(rig.ticks.plan)
        claimed = rig.sender._claim({"sales": 1}, 1)
        assert len(claimed.messages) == 1
        elapsed = Elapsed()
        watchman = Watchman("watchman", elapsed)
        for taken in (0, 0, 0, 1):
            elapsed.seconds += 25
            with each_project.desk() as desk:
                assert watchman.look(desk) == taken
        with each_project.database.read() as connection:
            holder = rig.holder
            assert not installation.is_current(connection, holder.worker, holder.epoch)
        assert rig.states() == ["planned"]
        assert await rig.sender.send_due() == 0
        await rig.sender.finish()
    assert sink.messages() == []
