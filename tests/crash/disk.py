"""A disk of its own for one folder, which can be full: a tmpfs, where mounting is allowed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage

LARGE = "64m"
TRIES = 100
ROOM = 32 * 1024
"""Bytes that are left on a disk that is as good as full."""


class MountingNotAllowedError(RuntimeError):
    """Nothing may be mounted here, as in most containers; the message says what mount said."""


@dataclass(frozen=True)
class Disk:
    """A mounted disk."""

    folder: Path

    def fill(self) -> None:
        """Leave next to no room; while it is being written to, that takes more than one try."""
        for _ in range(TRIES):
            with suppress(subprocess.CalledProcessError):  # more is used already
                return _mount(self.folder, f"remount,size={disk_usage(self.folder).used + ROOM}")
        raise RuntimeError(f"{self.folder} grows faster than it can be filled")

    def clear(self) -> None:
        """Make room again."""
        _mount(self.folder, f"remount,size={LARGE}")


@contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """Mount a disk on an empty folder for the length of the block."""
    try:
        _mount(folder, f"size={LARGE}")
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        said = getattr(error, "stderr", b"").decode(errors="replace").strip() or str(error)
        raise MountingNotAllowedError(f"a tmpfs cannot be mounted here: {said}") from error
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)


def _mount(folder: Path, options: str) -> None:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
