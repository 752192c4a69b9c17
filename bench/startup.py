"""How long a person waits for `nurture --help`: what is heavy must be imported late."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from bench.harness.result import Result, median_of

COMMAND = Path(sys.executable).with_name("nurture")


def measure() -> list[Result]:
    """Return `startup`, in seconds; once before it counts, to have everything compiled."""
    _help()
    return [Result("startup", median_of(_help), "s", "< 0.4")]


def _help() -> float:
    begun = time.perf_counter()
    subprocess.run([COMMAND, "--help"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return time.perf_counter() - begun
