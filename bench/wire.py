"""The sending alone: prebuilt bytes through the pool, beside smtp-source that does as much."""

from __future__ import annotations

import subprocess
import sys

from bench.harness.result import RUNS, Result
from bench.sending import letters, series
from bench.sending.receiver import receiver, yardstick

MESSAGES = 5000


def measure(messages: int = MESSAGES, runs: int = RUNS) -> list[Result]:
    """Return `wire.ratio`, our rate over that of the yardstick, taken turn by turn."""
    size = len(letters.rendered().raw)
    bare, ours = [], []
    with receiver() as port:
        for _ in range(runs):
            bare.append(yardstick(port, messages, size))
            ours.append(messages / _seconds(port, messages))
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    return [
        *series.results("wire.ratio", ratios, "x", ">= 1"),
        *series.results("wire.rate", ours, "msg/s"),
        *series.results("wire.yardstick", bare, "msg/s"),
    ]


def _seconds(port: int, messages: int) -> float:
    """Send from a process of its own."""
    command = (sys.executable, "-m", "bench.sending.wire", str(port), str(messages))
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return float(done.stdout)
