"""What the daemon needs while much goes out, and whether it is as quick at the end.

`send.memory` is the peak of the real `nurture run`, in MB, and `send.memory.grown` what it had at
the end over what it had after a fifth of all messages; `send.steady` is the rate of the last fifth
over that of the first. The goal is meant for a million; that takes long, so that it is 20,000
unless the environment says `NURTURE_BENCH_MESSAGES=1000000`.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.harness.result import Result
from bench.sending.children import python
from bench.sending.project import Project
from bench.sending.receiver import receiver
from worker.clock import SystemClock
from worker.store.database import Database

MESSAGES = int(os.environ.get("NURTURE_BENCH_MESSAGES", "20000"))
_SLOWEST = 20  # messages a second; a daemon that is slower is taken for hung
_START = 60  # seconds that it may take to begin
_LOOK = 1.0  # seconds
_SIZE = re.compile(r"^Vm(HWM|RSS):\s+(\d+) kB$", re.MULTILINE)


def measure(messages: int = MESSAGES) -> list[Result]:
    """Return `send.memory` and `send.steady`, of one run."""
    with tempfile.TemporaryDirectory() as name, receiver() as port:
        project = Project(Path(name), port, messages)
        with _daemon(project.config) as daemon:
            sizes = _wait_until_sent(daemon, project, messages)
        project.require_sent(messages)
        settled = _settled(project.url)
    fifth = messages // 5
    first = fifth / (settled[fifth - 1] - settled[0])
    last = fifth / (settled[-1] - settled[-fifth])
    early = next(one for one in sizes if one.at >= min(settled[fifth], sizes[-1].at))
    return [
        Result("send.memory", sizes[-1].peak, "MB", "< 120"),
        Result("send.memory.grown", sizes[-1].now - early.now, "MB"),
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


@dataclass(frozen=True, slots=True)
class _Size:
    """What a process has, and the most that it ever had, in MB; `at` is a second of the epoch."""

    at: float
    now: float
    peak: float

    @classmethod
    def of(cls, pid: int) -> _Size:
        """Look at a process."""
        found = dict(_SIZE.findall(Path(f"/proc/{pid}/status").read_text(encoding="ascii")))
        return cls(
            SystemClock().now().timestamp(), int(found["RSS"]) / 1024, int(found["HWM"]) / 1024
        )


def _wait_until_sent(
    daemon: subprocess.Popen[bytes], project: Project, messages: int
) -> list[_Size]:
    """Return how large the daemon was at each look."""
    deadline = time.monotonic() + _START + messages / _SLOWEST
    sizes = [_Size.of(daemon.pid)]
    while project.has_unsettled():
        if daemon.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the daemon did not send its {messages} messages")
        time.sleep(_LOOK)  # looking more often would take the processor from it
        sizes.append(_Size.of(daemon.pid))
    return sizes


def _settled(url: str) -> list[float]:
    """Return when each message was settled, in order, in seconds of the epoch."""
    database = Database(url)
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT settled_at FROM message ORDER BY settled_at")
        settled = [row[0] / 1e6 for row in rows]
    database.close()
    return settled
