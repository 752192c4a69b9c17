"""What the daemon needs while much goes out, and whether it is as quick at the end.

`send.memory` is the peak of the real `nurture run`, in MB, and `send.memory.grown` what it had at
the end over what it had after a fifth of all messages. `send.steady` is the rate of the last fifth
over that of the first, and `send.steady.cpu` the same by the seconds of the processor that it
took, whatever else the machine did. The goal is meant for a million; that takes long, so that it is
20,000 unless the environment says `NURTURE_BENCH_MESSAGES=1000000`.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import time
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
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
_TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
_SIZE = re.compile(r"^Vm(HWM|RSS):\s+(\d+) kB$", re.MULTILINE)


def measure(messages: int = MESSAGES) -> list[Result]:
    """Return `send.memory` and `send.steady`, of one run."""
    with tempfile.TemporaryDirectory() as name, receiver() as port:
        project = Project(Path(name), port, messages)
        with _daemon(project.config) as daemon:
            looks = _wait_until_sent(daemon, project, messages)
        project.require_sent(messages)
        settled = _settled(project.url)
    first, last = settled[: messages // 5], settled[-messages // 5 :]
    end = looks[-1]
    return [
        Result("send.memory", end.peak, "MB", "< 120"),
        Result("send.memory.grown", end.memory - _at(first[-1], looks).memory, "MB"),
        Result("send.memory.messages", messages, "msg"),
        Result("send.steady", _length(first) / _length(last), "x", ">= 0.9"),
        Result("send.steady.cpu", _cpu(first, looks) / _cpu(last, looks), "x"),
        Result("send.steady.rate", len(last) / _length(last), "msg/s"),
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
class _Look:
    """What a process has of memory, and the most that it ever had, in MB, and took of a processor.

    `at` is a second of the epoch.
    """

    at: float
    memory: float
    peak: float
    cpu: float

    @classmethod
    def of(cls, pid: int) -> _Look:
        """Look at a process (proc(5))."""
        folder, now = Path(f"/proc/{pid}"), SystemClock().now().timestamp()
        size = dict(_SIZE.findall((folder / "status").read_text(encoding="ascii")))
        ticks = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        cpu = sum(map(int, ticks)) * _TICK
        return cls(now, int(size["RSS"]) / 1024, int(size["HWM"]) / 1024, cpu)


def _at(moment: float, looks: Sequence[_Look]) -> _Look:
    """Return the last look before a moment, or the first."""
    return looks[max(0, bisect(looks, moment, key=attrgetter("at")) - 1)]


def _cpu(settled: Sequence[float], looks: Sequence[_Look]) -> float:
    """Return the seconds of the processor that were taken while these were settled.

    Where these are so few that no look lies between, it is the least that the system counts.
    """
    return max(_at(settled[-1], looks).cpu - _at(settled[0], looks).cpu, _TICK)


def _length(settled: Sequence[float]) -> float:
    return settled[-1] - settled[0]


def _wait_until_sent(
    daemon: subprocess.Popen[bytes], project: Project, messages: int
) -> list[_Look]:
    """Look at the daemon until all is sent; return what was seen."""
    deadline = time.monotonic() + _START + messages / _SLOWEST
    looks = [_Look.of(daemon.pid)]
    while project.has_unsettled():
        if daemon.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the daemon did not send its {messages} messages")
        time.sleep(_LOOK)  # looking more often would take the processor from it
        looks.append(_Look.of(daemon.pid))
    return looks


def _settled(url: str) -> list[float]:
    """Return when each message was settled, in order, in seconds of the epoch."""
    database = Database(url)
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT settled_at FROM message ORDER BY settled_at")
        settled = [row[0] / 1e6 for row in rows]
    database.close()
    return settled
