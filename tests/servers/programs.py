"""Server programs: where they are, and how one is run and stopped.

Servers refuse to run as root, or change user as they please. So root's children run as *nobody*,
and everybody else's as themselves: one way for a laptop and for a container.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
PATIENCE = 30.0
"""Seconds after which a server that does not start or stop is taken for hung."""

# Below the range that the kernel gives to outgoing connections, so none can take a chosen port.
_PORTS = range(20_000, 32_000)
# Where Debian and Ubuntu put what is not meant for a user's PATH.
_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/sbin")
_VERSIONED = Path("/usr/lib/postgresql")


class MissingProgramError(RuntimeError):
    """A server is not installed; `program` and the Debian `package` that has it."""

    def __init__(self, program: str, package: str) -> None:
        self.program = program
        self.package = package
        super().__init__(f"{program} is missing: apt-get install {package}")


class ServerFailedError(RuntimeError):
    """A server did not start; the message holds what it wrote."""


@dataclass(frozen=True)
class Account:
    """Whom a server runs as."""

    uid: int
    gid: int
    name: str

    @classmethod
    def unprivileged(cls) -> Account:
        """Return the current user, or nobody where that is root."""
        entry = pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name)

    def as_child(self) -> dict[str, Any]:
        """Return what `subprocess` must be told to start a child as this account."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, *paths: Path) -> None:
        """Make this account the owner of `paths`."""
        for path in paths:
            os.chown(path, self.uid, self.gid)


def find(program: str, package: str) -> Path:
    """Return the path of `program`; `MissingProgramError` names the package that would bring it."""
    newest_first = sorted(_VERSIONED.glob("*/bin"), key=_version, reverse=True)
    folders = [os.environ.get("PATH", ""), *_FOLDERS, *map(str, newest_first)]
    found = shutil.which(program, path=os.pathsep.join(folders))
    if found is None:
        raise MissingProgramError(program, package)
    return Path(found)


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    for port in random.sample(_PORTS, len(_PORTS)):
        with contextlib.closing(socket.socket()) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise ServerFailedError("no free port on loopback")


@contextlib.contextmanager
def server_folder(name: str) -> Iterator[Path]:
    """Yield a new folder that the server's account owns; it is removed at the end.

    pytest's own folders are closed to other accounts, and too deep for a Unix socket's path.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"nurture-{name}-"))
    Account.unprivileged().give(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Process:
    """One running server program, its output kept in `log`."""

    def __init__(self, command: Sequence[object], log: Path) -> None:
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(map(str, command)),
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **Account.unprivileged().as_child(),
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def wait_for_port(self, port: int) -> None:
        """Return once `port` takes connections; `ServerFailedError` if it never does."""

        def knock() -> None:
            socket.create_connection((HOST, port), PATIENCE).close()

        self.wait_until(knock, OSError)

    def wait_until(self, attempt: Callable[[], None], refusal: type[Exception]) -> None:
        """Return once `attempt` raises no `refusal`; `ServerFailedError` if it never does."""
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                return attempt()
            except refusal:
                time.sleep(0.01)  # a server that starts has no event to wait on
        self.stop()
        raise ServerFailedError(f"{self._process.args!r}: {self._log.read_text(errors='replace')}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send `how` to the server and its children, and by force what is deaf to it."""
        for word in (how, signal.SIGKILL):
            if self._process.poll() is None:
                os.killpg(self._process.pid, word)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(PATIENCE)


def run(command: Sequence[object], folder: Path) -> None:
    """Run a program to its end as the server account; `ServerFailedError` if it fails."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        **Account.unprivileged().as_child(),
    )
    if done.returncode:
        raise ServerFailedError(f"{done.args!r}: {done.stdout.decode(errors='replace')}")
