"""`nurture run` for real: a project on disk, and the command in a process of its own."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from tests.acceptance.world import ADA, TEMPLATES, WELCOME
from worker.clock import SystemClock
from worker.config import load
from worker.config.secret import make_key
from worker.core.events import LeadCreated
from worker.daemon.compose import setup_of
from worker.daemon.ticks import Ticks
from worker.engine import publish
from worker.engine.apply import apply
from worker.engine.catalogue import Catalogue
from worker.engine.intake.by_hand import add_lead
from worker.render.bundle import Bundle
from worker.sequence import reader
from worker.store.database import Database

HANG = 60.0
"""Seconds after which a daemon that says nothing is taken for hung."""

_CONFIG = """\
database = "sqlite:///nurture.db"

[log]
format = "json"

[sender]
company = "Felt"
postal_address = "1 Quiet Road, Softville"

[[mailbox]]
name = "sales"
from = "grace@felt.example"
from_name = "Grace Hopper"

[mailbox.smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
{login}

[mailbox.imap]
host = "127.0.0.1"
port = {imap.tls_port}
security = "tls"
ca_file = "{imap.ca_file}"
username = "{imap.username}"
password = "{imap.password}"
"""


@dataclass(frozen=True)
class Project:
    """A project in which the welcome is launched and one lead has come in."""

    folder: Path

    @property
    def config(self) -> Path:
        """Its configuration."""
        return self.folder / "config.toml"

    @contextmanager
    def ticks(self) -> Iterator[Ticks]:
        """Give what looks into its database, beside the daemon."""
        settings = load(self.config)
        database = Database(settings.database_url)
        yield Ticks(database, setup_of(settings), Catalogue(), SystemClock())
        database.close()


def project(folder: Path, imap: Any, smtp_port: int, login: str = "") -> Project:
    """Write a project whose database is there already, and let a lead come in."""
    made = Project(folder)
    text = _CONFIG.format(smtp_port=smtp_port, login=login, imap=imap)
    made.config.write_text(text, encoding="utf-8")
    make_key(folder / "secret.key")
    sequence, errors = reader.read(WELCOME, "welcome.toml")
    assert sequence is not None, errors
    with made.ticks() as ticks, ticks.desk() as desk:
        plan = publish.prepare(
            desk.connection, desk.setup, sequence, WELCOME, Bundle(TEMPLATES), desk.now
        )
        publish.launch(desk.connection, desk.setup, plan, desk.now, existing=False)
        values = {"email": ADA, "consent": "asked for our guide"}
        lead_id = add_lead(desk.connection, values, desk.now)
        apply(desk, lead_id, LeadCreated(desk.now, "came in by hand"))
    return made


class Nurture:
    """The command, running; its log is read as it comes."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "worker", "run"],
            cwd=folder,
            env={key: value for key, value in os.environ.items() if "NURTURE" not in key},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._said: list[str] = []
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def said(self, action: str) -> Mapping[str, Any]:
        """Wait for the next line of that action and return it."""
        deadline = monotonic() + HANG
        with suppress(queue.Empty):
            while (line := self._lines.get(timeout=max(0, deadline - monotonic()))) is not None:
                with suppress(json.JSONDecodeError):
                    entry: dict[str, Any] = json.loads(line)
                    if entry["action"] == action:
                        return entry
        raise AssertionError(f"it did not come to {action}, but said: {''.join(self._said)}")

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def wait(self) -> tuple[int, str]:
        """Wait for its end; return its status and all that it said."""
        status = self._process.wait(HANG)
        self._reading.join(HANG)
        return status, "".join(self._said)

    def stop(self) -> int:
        """End it as systemd does; return its status."""
        self.send(signal.SIGTERM)
        return self.wait()[0]

    def close(self) -> None:
        """Make sure that it has ended."""
        self._process.kill()
        self.wait()

    def _read(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                self._said.append(line)
                self._lines.put(line)
        self._lines.put(None)


@contextmanager
def put_off(number: signal.Signals) -> Iterator[None]:
    """Have what is started in the block begin with a signal that waits."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def nurture(made: Project) -> Iterator[Nurture]:
    """Run `nurture run` in a project for the length of the block."""
    running = Nurture(made.folder)
    try:
        yield running
    finally:
        running.close()
