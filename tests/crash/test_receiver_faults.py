"""Rows 1 to 10 and 17, through the engine: whatever a receiver does, nothing is lost or doubled.

The delivery layer has tests of its own for each way in which a server can go wrong; here it is the
whole way of a message that is tried, and the judge is what the receiver kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.crash.conftest import MakeProject
from tests.crash.judge import in_doubt, judge
from tests.crash.rig import BRISK, rig_on
from tests.servers.behaviours import BEHAVIOURS
from tests.servers.misbehaving_smtp import MisbehavingSmtp
from tests.servers.nowhere import nowhere
from tests.servers.smtp_sink import SmtpSink
from tests.store.parts import taken
from worker.core.breaker import SAMPLES
from worker.core.states import Scope
from worker.engine import control, ledger
from worker.engine.apply import Desk
from worker.engine.commit import Sending
from worker.engine.commit import commit as ledger_commit
from worker.engine.points import Point
from worker.engine.send import AT_ONCE

LEADS = 4
FIRST_WAIT = timedelta(minutes=6)

StartSink = Callable[..., SmtpSink]
StartServer = Callable[..., MisbehavingSmtp]


def mend(sink: SmtpSink) -> None:
    """Let the receiver, whose flags made it go wrong, be a good one from now on."""
    sink.stop()
    sink._flags = ()
    sink.start()


async def test_a_receiver_that_is_down_is_tried_again(
    make_project: MakeProject, database_url: str, smtp_sink: StartSink
) -> None:
    """Row 1."""
    sink = smtp_sink()
    project = make_project(database_url, sink.port)
    project.enroll(LEADS)
    sink.stop()
    async with rig_on(project) as rig:
        await rig.work()
        assert rig.states() == ["planned"]
        sink.start()
        moment = rig.next_try()
        assert moment is not None
        assert moment - rig.clock.now() <= FIRST_WAIT
        await rig.later()
        while rig.states() != ["sent"]:  # each has a wobble of its own
            await rig.later()
        judgement = judge(project, sink.messages())
        assert judgement.is_clean, judgement
        assert not judgement.in_doubt


async def test_a_connect_that_goes_nowhere_is_given_up(
    make_project: MakeProject, sqlite_url: str, sink: SmtpSink
) -> None:
    """Row 2, scaled: the worker waits half a second in place of thirty."""
    project = make_project(sqlite_url, sink.port)
    project.enroll(1)
    impatient = replace(BRISK, connect=0.5)
    with nowhere() as port:
        async with rig_on(project, port=port, timeouts=impatient) as rig:
            await rig.work()
            assert rig.states() == ["planned"]
            assert rig.told == ["Deferred"]
    async with rig_on(project) as rig:
        while rig.states() != ["sent"]:
            await rig.later()
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement


@pytest.mark.parametrize(
    "flags",
    [
        *(("-q", phase) for phase in ("CONNECT", "MAIL", "RCPT", "DATA")),
        *(("-Q", phase) for phase in ("MAIL", "RCPT", "DATA")),
        *(("-r", phase) for phase in ("MAIL", "RCPT", "DATA")),
    ],
    ids=" ".join,
)
async def test_what_was_not_accepted_is_sent_once_the_receiver_is_well(
    make_project: MakeProject, sqlite_url: str, smtp_sink: StartSink, flags: tuple[str, str]
) -> None:
    """Rows 3, 7 and 8: cut before the dot, 421 and 4xx in each phase."""
    sink = smtp_sink(*flags)
    project = make_project(sqlite_url, sink.port)
    project.enroll(LEADS)
    async with rig_on(project) as rig:
        await rig.work()
        assert rig.states() == ["planned"]
        assert sink.messages() == []
        mend(sink)
        while rig.states() != ["sent"]:
            await rig.later()
        judgement = judge(project, sink.messages())
        assert judgement.is_clean, judgement
        assert not judgement.in_doubt


@pytest.mark.parametrize("behaviour", ["421-at-dot", "deferred"])
async def test_a_no_after_the_dot_is_a_deferral(
    make_project: MakeProject, sqlite_url: str, misbehaving_smtp: StartServer, behaviour: str
) -> None:
    """Rows 7 and 8, at the dot: 421 there means that the message was not accepted either."""
    server = misbehaving_smtp(behaviour)
    project = make_project(sqlite_url, server.port)
    project.enroll(LEADS)
    async with rig_on(project) as rig:
        await rig.work()
        assert rig.states() == ["planned"]
        assert server.accepted() == []
        server._ledger.behaviour = BEHAVIOURS["polite"]
        while rig.states() != ["sent"]:
            await rig.later()
        assert not in_doubt(project)
    assert len(server.accepted()) == LEADS
    assert {mail.recipients for mail in server.accepted()} == {
        (due.address,) for due in project.due
    }


async def test_a_cut_after_the_dot_is_a_doubt_and_never_a_second_mail(
    make_project: MakeProject, database_url: str, smtp_sink: StartSink
) -> None:
    """Row 4."""
    sink = smtp_sink("-q", ".")
    project = make_project(database_url, sink.port)
    project.enroll(LEADS)
    async with rig_on(project) as rig:
        await rig.work()
        while rig.states() != ["in_doubt"]:
            await rig.later()
        assert rig.alerts() == ["in_doubt"] * LEADS
        mend(sink)
        rig.clock.move_to(rig.clock.now() + timedelta(days=3))
        await rig.work()
        judgement = judge(project, sink.messages())
        assert judgement.is_clean, judgement
        assert judgement.arrived == LEADS  # the sink keeps what it took before it hung up


async def test_an_accepted_message_whose_answer_is_lost_is_not_sent_again(
    make_project: MakeProject, database_url: str, misbehaving_smtp: StartServer
) -> None:
    """Row 5."""
    server = misbehaving_smtp("accepts-then-drops")
    project = make_project(database_url, server.port)
    project.enroll(LEADS)
    async with rig_on(project) as rig:
        await rig.work()
        while rig.states() != ["in_doubt"]:
            await rig.later()
        rig.clock.move_to(rig.clock.now() + timedelta(days=3))
        await rig.work()
        assert rig.alerts() == ["in_doubt"] * LEADS
    assert len(server.accepted()) == LEADS


async def test_a_server_that_leaves_us_in_doubt_does_not_get_all_there_is(
    make_project: MakeProject, sqlite_url: str, misbehaving_smtp: StartServer
) -> None:
    """One for each connection, and a rest: nobody wants to look for a hundred of them."""
    server = misbehaving_smtp("drop-at-dot")
    project = make_project(sqlite_url, server.port)
    project.enroll(10 * LEADS)
    async with rig_on(project, connections=1) as rig:
        await rig.work()
        assert rig.alerts() == ["in_doubt"]
        assert rig.told == ["InDoubt"] + ["Returned"] * (10 * LEADS - 1)
        moment = rig.next_try()
        assert moment is not None
        assert moment > rig.clock.now()


@pytest.mark.parametrize(("delay", "limit", "state"), [(1, 30, "sent"), (30, 1, "in_doubt")])
async def test_a_slow_answer_to_the_dot_is_waited_for(
    make_project: MakeProject,
    sqlite_url: str,
    smtp_sink: StartSink,
    delay: int,
    limit: int,
    state: str,
) -> None:
    """Row 6, scaled: the worker waits `limit` seconds in place of 600.

    The two are far apart: where this process gets no turn for longer than lies between them, it
    finds an answer that came too late before it finds that it was too late. And smtp-sink knows no
    pipelining here, with which it forgets the answer that it was to delay.
    """
    sink = smtp_sink("-p", "-W", f".:{delay}")
    project = make_project(sqlite_url, sink.port)
    project.enroll(1)
    async with rig_on(project, timeouts=replace(BRISK, dot=limit)) as rig:
        await rig.work()
        assert rig.states() == [state]
        judgement = judge(project, sink.messages())
        assert judgement.is_clean, judgement


async def test_a_refused_address_is_tried_once(
    make_project: MakeProject, database_url: str, misbehaving_smtp: StartServer
) -> None:
    """Row 9."""
    server = misbehaving_smtp("unknown-recipient")
    project = make_project(database_url, server.port)
    (due,) = project.enroll(1)
    async with rig_on(project) as rig:
        await rig.work()
        (message,) = rig.messages()
        assert message.state == "refused"
        assert "550 5.1.1 no such user" in message.reason
        assert rig.next_try() is None
    assert [line for line in server.commands() if line.startswith("RCPT")] == [
        f"RCPT TO:<{due.address}>"
    ]


async def test_a_server_that_refuses_whatever_is_written_does_not_get_all_there_is(
    make_project: MakeProject, sqlite_url: str, misbehaving_smtp: StartServer
) -> None:
    """Each is given up for good: the breaker keeps the rest."""
    server = misbehaving_smtp("refused-content")
    project = make_project(sqlite_url, server.port)
    project.enroll(SAMPLES + 10)
    async with rig_on(project, connections=1) as rig:
        await rig.work()
        states = Counter(one.state for one in rig.messages())
        assert states == {"refused": SAMPLES, "planned": 10}
        assert set(rig.alerts()) == {"refused", "mailbox"}


async def test_an_early_refusal_is_told_in_its_own_words(
    make_project: MakeProject, sqlite_url: str, smtp_sink: StartSink
) -> None:
    """Row 10: the refusal comes right after the 354, while the start is being committed."""
    sink = smtp_sink("-A", "0")
    project = make_project(sqlite_url, sink.port)
    project.enroll(1)
    async with rig_on(project) as rig:
        await rig.work()
        (message,) = rig.messages()
        assert "550 This violates SMTP" in message.reason
        assert message.state in ("planned", "refused")
    assert sink.messages() == []


async def test_a_revoked_password_pauses_the_mailbox(
    make_project: MakeProject, database_url: str, misbehaving_smtp: StartServer
) -> None:
    """Row 17: one try, an alert, and no hammering."""
    server = misbehaving_smtp("refused-password")
    project = make_project(database_url, server.port)
    project.enroll(LEADS)
    async with rig_on(project, **login(server)) as rig:
        await rig.work()
        rig.clock.move_to(rig.clock.now() + timedelta(hours=5))
        await rig.work()
        assert rig.states() == ["planned"]
        assert rig.alerts() == ["mailbox"]
    assert len([line for line in server.commands() if line.startswith("AUTH")]) == 1
    assert server.accepted() == []


async def test_a_revoked_password_is_tried_once_however_many_are_in_hand(
    make_project: MakeProject, sqlite_url: str, misbehaving_smtp: StartServer
) -> None:
    """Those that were let go before the pause are no word of a person's that it is mended."""
    server = misbehaving_smtp("refused-password")
    project = make_project(sqlite_url, server.port)
    project.enroll(10 * AT_ONCE)
    async with rig_on(project, **login(server)) as rig:
        await rig.work()
        assert rig.states() == ["planned"]
        assert "LoginRefused" in rig.told
    assert len([line for line in server.commands() if line.startswith("AUTH")]) == 1


async def test_a_mended_login_is_used_once_the_mailbox_is_resumed(
    make_project: MakeProject, sqlite_url: str, misbehaving_smtp: StartServer
) -> None:
    """Row 17, and how it ends."""
    server = misbehaving_smtp("refused-password")
    project = make_project(sqlite_url, server.port)
    project.enroll(LEADS)
    async with rig_on(project, **login(server)) as rig:
        await rig.work()
        server._ledger.behaviour = BEHAVIOURS["polite"]
        with rig.ticks.desk() as desk:
            assert control.resume(desk, (Scope.MAILBOX, "sales")) == 1
        await rig.later()
        while rig.states() != ["sent"]:
            await rig.later()
    assert len(server.accepted()) == LEADS


def login(server: MisbehavingSmtp) -> dict[str, Any]:
    return {"username": server.username, "password": server.password}


@pytest.mark.parametrize(
    ("point", "states", "alert"),
    [
        (Point.OFFERED, ["planned", "sent"], "fault"),
        (Point.STARTED, ["in_doubt", "sent"], "in_doubt"),
        (Point.TRANSMITTED, ["in_doubt", "sent"], "in_doubt"),
    ],
)
async def test_a_fault_of_our_own_is_of_one_message(
    make_project: MakeProject,
    sqlite_url: str,
    sink: SmtpSink,
    point: Point,
    states: list[str],
    alert: str,
) -> None:
    project = make_project(sqlite_url, sink.port)
    project.enroll(LEADS)
    faults = iter(["a fault of ours"])

    def reached(here: Point) -> None:
        if here is point and (fault := next(faults, None)):
            raise LookupError(fault)

    async with rig_on(project, reached=reached) as rig:
        await rig.work()
        assert sorted(rig.told) == ["Accepted"] * (LEADS - 1) + ["Fault"]
        assert rig.states() == states
        assert rig.alerts() == [alert]
    assert len(sink.messages()) in (LEADS - 1, LEADS)


async def test_a_start_that_takes_a_key_again_and_again_is_of_one_message(
    make_project: MakeProject, database_url: str, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL it was tried for ever, as if the database were away, and nothing else went."""
    times = iter(range(10))  # lest a failure of this test lasts for ever, too

    def commit(desk: Desk, *about: Any, **more: Any) -> list[Sending]:
        starts: list[Sending] = about[2]
        if any(one.message.id == 1 for one in starts) and next(times, None) is not None:
            taken(desk.connection)
        return ledger_commit(desk, *about, **more)

    monkeypatch.setattr(ledger, "commit", commit)
    monkeypatch.setattr(ledger, "RETRY", 0.0)
    project = make_project(database_url, sink.port)
    project.enroll(LEADS)
    async with rig_on(project) as rig:
        await rig.work()
        assert sorted(rig.told) == ["Accepted"] * (LEADS - 1) + ["Fault"]
        assert rig.states() == ["planned", "sent"]
        assert rig.alerts() == ["fault"]
    assert len(sink.messages()) == LEADS - 1
