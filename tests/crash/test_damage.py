"""Rows 29 to 31: a SQLite database that is damaged, torn, or older than what was sent."""

from __future__ import annotations

import random
import signal
import sqlite3
from pathlib import Path

import pytest

from tests.crash.daemon import REFUSED, Fate, daemon
from tests.crash.judge import in_doubt, judge
from tests.crash.project import Project
from tests.crash.rig import rig_on
from tests.crash.settling import is_settled, recover, until
from tests.servers.smtp_sink import SmtpSink
from worker.clock import SystemClock
from worker.core.states import Scope
from worker.engine import control
from worker.engine.points import Point
from worker.engine.surroundings import EVERYTHING
from worker.store import alerts, holds, outbox

LEADS = 8
MANY = 300
PAGE = 4096


def file_of(project: Project) -> Path:
    return Path(str(project.database.url.database))


def wal_of(project: Project) -> Path:
    return file_of(project).with_name(f"{file_of(project).name}-wal")


def damaged(project: Project, first: int, last: int) -> None:
    """Overwrite a part of the closed database file with noise."""
    project.close()
    raw = bytearray(file_of(project).read_bytes())
    raw[first:last] = bytes(byte ^ 0x5A for byte in raw[first:last])
    file_of(project).write_bytes(raw)


def kinds(project: Project) -> set[str]:
    with project.database.read() as connection:
        return {one.kind for one in alerts.open_now(connection)}


@pytest.mark.parametrize(("first", "last"), [(0, 16), (PAGE, None)], ids=["head", "pages"])
def test_a_damaged_database_is_refused_and_nothing_is_sent(
    project: Project, sink: SmtpSink, first: int, last: int | None
) -> None:
    """Row 29."""
    project.enroll(LEADS)
    damaged(project, first, last or file_of(project).stat().st_size)
    with daemon(project.config) as refused:
        assert refused.wait() == REFUSED, refused.said()
        assert "is damaged" in refused.said()
        assert "restore a backup" in refused.said()
    assert sink.messages() == []


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_damage_that_is_met_later_is_told_in_a_sentence(
    project: Project, sink: SmtpSink, seed: int
) -> None:
    """Row 29: a few pages in the midst, which the start does not look at."""
    project.enroll(MANY)
    project.close()
    raw, chance = bytearray(file_of(project).read_bytes()), random.Random(seed)
    for page in chance.sample(range(1, len(raw) // PAGE), 6):
        for _ in range(64):
            raw[page * PAGE + chance.randrange(PAGE)] ^= 0xFF
    file_of(project).write_bytes(raw)
    with daemon(project.config) as running:
        until(lambda: "is damaged" in running.said() or not running.is_alive)
        running.kill()
        assert "is damaged" in running.said()
        assert "Traceback" not in running.said()
    assert sink.messages() == []


@pytest.mark.parametrize("kept", [0, 0.5, 0.9])
def test_a_torn_wal_sends_nothing_twice(project: Project, sink: SmtpSink, kept: float) -> None:
    """Row 30: a power cut took the end of the log; the journal remembers what was begun."""
    recover(project)
    project.enroll(LEADS)
    project.close()  # whoever closes the last connection empties the log
    with daemon(project.config, Fate(Point.SETTLED, nth=5)) as killed:
        assert killed.wait() == -signal.SIGKILL
    wal = wal_of(project)
    wal.write_bytes(wal.read_bytes()[: int(wal.stat().st_size * kept)])
    wal.with_name(wal.name.replace("-wal", "-shm")).unlink(missing_ok=True)
    finish_by_hand(project)
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement
    assert integrity(project) == "ok"


def test_a_restored_backup_sends_nothing_twice(project: Project, sink: SmtpSink) -> None:
    """Row 31: held until a person has looked; what was sent since is in doubt, and stays so."""
    recover(project)
    project.enroll(LEADS)
    project.close()
    backup = file_of(project).read_bytes()
    recover(project)
    project.close()
    assert not wal_of(project).exists()
    file_of(project).write_bytes(backup)
    with daemon(project.config) as held:
        until(lambda: held.is_up, held)
        assert "restored" in kinds(project)
        assert held.stop() == 0, held.said()
        foretold, _, after = held.said().partition("action=restoring")
        assert f"does not know of {LEADS} messages that this machine has sent" in foretold
        assert "what this machine has sent is known again" in after
    assert {due.address for due in in_doubt(project)} == {due.address for due in project.due}
    finish_by_hand(project)
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement
    assert judgement.arrived == LEADS


async def test_who_is_missing_in_a_backup_and_comes_in_again_is_held(
    project: Project, sink: SmtpSink
) -> None:
    """Row 31: nobody gets the same twice, and whoever is new gets what is theirs."""
    old = project.enroll(2, name="old")
    await work(project)
    backup = file_of(project).read_bytes()
    missing = project.enroll(2, name="missing")
    await work(project)
    file_of(project).write_bytes(backup)
    await work(project)
    with project.desk() as desk:
        assert outbox.count(desk.connection)["sent"] == len(old)
        control.resume(desk, EVERYTHING)
    del project.due[len(old) :]
    assert project.enroll(2, name="missing") == missing
    new = project.enroll(1, name="new")
    await work(project)
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement
    assert judgement.arrived == len(old + missing + new)
    with project.database.read() as connection:
        held = [one.scope for one in holds.open_now(connection, SystemClock().now())]
    assert held == [Scope.LEAD] * len(missing), "what was confirmed is not held again"


async def work(project: Project) -> None:
    """Start, do all that is due, and stop; whoever closes the last connection empties the log."""
    project.close()
    async with rig_on(project) as rig:
        await rig.work()
    assert not wal_of(project).exists()


def integrity(project: Project) -> str:
    with sqlite3.connect(file_of(project)) as connection:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    return str(said)


def finish_by_hand(project: Project) -> None:
    """Let a person lift the hold, where there is one, and the worker do the rest."""
    with daemon(project.config) as running:
        until(lambda: running.is_up, running)
        with project.desk() as desk:
            control.resume(desk, EVERYTHING)
        until(lambda: is_settled(project), running)
        assert running.stop() == 0, running.said()
