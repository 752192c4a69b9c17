"""Processes that end with the one that started them, however that ends."""

from __future__ import annotations

import sys

from tests.servers import programs


def tied(*command: object) -> list[str]:
    """Return a command that is killed when the process that runs it is gone (prctl(2))."""
    setpriv = programs.find("setpriv", "util-linux")
    return list(map(str, (setpriv, "--pdeathsig", "KILL", *command)))


def python(module: str, *words: object) -> list[str]:
    """Return the command that runs a module with this interpreter, tied as above."""
    return tied(sys.executable, "-m", module, *words)
