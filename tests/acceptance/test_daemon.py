"""`nurture run` against Dovecot and smtp-sink: it sends, sees an answer, reloads and stops."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest

from tests.acceptance.running import HANG, Nurture, Project, nurture, project, put_off
from tests.acceptance.world import ADA, US
from tests.servers.dovecot import Dovecot
from tests.servers.misbehaving_smtp import MisbehavingSmtp
from tests.servers.smtp_sink import SmtpSink
from worker.core.states import EnrollmentState, Scope
from worker.engine import control
from worker.sandbox import letters
from worker.sandbox.capture import Captured
from worker.sandbox.recipients import Mood, Recipient
from worker.store import alerts, enrollments, holds
from worker.store.database import Database

USER = "grace"
THEN = datetime(2027, 1, 4, 10, tzinfo=UTC)


@pytest.fixture
def sink(smtp_sink: Callable[..., SmtpSink]) -> SmtpSink:
    """A server that takes everything."""
    return smtp_sink()


@pytest.fixture
def made(tmp_path: Path, sqlite: Database, dovecot: Dovecot, sink: SmtpSink) -> Project:
    """A project that sends to smtp-sink and watches Dovecot."""
    return project(tmp_path, dovecot.mailbox(USER), sink.port)


@pytest.fixture
def running(made: Project) -> Iterator[Nurture]:
    """The daemon on it."""
    with nurture(made) as running:
        yield running


def answer(sink: SmtpSink) -> bytes:
    """What Ada writes back to the only mail that was sent."""
    deadline = monotonic() + HANG
    while not sink.messages() and monotonic() < deadline:
        sleep(0.01)  # smtp-sink answers before its file is whole, and tells nobody when it is
    [mail] = sink.messages()
    captured = Captured(1, THEN, US, (ADA,), mail.content)
    return letters.reply(Recipient(ADA, "Ada Lovelace"), captured, Mood.QUESTION, THEN, Random(1))


def test_it_sends_sees_an_answer_at_once_and_stops_cleanly(
    made: Project,
    running: Nurture,
    dovecot: Dovecot,
    sink: SmtpSink,
    record_property: Callable[[str, object], None],
) -> None:
    running.said("message.accepted")
    dovecot.deliver(USER, "INBOX", answer(sink))
    delivered = monotonic()
    running.said("mail.replied")
    seconds = monotonic() - delivered
    record_property("seconds", seconds)
    print(f"an answer was seen after {seconds:.2f} s")
    with made.ticks() as ticks, ticks.desk() as desk:
        ada = control.lead_by(desk, ADA)
        [one] = enrollments.of_lead(desk.connection, ada.id)
        assert one.state is EnrollmentState.PAUSED
        assert [alert.kind for alert in alerts.open_now(desk.connection)] == ["reply"]
    assert running.stop() == 0
    assert len(sink.messages()) == 1


def test_what_the_journal_keeps_no_longer_is_deleted(made: Project) -> None:
    """It has addresses in it."""
    folder = made.folder / "state"
    folder.mkdir()
    old = folder / "journal-2020-02-29.jsonl"
    old.touch()
    with nurture(made) as running:
        running.said("message.accepted")
        assert running.stop() == 0
    assert not old.exists()
    assert len(list(folder.glob("journal-*.jsonl"))) == 1


def test_a_wrong_configuration_leaves_the_old_one(made: Project, running: Nurture) -> None:
    running.said("message.accepted")
    good = made.config.read_text(encoding="utf-8")
    made.config.write_text(good.replace("from_name", "form_name"), encoding="utf-8")
    running.send(signal.SIGHUP)
    complaint = running.said("reload.failed")["event"]
    assert "the old configuration stays" in complaint
    assert "form_name" in complaint
    made.config.write_text(good, encoding="utf-8")
    running.send(signal.SIGHUP)
    running.said("reloaded")
    running.said("started")
    assert running.stop() == 0


def test_a_reload_while_it_begins_waits_until_it_is_heard(made: Project) -> None:
    with put_off(signal.SIGHUP), nurture(made) as running:
        running.send(signal.SIGHUP)
        running.said("reloaded")
        running.said("started")
        assert running.stop() == 0


def test_another_state_directory_is_for_the_next_start(made: Project, running: Nurture) -> None:
    running.said("message.accepted")
    good = made.config.read_text(encoding="utf-8")
    made.config.write_text(f'state_dir = "elsewhere"\n{good}', encoding="utf-8")
    running.send(signal.SIGHUP)
    assert "state_dir: who the worker is does not" in running.said("reload.failed")["event"]
    assert running.stop() == 0
    assert not (made.folder / "elsewhere").exists()


def test_a_reload_takes_the_log_as_well(made: Project, running: Nurture) -> None:
    running.said("message.accepted")
    text = made.config.read_text(encoding="utf-8").replace('format = "json"', 'format = "text"')
    made.config.write_text(text, encoding="utf-8")
    running.send(signal.SIGHUP)
    running.said("reloaded")
    assert running.stop() == 0
    assert "nurture has stopped action=stopped" in running.wait()[1]


def test_a_refused_password_pauses_the_mailbox(
    tmp_path: Path,
    sqlite: Database,
    dovecot: Dovecot,
    misbehaving_smtp: Callable[..., MisbehavingSmtp],
) -> None:
    server = misbehaving_smtp("refused-password")
    login = f'username = "{server.username}"\npassword = "wrong"'
    made = project(tmp_path, dovecot.mailbox(USER), server.port, login)
    with nurture(made) as running:
        running.said("message.loginrefused")
        with made.ticks() as ticks, ticks.desk() as desk:
            [alert] = alerts.open_now(desk.connection)
            [hold] = holds.open_now(desk.connection, desk.now)
        assert running.stop() == 0
    assert (alert.kind, alert.subject) == ("mailbox", "sales")
    assert (hold.scope, hold.subject) == (Scope.MAILBOX, "sales")
    assert "wrong" not in running.wait()[1]
    assert sum(command.startswith("AUTH") for command in server.commands()) == 1


def test_a_second_daemon_on_the_same_state_directory_refuses(
    made: Project, running: Nurture
) -> None:
    running.said("started")
    with nurture(made) as second:
        said = second.said("run.failed")
        status, _ = second.wait()
    assert status == 1
    assert said["level"] == "error"
    assert "another nurture runs with" in said["event"]
    assert "give this one its own state_dir" in said["event"]
    assert running.stop() == 0


def test_it_stops_at_once_when_nothing_is_under_way(running: Nurture) -> None:
    running.said("started")
    assert running.stop() == 0
    assert '"action": "stopped"' in running.wait()[1]


def test_another_state_directory_is_told_in_the_log(made: Project) -> None:
    with nurture(made) as first:
        first.said("started")
        assert first.stop() == 0
    made.config.write_text('state_dir = "elsewhere"\n' + made.config.read_text())
    with nurture(made) as second:
        told = second.said("identity.unknown")
        second.said("started")
        assert second.stop() == 0
    assert told["level"] == "warning"
    assert "another state directory than before: everything is on hold" in told["event"]
