"""The real daemon in a process of its own, which can be told to end itself at a named point.

The processes are forked from a server that has imported everything, so that one starts in a tenth
of a second and thousands can be killed. A signal to oneself is delivered before `os.kill` returns,
so that nothing runs between the point and the death.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from worker.config import load
from worker.daemon.roles import EVERYTHING, Role
from worker.daemon.service import Service
from worker.engine.leases import Patience
from worker.engine.points import Point, Reached, unwatched
from worker.errors import NurtureError

PATIENCE = 60.0
"""Seconds after which a daemon that does not end is taken for hung."""

UP = "nurture runs"

_HOUSEHOLD = threading.Lock()
"""Whoever starts a process looks after all others, and before Python 3.11.4 stumbles over one that
another thread is closing (multiprocessing has no word of threads)."""

REFUSED = 3
"""The exit status of a daemon that would not start; its sentence is in the log."""


@dataclass(frozen=True)
class Fate:
    """What happens to a daemon when it reaches a point for the n-th time."""

    point: Point
    nth: int = 1
    signal: signal.Signals = signal.SIGKILL


class Daemon:
    """A daemon in a process of its own."""

    def __init__(
        self,
        config: Path,
        fate: Fate | None = None,
        patience: Patience | None = None,
        roles: frozenset[Role] = EVERYTHING,
    ) -> None:
        self._log = config.with_suffix(".log")
        self._former = self._log.stat().st_size if self._log.exists() else 0
        self._process: ForkServerProcess = _forks().Process(
            target=_serve, args=(config, self._log, fate, patience, roles), daemon=True
        )
        with _HOUSEHOLD:
            self._process.start()

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.is_alive()

    @property
    def is_up(self) -> bool:
        """Whether it has begun to work, and minds signals."""
        return UP in self.said()

    @property
    def peak(self) -> int:
        """The most memory that it had so far, in bytes; none once it has ended."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        except FileNotFoundError:
            return 0
        kilobytes = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        return int(kilobytes[0]) * 1024 if kilobytes else 0

    @property
    def is_suspended(self) -> bool:
        """Whether SIGSTOP holds it (the state T of Linux's /proc)."""
        try:
            status = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        except FileNotFoundError:
            return False
        return status.rpartition(")")[2].split()[0] == "T"

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.is_alive:
            os.kill(self.pid, number)

    def wait(self, seconds: float = PATIENCE) -> int:
        """Wait for its end and return its exit status, negative for a signal."""
        self._process.join(seconds)
        status = self._process.exitcode
        if status is None:
            raise TimeoutError(f"the daemon does not end; it said:\n{self.said()}")
        return status

    def stop(self) -> int:
        """End it cleanly and return its exit status."""
        self.send(signal.SIGTERM)
        return self.wait()

    def kill(self) -> int:
        """End it with kill -9."""
        self.send(signal.SIGKILL)
        return self.wait()

    def said(self) -> str:
        """Return its log, without that of those before it."""
        if not self._log.exists():
            return ""
        with self._log.open("rb") as opened:
            opened.seek(self._former)
            return opened.read().decode()

    def close(self) -> None:
        """Make sure that it has ended."""
        self.kill()
        with _HOUSEHOLD:
            self._process.close()


@contextmanager
def daemon(
    config: Path,
    fate: Fate | None = None,
    patience: Patience | None = None,
    roles: frozenset[Role] = EVERYTHING,
) -> Iterator[Daemon]:
    """Run a daemon for the length of the block; whatever is left of it then is killed."""
    started = Daemon(config, fate, patience, roles)
    try:
        yield started
    finally:
        started.close()


def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _serve(
    config: Path,
    log: Path,
    fate: Fate | None,
    patience: Patience | None,
    roles: frozenset[Role],
) -> None:
    """Be the daemon."""
    with log.open("ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    try:
        settings, reached = load(config), _reached(fate)
        Service(config, settings, reached=reached, patience=patience, roles=roles).serve()
    except NurtureError as error:
        print(error, flush=True)
        os._exit(REFUSED)


def _reached(fate: Fate | None) -> Reached:
    """Return what ends the process when its fate is fulfilled; points are reached in threads."""
    if fate is None:
        return unwatched
    lock = threading.Lock()
    left = fate.nth

    def reached(point: Point) -> None:
        nonlocal left
        if point is not fate.point:
            return
        with lock:
            left -= 1
            is_time = left == 0
        if is_time:
            os.kill(os.getpid(), fate.signal)

    return reached
