"""What the daemon needs while much goes out, and whether it is as quick at the end.

`send.memory` is the peak of the real `nurture run`, in MB; `send.steady` is the rate of the last
fifth of all messages over that of the first. The goal is meant for a million; that takes long, so
that it is 20,000 unless the environment says `NURTURE_BENCH_MESSAGES=1000000`.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.harness.result import Result
from bench.sending.children import python
from bench.sending.project import Project
from bench.sending.receiver import receiver
from worker.store.database import Database

MESSAGES = int(os.environ.get("NURTURE_BENCH_MESSAGES", "20000"))
_SLOWEST = 20  # messages a second; a daemon that is slower is taken for hung
_START = 60  # seconds that it may take to begin
_LOOK = 1.0  # seconds
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def measure(messages: int = MESSAGES) -> list[Result]:
    """Return `send.memory` and `send.steady`, of one run."""
    with tempfile.TemporaryDirectory() as name, receiver() as port:
        project = Project(Path(name), port, messages)
        with _daemon(project.config) as daemon:
            _wait_until_sent(daemon, project, messages)
            peak = _peak(daemon.pid)
        project.require_sent(messages)
        first, last = _rates(project.url, messages)
    return [
        Result("send.memory", peak, "MB", "< 120"),
        Result("send.memory.messages", messages, "msg"),
        Result("send.steady", last / first, "x", ">= 0.9"),
        Result("send.steady.rate", last, "msg/s"),
    ]


@contextlib.contextmanager
def _daemon(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `nurture run` for the length of the block."""
    process = subprocess.Popen(python("worker", "--config", config, "run"))  # noqa: S603
    with process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_START)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_sent(daemon: subprocess.Popen[bytes], project: Project, messages: int) -> None:
    deadline = time.monotonic() + _START + messages / _SLOWEST
    while project.has_unsettled():
        if daemon.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the daemon did not send its {messages} messages")
        time.sleep(_LOOK)  # looking more often would take the processor from it


def _peak(pid: int) -> float:
    """Return the most memory that a process ever had, in MB."""
    found = _PEAK.search(Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


def _rates(url: str, messages: int) -> tuple[float, float]:
    """Return the messages a second of the first and of the last fifth that were settled."""
    database, fifth = Database(url), messages // 5
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT settled_at FROM message ORDER BY settled_at")
        settled = [row[0] / 1e6 for row in rows]
    database.close()
    return fifth / (settled[fifth - 1] - settled[0]), fifth / (settled[-1] - settled[-fifth])
