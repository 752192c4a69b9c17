"""The whole way of a message, beside what C reaches that does nothing but send.

Claim, gate, render a letter of 27 kB (19 kB of HTML, made of a template of 180 lines, with its
text), commit, send over 20 connections, settle durably. smtp-source sends as many bytes over as
many connections to the same receiver, right before and right after; the three share the machine.
How fast Python is then is told, too: it changes by the hour, and more than C does.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.harness.result import RUNS, Result
from bench.sending import crew, interpreter, letters, series
from bench.sending.project import Project
from bench.sending.receiver import beside_yardstick, receiver
from tests.servers.postgres import Postgres, postgres

MESSAGES = 20_000
"""How many go out in each of the five turns, on each database: so many that the tenth of a second
in which a worker begins (templates, statements, connections) counts as little as in its life."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: messages a second of the yardstick and of ours, and our CPU for each, in µs.

    `python` is what the standard library takes for a mail at that time, in µs of CPU.
    """

    yardstick: float
    ours: float
    cpu: float
    python: float

    @property
    def ratio(self) -> float:
        """Our rate over that of the yardstick."""
        return self.ours / self.yardstick

    @property
    def effort(self) -> float:
        """Our CPU for a message over what a mail takes: the hour counts for less."""
        return self.cpu / self.python


def measure(messages: int = MESSAGES, runs: int = RUNS) -> list[Result]:
    """Return `send.sqlite.ratio` and `send.postgresql2.ratio`, and what they are made of."""
    sqlite, postgresql = [], []
    size = len(letters.rendered().raw)
    with receiver() as port, postgres(durable=True) as cluster:
        for _ in range(runs):
            sqlite.append(_turn(port, messages, size, ["one"]))
            with _database(cluster) as url:
                postgresql.append(_turn(port, messages, size, ["one", "two"], url))
    return [
        *_results("send.sqlite", sqlite, ">= 0.5"),
        *_results("send.postgresql2", postgresql, ">= 0.55"),
        *series.results("send.yardstick", [one.yardstick for one in sqlite + postgresql], "msg/s"),
        *series.results("send.python", [one.python for one in sqlite + postgresql], "µs"),
    ]


def _turn(port: int, messages: int, size: int, workers: list[str], url: str = "") -> Turn:
    """Let smtp-source send, and then our workers, each in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name), port, messages, url)
        configs = [project.worker(state) for state in workers]
        python = interpreter.seconds() * 1e6
        bare, took = beside_yardstick(port, messages, size, lambda: crew.send(configs))
        project.require_sent(messages)
    return Turn(bare, messages / took.seconds, took.cpu / messages * 1e6, python)


@contextmanager
def _database(cluster: Postgres) -> Iterator[str]:
    with ExitStack() as after:
        name = cluster.create()
        after.callback(cluster.drop, name)
        yield cluster.url(name)


def _results(name: str, turns: list[Turn], goal: str) -> list[Result]:
    return [
        *series.results(f"{name}.ratio", [one.ratio for one in turns], "x", goal),
        *series.results(f"{name}.rate", [one.ours for one in turns], "msg/s"),
        *series.results(f"{name}.cpu", [one.cpu for one in turns], "µs"),
        *series.results(f"{name}.effort", [one.effort for one in turns], "x"),
    ]
