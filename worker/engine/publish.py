"""Launching a sequence: the only way that files begin to mean something (promise 13).

What is published is one checked bundle: the sequence's source and every template that its emails
reach, stored by hash. Corrected wording reaches running enrollments; a changed structure is a new
version, which new enrollments begin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from worker.core.facts import Lead, Sequence
from worker.engine import enroll
from worker.engine.setup import Setup
from worker.render.bundle import Bundle
from worker.render.reach import reached
from worker.store import enrollments, leads, publications
from worker.store.database import Connection
from worker.store.publications import Launched


@dataclass(frozen=True, slots=True)
class Launch:
    """What a launch would do: shown first, then carried out as it was shown.

    `first` is whether the sequence was never launched; `new_structure` whether new enrollments
    will begin another version than before; `changed` are the templates whose wording differs.
    `running` counts enrollments that go on under older versions; `existing` are the leads that
    are there already and that the rule would take.
    """

    sequence: Sequence
    source: str
    bundle: Bundle
    first: bool
    new_structure: bool
    changed: tuple[str, ...]
    running: int
    existing: tuple[Lead, ...]


def prepare(connection: Connection, sequence: Sequence, source: str, templates: Bundle) -> Launch:
    """Work out what launching a checked sequence would do."""
    needed = [path for step in sequence.steps for path in reached(templates.files, step.email)]
    bundle = templates.narrow(set(needed))
    versioned = replace(sequence, version=version_of(sequence))
    before = publications.launched(connection, name=sequence.name)
    current = next((one for one in before if one.current), None)
    counted = enrollments.count(connection)
    return Launch(
        sequence=versioned,
        source=source,
        bundle=bundle,
        first=current is None,
        new_structure=current is not None and current.version != versioned.version,
        changed=_changed(connection, current, bundle.files),
        running=sum(counted.get((sequence.name, state), 0) for state in ("active", "paused")),
        existing=tuple(_existing(connection, versioned)),
    )


def launch(
    connection: Connection, setup: Setup, plan: Launch, now: datetime, *, existing: bool
) -> int:
    """Publish; take the leads in that are there already if asked to; tell how many."""
    name = plan.sequence.name
    digest = publish_files(connection, plan.bundle, now)
    new = Launched(name, plan.sequence.version, plan.source, digest, now, current=True)
    publications.add_sequence(connection, new)
    for older in publications.launched(connection, name=name):
        if not older.current:
            _correct(connection, older, plan.bundle, now)
    if not existing:
        return 0
    because = f"launched on {now:%Y-%m-%d} for leads that were there already"
    ids = [lead.id for lead in plan.existing]
    return enroll.enroll_many(connection, setup, ids, plan.sequence, because, now)


def publish_files(connection: Connection, bundle: Bundle, now: datetime) -> str:
    """Store a bundle; return its hash."""
    publications.add_bundle(connection, bundle.hash, bundle.files, now)
    return bundle.hash


def version_of(sequence: Sequence) -> str:
    """Return the hash of what a sequence says: comments and layout of its file do not count."""
    rule = sequence.enroll
    # A set is written in another order by each process; its stages are sorted.
    takes = (rule.on, sorted(rule.stages)) if rule else None
    said = repr((replace(sequence, version="", enroll=None), takes))
    return sha256(said.encode()).hexdigest()[:16]


def _changed(
    connection: Connection, current: Launched | None, files: Mapping[str, str]
) -> tuple[str, ...]:
    if current is None:
        return tuple(sorted(files))
    before = publications.bundle(connection, current.bundle)
    return tuple(sorted(path for path in files if before.get(path) != files[path]))


def _existing(connection: Connection, sequence: Sequence) -> list[Lead]:
    if sequence.enroll is None:
        return []
    return leads.never_in(connection, sequence.name, sequence.enroll.stages)


def _correct(connection: Connection, older: Launched, new: Bundle, now: datetime) -> None:
    """Give an older version the corrected wording of the templates that it shares."""
    before = publications.bundle(connection, older.bundle)
    digest = publish_files(connection, Bundle({**before, **new.files}), now)
    publications.renew_bundle(connection, older.name, older.version, digest)
