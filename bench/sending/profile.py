"""Where the time of sending goes: `python -m bench.sending.profile [MESSAGES]`, on SQLite.

Prints the shares of the parts, and the functions that cost most. The loop and each thread are
profiled with their own CPU seconds, so that waiting, for a lock as for the server, is not counted.
The profiler slows calls of Python down and not those of C: shares are a hint, not a measure.
"""

from __future__ import annotations

import pstats
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from cProfile import Profile
from pathlib import Path
from typing import Any, TypeAlias

from bench.sending import outbox
from bench.sending.loop import run
from bench.sending.project import Project
from bench.sending.receiver import receiver
from worker.clock import SystemClock
from worker.config import load
from worker.daemon.identity import identity
from worker.daemon.logs import logger
from worker.daemon.service import begin

_SHOWN = 25
_NO_FILE = "~"
_NAMES = {"<template>": "templates", "<string>": "dataclasses"}
_OURS = re.compile(r"/(worker/\w+)/")
_LIBRARY = re.compile(r"/(?:site-packages|python3\.\d+(?!.*site-packages))/(\w+)")

_Place: TypeAlias = tuple[str, int, str]


def main(count: int) -> None:
    """Send `count` messages under the profiler, and print where the time went."""
    stats = _profiled(count)
    shares = _shares(stats)
    whole = sum(shares.values())
    print(f"{whole / count * 1e6:.0f} µs of CPU a message, with the profiler")  # noqa: T201
    for part, seconds in shares.most_common(_SHOWN):
        print(f"{seconds / whole:6.1%}  {part}")  # noqa: T201
    stats.sort_stats("tottime").print_stats(_SHOWN)


def _profiled(count: int) -> pstats.Stats:
    profiles: list[Profile] = []

    def watch(*_event: Any) -> None:
        """Begin the profile of the thread that calls, which is a new one."""
        profile = Profile(time.thread_time)
        profiles.append(profile)
        profile.enable()

    with tempfile.TemporaryDirectory() as folder, receiver() as port:
        project = Project(Path(folder), port, count)
        settings = load(project.config)
        with identity(settings.state_folder) as name:
            parts = begin(settings, name, SystemClock(), logger("text", "warning"))
            threading.setprofile(watch)
            watch()
            run(outbox.send(parts))  # its end is the end of all its threads
            threading.setprofile(None)
            parts.ticks.database.close()
    stats = pstats.Stats(profiles[0])
    for profile in profiles[1:]:
        stats.add(profile)
    return stats


def _shares(stats: pstats.Stats) -> Counter[str]:
    """Return the CPU seconds of each package of ours, and of each library.

    What is written in C has no file, and counts for whoever called it.
    """
    shares: Counter[str] = Counter()
    entries: dict[_Place, tuple[Any, ...]] = stats.stats  # type: ignore[attr-defined]
    for place, (_calls, _all, own, _cumulated, callers) in entries.items():
        if place[0] != _NO_FILE:
            shares[_part(place)] += own
            continue
        for caller, (_calls, _all, own_for_it, _cumulated) in callers.items():
            shares[_part(caller)] += own_for_it
    return shares


def _part(place: _Place) -> str:
    file, _line, function = place
    if found := _OURS.search(file) or _LIBRARY.search(file):
        return found[1]
    return _NAMES.get(file) or function


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
