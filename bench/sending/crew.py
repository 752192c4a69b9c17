"""Sending processes that begin together: how long they take for all that is due."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.sending.children import python

LONGEST = 300.0
"""Seconds after which a sending process is taken for hung."""
_PATIENCE = 30.0  # seconds for the end of a process that said all


@dataclass(frozen=True, slots=True)
class Took:
    """What sending took: seconds on the wall, seconds of all processors, and the peak in MB."""

    seconds: float
    cpu: float
    peak: float


def send(configs: Sequence[Path]) -> Took:
    """Let one process for each configuration send, together, until nothing is due."""
    with contextlib.ExitStack() as running:
        crew = [running.enter_context(_process(config)) for config in configs]
        for one in crew:
            _line(one)  # "ready"
        begun = time.perf_counter()
        for one in crew:
            assert one.stdin is not None
            one.stdin.write("\n")
            one.stdin.flush()
        said = [json.loads(_line(one)) for one in crew]
        seconds = time.perf_counter() - begun
    cpu, peak = sum(one["cpu"] for one in said), max(one["peak"] for one in said)
    return Took(seconds, cpu, peak)


@contextlib.contextmanager
def _process(config: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process for the length of the block; at its end it has said all."""
    command = python("bench.sending.outbox", config)
    process = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
            process.wait(_PATIENCE)
        finally:
            process.kill()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("a sending process ended early; what it said is above")
    return line
