"""Who this worker is: a name in a locked file of the state directory, never the host's name.

Two daemons on one state directory cannot run at once, because the second finds the file locked. A
clone of the whole machine, state directory and all, is out of reach of this.
"""

from __future__ import annotations

import fcntl
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from worker.errors import ConflictError, StoreError

FILE = "identity"
TRIES = 5
PAUSE = 0.05  # seconds


@contextmanager
def identity(folder: Path) -> Iterator[str]:
    """Hold this machine's identity, made at first; ConflictError where another daemon holds it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = (folder / FILE).open("a+", encoding="ascii")
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}") from error
    with opened:
        if not any(_locked(opened) for _ in range(TRIES)):
            raise ConflictError(
                f"another nurture runs with {folder}: stop it, or give this one its own state_dir"
            )
        opened.seek(0)
        name = opened.read().strip()
        if not name:
            name = secrets.token_hex(8)
            opened.write(f"{name}\n")
            opened.flush()
        yield name


def _locked(opened: TextIO) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        time.sleep(PAUSE)  # `nurture status` may have looked at this very moment
        return False
    return True


def is_held(folder: Path) -> bool:
    """Tell whether a daemon holds the identity of this folder now, that is, whether it runs."""
    try:
        opened = (folder / FILE).open("rb")
    except OSError:
        return False
    with opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
