"""Moves running enrollments to the structure that is launched now, batch by batch.

Each batch is one transaction, and moves only what still has another version: whoever is interrupted
runs it again. What is in flight is left for the next run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from worker.core.facts import Enrollment, Past
from worker.core.facts import Sequence as Steps
from worker.core.migration import Move, move
from worker.engine.apply import Desk
from worker.engine.expiry import expire
from worker.errors import InputError
from worker.store import enrollments, history, locks, migration, timeline
from worker.store.migration import Moved, Open
from worker.store.timeline import Decision

BATCH = 500
Renamed = Mapping[str, str]
"""New ids of steps by their old ones."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is the same for many: where they stand, where they go on, and what is given up.

    `drops` is whether a planned email of a removed step is cancelled, `closes` an open task of one;
    `in_flight` means that they cannot be moved right now.
    """

    move: Move
    drops: bool = False
    closes: bool = False
    in_flight: bool = False


@dataclass(slots=True)
class Batch:
    """What became, or would become, of some enrollments; `last` is the highest id of them."""

    last: int = 0
    cases: Counter[Case] = field(default_factory=Counter)

    @property
    def moved(self) -> int:
        """How many were moved, or would be."""
        return sum(count for case, count in self.cases.items() if not case.in_flight)

    def add(self, other: Batch) -> None:
        """Take in what became of more."""
        self.last = other.last
        self.cases.update(other.cases)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of a batch, in one transaction."""

    got: Mapping[int, set[str]]
    messages: Mapping[int, Open]
    tasks: Mapping[int, Open]


def check_renames(desk: Desk, name: str, renamed: Renamed) -> None:
    """Raise `InputError` where a step that is named is not there."""
    new = [step.id for step in desk.catalogue.current(desk.connection, name).steps]
    old = {step.id for one in desk.catalogue.versions(desk.connection, name) for step in one.steps}
    for was, now in renamed.items():
        if was not in old:
            raise InputError(f"--rename {was}={now}: no version of {name} had a step {was}")
        if now not in new:
            there = ", ".join(new)
            raise InputError(f"--rename {was}={now}: {name} has no step {now}; there are {there}")


def look(desk: Desk, name: str, renamed: Renamed) -> Batch:
    """Return what moving everybody would do; nothing is changed."""
    total = Batch()
    while found := _found(desk, name, total.last):
        batch = Batch(found[-1].id)
        batch.cases.update(case for _one, case in _cases(desk, name, renamed, found))
        total.add(batch)
    return total


def move_batch(desk: Desk, name: str, renamed: Renamed, after: int) -> Batch | None:
    """Move those with ids above `after`, up to `BATCH`; return what was done, None at the end."""
    found = _found(desk, name, after)
    if not found:
        return None
    # The planner and the claims take these locks, too: nothing of them begins meanwhile.
    locks.share_gate(desk.connection)
    locks.lock_leads(desk.connection, (one.lead_id for one in found))
    now_found = {one.id: one for one in _found(desk, name, after)}
    still = [now_found[one.id] for one in found if one.id in now_found]
    cases = list(_cases(desk, name, renamed, still))
    _write(desk, name, [(one, case) for one, case in cases if not case.in_flight])
    return Batch(found[-1].id, Counter(case for _one, case in cases))


def _found(desk: Desk, name: str, after: int) -> list[Enrollment]:
    version = desk.catalogue.current(desk.connection, name).version
    return migration.outdated(desk.connection, name, version, after, BATCH)


def _cases(
    desk: Desk, name: str, renamed: Renamed, found: Sequence[Enrollment]
) -> Iterator[tuple[Enrollment, Case]]:
    new = desk.catalogue.current(desk.connection, name)
    there = {step.id for step in new.steps}
    unknown = replace(new, steps=())  # one beyond us: what was sent says where they stand
    known = _read(desk, found)
    for one in found:
        old = desk.catalogue.find(desk.connection, name, one.version) or unknown
        yield one, _case(one, old, new, known, renamed, there)


def _case(
    one: Enrollment, old: Steps, new: Steps, known: _Known, renamed: Renamed, there: set[str]
) -> Case:
    goes = move(old, new, one.position, known.got.get(one.id, ()), renamed)
    message, task = known.messages.get(one.id), known.tasks.get(one.id)
    return Case(
        move=goes,
        drops=message is not None and renamed.get(message.step, message.step) not in there,
        closes=task is not None and renamed.get(task.step, task.step) not in there,
        in_flight=message is not None and not message.planned,
    )


def _read(desk: Desk, found: Sequence[Enrollment]) -> _Known:
    ids = [one.id for one in found]
    messages = migration.open_messages(desk.connection, ids)
    tasks = migration.open_tasks(desk.connection, ids)
    return _Known(
        migration.got(desk.connection, ids),
        {one.enrollment_id: one for one in messages},
        {one.enrollment_id: one for one in tasks},
    )


def _write(desk: Desk, name: str, cases: Sequence[tuple[Enrollment, Case]]) -> None:
    new = desk.catalogue.current(desk.connection, name)
    connection, now = desk.connection, desk.now
    ids = [one.id for one, _case in cases]
    migration.cancel_planned(connection, ids, "its enrollment was moved to a new structure", now)
    for one, case in cases:
        if case.closes:
            expire(connection, one.lead_id, one.id, "its step is not there any more", now)
            enrollments.wait_no_longer(connection, one.id, now)
    goes_on = [Moved(one.id, case.move.position) for one, case in cases]
    migration.put(connection, new.version, goes_on, now, alone=new.alone)
    left = ((one.lead_id, Past(history.MIGRATED, now, one.version, one.id)) for one, _case in cases)
    history.remember(connection, left)
    timeline.record(
        connection,
        [
            Decision(one.lead_id, now, history.MIGRATED, f"{name}: {told(case)}", one.id)
            for one, case in cases
        ],
    )


def told(case: Case) -> str:
    """Say what becomes of an enrollment, as ``nurture why`` shows it."""
    goes = case.move
    on = f"it goes on with {goes.now}" if goes.now else "it has passed all steps"
    was = f" instead of {goes.was}" if goes.was != goes.now and goes.was else ""
    parts = [f"moved to the new structure, in which {on}{was}"]
    if goes.missed:
        parts.append(f"does not get {', '.join(goes.missed)}")
    if case.drops:
        parts.append("its planned email is cancelled")
    if case.closes:
        parts.append("its open task is closed")
    return "; ".join(parts)
