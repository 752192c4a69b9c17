"""Answers a question: opens a world, launches, lets leads in, lets time pass, and looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import chain
from time import monotonic

from worker.daemon.memory import rare_searches
from worker.engine.setup import Setup
from worker.errors import NotFoundError
from worker.simulate import entrance, warnings
from worker.simulate.future import Future, Moment
from worker.simulate.question import Question
from worker.simulate.queues import Queues
from worker.simulate.run import run
from worker.simulate.version import Version
from worker.simulate.warnings import Warned
from worker.simulate.world import Ways, World, opened
from worker.store import future as store
from worker.store import leads, timeline
from worker.store.database import Connection, Database

Progress = Callable[[float], None]
"""Called with how much of the time has passed, from 0 to 1."""


def answer(
    setup: Setup,
    question: Question,
    versions: Sequence[Version],
    progress: Progress = lambda _share: None,
    live: Database | None = None,
) -> Future:
    """Return the future; `versions` are launched first, and `live` is copied for real leads."""
    ways = Ways(question.start, question.seed, question.behaviour, question.every, question.shown)
    with rare_searches(), opened(setup, ways, live) as world:
        arrivals, report = entrance.begin(world, question, versions)
        told = tuple(warnings.of_list(report, setup.policy)) if report else ()
        queues = Queues(world)
        span = question.end - question.start

        begun = monotonic()

        def watch(now: datetime) -> None:
            queues.look(now)
            progress((now - question.start) / span)
            if question.patience is not None and monotonic() - begun > question.patience:
                raise _EnoughError

        try:
            run(world, arrivals, question.end, watch)
        except _EnoughError:
            return _look(world, question, queues, world.clock.now(), told)
        return _look(world, question, queues, question.end, told)


class _EnoughError(Exception):
    """It took longer than anybody wants to wait."""


def _look(
    world: World, question: Question, queues: Queues, end: datetime, told: Iterable[Warned]
) -> Future:
    with world.database.read() as connection:
        sends = tuple(store.gone(connection, question.start))
        tasks = tuple(store.opened(connection, question.start))
        counted = store.tracks(connection)
        total = sum(counted.values())
        unsent = store.waiting(connection, world.clock.now())
        longest = queues.longest()
        zone = world.ticks.setup.zone
        return Future(
            start=question.start,
            end=end,
            zone=zone,
            leads=total,
            sends=sends,
            tasks=tasks,
            queues=longest,
            obstacles=tuple(store.obstacles(connection, question.start)),
            tracks=counted,
            unsent=unsent,
            warnings=tuple(
                chain(
                    told,
                    warnings.failing(world.writer.failures),
                    warnings.nobody(total, len(sends) + len(tasks)),
                    warnings.crowded(sends, zone),
                    warnings.long_queues(longest),
                    warnings.in_vain(question.behaviour.script, sends),
                    warnings.still_waiting(unsent),
                )
            ),
            timelines={one: _timeline(connection, one, question) for one in question.shown},
        )


def _timeline(connection: Connection, address: str, question: Question) -> tuple[Moment, ...]:
    """Return what happened to one lead; NotFoundError for one that is not there."""
    lead = leads.find(connection, address)
    if lead is None:
        raise NotFoundError(f"no lead of this simulation has the address {address}")
    decisions = timeline.decisions_of(connection, lead.id)
    return tuple(
        Moment(one.at, one.what, one.reason) for one in decisions if one.at >= question.start
    )
