"""Launching a sequence: the only way that files begin to mean something (promise 13).

What is published is one checked bundle: the sequence's source and every template that its emails
reach, stored by hash. Corrected wording reaches running enrollments; a changed structure is a new
version, which new enrollments begin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from hashlib import sha256

from worker.core.facts import Lead, Sequence
from worker.core.states import RUNNING
from worker.engine import enroll
from worker.engine.setup import Setup
from worker.render.bundle import Bundle
from worker.render.reach import Reach
from worker.store import enrollments, history, leads, publications
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


def prepare(
    connection: Connection,
    setup: Setup,
    sequence: Sequence,
    source: str,
    templates: Bundle,
    now: datetime,
) -> Launch:
    """Work out what launching a checked sequence would do."""
    reach = Reach(templates.files)
    emails = (email for step in sequence.steps for email in step.emails)
    bundle = templates.narrow({path for email in emails for path in reach.reached(email)})
    versioned = replace(sequence, version=version_of(sequence))
    before = publications.launched(connection, name=sequence.name)
    current = next((one for one in before if one.current), None)
    return Launch(
        sequence=versioned,
        source=source,
        bundle=bundle,
        first=current is None,
        new_structure=current is not None and current.version != versioned.version,
        changed=_changed(connection, current, bundle.files),
        running=running(connection, sequence.name),
        existing=tuple(_existing(connection, setup, versioned, now)),
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


def retire(connection: Connection, name: str) -> None:
    """Let a sequence take nobody in any more; those who are in it go on, by what was launched."""
    publications.retire(connection, name)


def running(connection: Connection, name: str) -> int:
    """Count the enrollments of a sequence that have not ended."""
    counted = enrollments.count(connection)
    return sum(counted.get((name, state), 0) for state in RUNNING)


def publish_files(connection: Connection, bundle: Bundle, now: datetime) -> str:
    """Store a bundle; return its hash."""
    publications.add_bundle(connection, bundle.hash, bundle.files, now)
    return bundle.hash


def version_of(sequence: Sequence) -> str:
    """Return the hash of what a sequence says: comments and layout of its file do not count."""
    said = repr(_said(replace(sequence, version="")))
    return sha256(said.encode()).hexdigest()[:16]


def _said(value: object) -> object:
    """Return what a fact says: only what it says otherwise than by default.

    So a sequence that does not use what a later version of the language adds keeps its hash.
    """
    if isinstance(value, tuple):
        return [_said(one) for one in value]
    if not is_dataclass(value):
        return value.value if isinstance(value, Enum) else value
    own = ((one, getattr(value, one.name)) for one in fields(value) if one.compare)
    return {one.name: _said(held) for one, held in own if held != one.default}


def _changed(
    connection: Connection, current: Launched | None, files: Mapping[str, str]
) -> tuple[str, ...]:
    if current is None:
        return tuple(sorted(files))
    before = publications.bundle(connection, current.bundle)
    return tuple(sorted(path for path in files if before.get(path) != files[path]))


def _existing(
    connection: Connection, setup: Setup, sequence: Sequence, now: datetime
) -> list[Lead]:
    """Return who is there already, was never in the sequence, and is what its rule asks."""
    rule = sequence.enroll
    if rule is None:
        return []
    found = leads.never_in(connection, sequence.name, rule.when.stages)
    past = history.of_leads(connection, [lead.id for lead in found] if rule.when.past else ())
    return [
        lead
        for lead in found
        if enroll.unfit(setup, rule, lead, past.get(lead.id, ()), now) is None
    ]


def _correct(connection: Connection, older: Launched, new: Bundle, now: datetime) -> None:
    """Give an older version the corrected wording of the templates that it shares."""
    before = publications.bundle(connection, older.bundle)
    digest = publish_files(connection, Bundle({**before, **new.files}), now)
    publications.renew_bundle(connection, older.name, older.version, digest)
