"""Row 25: a stop, a suppression or a hold races a send, at every point of a message's way.

What is committed before the start commit wins: nothing is sent. What had started may finish. So
the stop itself looks, in its own transaction, whether the message had started; the receiver says
whether it came.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.crash.conftest import MakeProject
from tests.crash.judge import judge
from tests.crash.ledger_parts import edition
from tests.crash.project import MAILBOX, Project
from tests.crash.rig import rig_on
from tests.crash.settling import settled
from tests.servers.smtp_sink import SmtpSink
from tests.store.waiting import HANG, until_somebody_waits
from worker.clock import SystemClock, VirtualClock
from worker.core.states import MessageState, Scope
from worker.engine import control, gone, reassign, settle
from worker.engine.apply import Desk
from worker.engine.points import Point
from worker.engine.setup import Owner
from worker.engine.surroundings import EVERYTHING
from worker.errors import ConflictError, NotFoundError
from worker.store import enrollments, holds, leads, locks, messages, outbox, senders
from worker.store.tables import message

Way = Callable[[Desk, str], None]

STARTED = {MessageState.TRANSMITTING.value, MessageState.SENT.value}


def stop_lead(desk: Desk, address: str) -> None:
    control.stop_lead(desk, control.lead_by(desk, address), "they called")


def suppress(desk: Desk, address: str) -> None:
    control.suppress(desk, address, "they called")


def pause_everything(desk: Desk, _address: str) -> None:
    control.pause(desk, EVERYTHING, "stop the presses")


WAYS: list[Way] = [stop_lead, suppress, pause_everything]


class Racer:
    """Stops the only lead when a point is reached for the first time, in a thread of its own.

    While a transaction is open (`committing`) the stop has to wait for it on SQLite, and may on
    PostgreSQL; at any other point the worker waits until the stop is committed.
    """

    def __init__(self, project: Project, point: Point, way: Way) -> None:
        self.clock = VirtualClock(SystemClock().now())
        self._project = project
        self._point = point
        self._way = way
        self._thread = threading.Thread(target=self._stop)
        self.had_started: bool | None = None

    def reached(self, point: Point) -> None:
        if point is not self._point or self._thread.ident is not None:
            return
        self._thread.start()
        if point is not Point.COMMITTING:
            self._thread.join(HANG)

    def finish(self) -> None:
        self._thread.join(HANG)
        assert not self._thread.is_alive()

    def _stop(self) -> None:
        (due,) = self._project.due
        with self._project.desk(self.clock.now()) as desk:
            self._way(desk, due.address)
            (shown,) = outbox.shown(desk.connection)
            self.had_started = shown.state in STARTED


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("point", Point)
async def test_nothing_starts_after_a_stop(
    each_project: Project, sink: SmtpSink, point: Point, way: Way
) -> None:
    each_project.enroll(1)
    racer = Racer(each_project, point, way)
    async with rig_on(each_project, racer.clock, reached=racer.reached) as rig:
        await rig.work()
        racer.finish()
        await rig.work()
    arrived = len(sink.messages())
    assert racer.had_started is not None
    assert arrived == (1 if racer.had_started else 0)
    if point in (Point.CLAIMED, Point.PREPARED, Point.OFFERED):
        assert not racer.had_started
    if point in (Point.STARTED, Point.TRANSMITTED, Point.SETTLED):
        assert racer.had_started


def hold_message(desk: Desk, _address: str) -> None:
    """Hold a message as whoever has locked nothing but its row."""
    (shown,) = outbox.shown(desk.connection)
    touched = update(message).where(message.c.id == shown.id).values(reason="somebody is at it")
    desk.connection.execute(touched)
    holds.add(desk.connection, (Scope.MESSAGE, str(shown.id)), "on second thought", desk.now, None)


class Slow(Racer):
    """Stops the lead, but commits only when the start has come and waits for that."""

    def __init__(self, project: Project, way: Way) -> None:
        super().__init__(project, Point.OFFERED, way)
        self._has_locked = threading.Event()

    def reached(self, point: Point) -> None:
        if point is self._point and self._thread.ident is None:
            self._thread.start()
            assert self._has_locked.wait(HANG)

    def _stop(self) -> None:
        (due,) = self._project.due
        with self._project.desk(self.clock.now()) as desk:
            self._way(desk, due.address)
            desk.connection.exec_driver_sql("SELECT 1")  # all that waits is sent
            self._has_locked.set()
            until_somebody_waits(self._project.database)


@pytest.mark.parametrize("way", [*WAYS, hold_message], ids=lambda way: way.__name__)
async def test_a_start_reads_what_it_waited_for(
    make_project: MakeProject, postgres_url: str, sink: SmtpSink, way: Way
) -> None:
    """All that it reads on PostgreSQL is asked together with the locks; those come first."""
    project = make_project(postgres_url, sink.port)
    project.enroll(1)
    racer = Slow(project, way)
    async with rig_on(project, racer.clock, reached=racer.reached) as rig:
        await rig.work()
        racer.finish()
        await rig.work()
    assert sink.messages() == []


async def test_a_stop_and_a_mailbox_that_takes_over_wait_in_no_circle(
    make_project: MakeProject, postgres_url: str, sink: SmtpSink
) -> None:
    """Both write to the lead's messages and to its enrollment, in the opposite order."""
    project = make_project(postgres_url, sink.port)
    project.enroll(1)
    (due,) = project.due
    async with rig_on(project) as rig:
        await asyncio.to_thread(rig.ticks.plan)
    with project.desk() as desk:
        senders.move_planned(desk.connection, MAILBOX, "former")
        senders.move_running(desk.connection, MAILBOX, "former")
    with ThreadPoolExecutor() as pool:
        with project.desk() as desk:
            lead = control.lead_by(desk, due.address)
            locks.lock_leads(desk.connection, [lead.id])
            enrollments.pause(desk.connection, lead.id, "they called", desk.now)
            moving = pool.submit(take_over, project)
            until_somebody_waits(project.database)
            control.stop_lead(desk, lead, "they called")
        with pytest.raises(NotFoundError, match="nothing is to go out from former"):
            moving.result()


async def test_an_answer_and_who_settles_a_doubt_wait_in_no_circle(
    make_project: MakeProject, postgres_url: str, sink: SmtpSink
) -> None:
    """Both write to what is in doubt and to what waits for it, in the opposite order."""
    project = make_project(postgres_url, sink.port, steps=("one",))
    project.enroll(1)
    async with rig_on(project) as rig:
        await asyncio.to_thread(rig.ticks.plan)
        [doubtful] = rig.messages()
    with project.desk() as desk:
        doubt = update(message).values(state=MessageState.IN_DOUBT.value)
        desk.connection.execute(doubt)
        one = outbox.get(desk.connection, doubtful.id)
        waits = replace(edition("share:1:guide", 0, desk), bundle=one.bundle)
        messages.plan(desk.connection, [waits])
        desk.connection.execute(
            update(message).where(message.c.key == waits.key).values(not_before=None)
        )
    with ThreadPoolExecutor() as pool:
        with project.desk() as desk:
            locks.lock_leads(desk.connection, [one.lead_id])
            messages.release_waiting(desk.connection, desk.now, lead_id=one.lead_id or 0)
            settling = pool.submit(settle_doubt, project, one.id)
            until_somebody_waits(project.database)
            assert settle.resolve(desk, one, MessageState.SENT, "they answered")
        with pytest.raises(ConflictError, match="is not in doubt: it is sent"):
            settling.result()


async def test_who_gives_leads_away_waits_in_no_circle_and_takes_none_from_another(
    make_project: MakeProject, postgres_url: str, sink: SmtpSink
) -> None:
    """The row that was written last is the last that the database returns."""
    project = make_project(postgres_url, sink.port)
    project.enroll(2)
    with project.desk() as desk:
        first, second = (control.lead_by(desk, one.address).id for one in project.due)
        for number in (second, first):
            leads.change(desk.connection, number, {"owner": "Ada"})
    with ThreadPoolExecutor() as pool:
        with project.desk() as desk:
            locks.lock_leads(desk.connection, [first])
            desk.connection.exec_driver_sql("SELECT 1")  # all that waits is sent
            giving = pool.submit(give_away, project, [first, second])
            until_somebody_waits(project.database)
            leads.change(desk.connection, second, {"owner": "Hedy"})
        assert giving.result() == (1, 0)


def give_away(project: Project, some: list[int]) -> reassign.Given:
    grace = Owner("Grace", "grace@yourfirm.example")
    with project.desk() as desk:
        return reassign.give(desk, some, ["Ada"], grace, "a test")


def settle_doubt(project: Project, number: int) -> None:
    with project.desk() as desk:
        control.resolve_message(desk, number, MessageState.CANCELLED)


def take_over(project: Project) -> tuple[int, int]:
    with project.desk() as desk:
        return gone.move(desk, "former", MAILBOX)


async def test_a_stopped_message_is_settled_as_cancelled(
    make_project: MakeProject, database_url: str, sink: SmtpSink
) -> None:
    """What a stop takes back is not planned again, and is not lost either: it is said to be so."""
    project = make_project(database_url, sink.port)
    project.enroll(1)
    racer = Racer(project, Point.OFFERED, stop_lead)
    async with rig_on(project, racer.clock, reached=racer.reached) as rig:
        await rig.work()
        racer.finish()
        assert rig.states() == ["cancelled"]
    assert settled(project) == 1
    assert judge(project, sink.messages()).arrived == 0


async def test_a_hold_holds_although_the_clock_goes_back(project: Project, sink: SmtpSink) -> None:
    """Row 37: the hold was written by a machine whose clock is ahead, or before ours went back."""
    project.enroll(1)
    ahead = SystemClock().now() + timedelta(minutes=5)
    with project.desk(ahead) as desk:
        control.pause(desk, EVERYTHING, "stop the presses")
    async with rig_on(project) as rig:
        await rig.work()
    assert sink.messages() == []
