"""The sending alone: prebuilt bytes through the pool, beside smtp-source that does as much."""

from __future__ import annotations

import json
import subprocess

from bench.harness.result import RUNS, Result
from bench.sending import letters, series
from bench.sending.children import python
from bench.sending.receiver import beside_yardstick, receiver

MESSAGES = 5000


def measure(messages: int = MESSAGES, runs: int = RUNS) -> list[Result]:
    """Return `wire.ratio`, our rate over that of the yardstick, taken turn by turn."""
    size = len(letters.rendered().raw)
    bare, ours, cpu = [], [], []
    with receiver() as port:
        for _ in range(runs):
            rate, took = beside_yardstick(port, messages, size, lambda: _sent(port, messages))
            bare.append(rate)
            ours.append(messages / took["seconds"])
            cpu.append(took["cpu"] / messages * 1e6)
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    return [
        *series.results("wire.ratio", ratios, "x", ">= 1"),
        *series.results("wire.rate", ours, "msg/s"),
        *series.results("wire.cpu", cpu, "µs"),
        *series.results("wire.yardstick", bare, "msg/s"),
    ]


def _sent(port: int, messages: int) -> dict[str, float]:
    """Send from a process of its own; return the seconds on the wall and of the processor."""
    command = python("bench.sending.wire", port, messages)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    took: dict[str, float] = json.loads(done.stdout)
    return took
