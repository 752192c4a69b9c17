"""Gathers what the times of many enrollments depend on, in a few statements for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.address import domains
from worker.core.caps import LONGEST, Reached
from worker.core.due import Surroundings
from worker.core.facts import Enrollment, Hold, Lead, Past
from worker.core.facts import Sequence as Launched
from worker.core.states import Channel, Scope
from worker.engine.apply import Desk
from worker.engine.catalogue import Version
from worker.engine.setup import Setup
from worker.store import enrollments as enrollment_store
from worker.store import history, timeline
from worker.store import holds as hold_store
from worker.store import leads as lead_store
from worker.store.database import Connection
from worker.store.enrollments import Other
from worker.store.holds import Subject

EVERYTHING: Subject = (Scope.EVERYTHING, "")


@dataclass(frozen=True, slots=True)
class _Beside:
    """What was read of all leads at once."""

    holds: Mapping[Subject, list[Hold]]
    past: Mapping[int, tuple[Past, ...]]
    others: Sequence[Other]
    reached: Mapping[int, Reached]


def around(desk: Desk, enrollments: Iterable[Enrollment]) -> dict[int, tuple[Lead, Surroundings]]:
    """Return lead and surroundings of each enrollment, by the enrollment's id."""
    connection, setup, wanted = desk.connection, desk.setup, list(enrollments)
    leads = lead_store.get_many(connection, {one.lead_id for one in wanted})
    subjects = {one.id: subjects_of(leads[one.lead_id], one) for one in wanted}
    beside = _Beside(
        hold_store.of(connection, (s for several in subjects.values() for s in several)),
        history.of_leads(connection, leads),
        _others(connection, wanted),
        _reached(desk, wanted, leads),
    )
    return {
        one.id: (leads[one.lead_id], _of(setup, one, leads[one.lead_id], subjects[one.id], beside))
        for one in wanted
    }


def _of(
    setup: Setup, one: Enrollment, lead: Lead, subjects: Sequence[Subject], beside: _Beside
) -> Surroundings:
    own = one.to_owner  # an owner keeps the hours of the house
    return Surroundings(
        zone=setup.zone if own else setup.lead_zone(lead),
        holidays=setup.almanac.of() if own else setup.lead_holidays(lead),
        holds=pick(beside.holds, subjects),
        lead=lead,
        past=beside.past.get(lead.id, ()),
        other=waited_for(one, beside.others),
        free_since=free_since(one, beside.others),
        spread=timedelta(0) if own else setup.policy.spread,
        reached=beside.reached.get(lead.id),
    )


def _reached(
    desk: Desk, wanted: Iterable[Enrollment], leads: Mapping[int, Lead]
) -> dict[int, Reached]:
    """Return when those leads were reached who may get a task next."""
    launched = desk.catalogue.of(desk.connection, wanted)
    ids = {one.lead_id for one in wanted if _has_task(launched, one, leads[one.lead_id])}
    if not ids:
        return {}
    setup = desk.setup
    found = timeline.reached(desk.connection, ids, desk.now - LONGEST)
    touches = {one: tuple(at for at, _ in found.get(one, ())) for one in ids}
    zones = {one: setup.lead_zone(leads[one]) for one in ids}
    return {one: Reached(touches[one], zones[one], setup.policy) for one in ids}


def _has_task(launched: Mapping[Version, Launched], one: Enrollment, lead: Lead) -> bool:
    if one.to_owner:
        return False
    sequence = launched.get((one.sequence, one.version))
    steps = sequence.steps if sequence else ()
    return lead.channel is Channel.PHONE or any(step.task for step in steps[one.position :])


def anywhere(setup: Setup) -> Surroundings:
    """Return those of a lead of whom nothing is known: what the configuration says."""
    return Surroundings(setup.zone, setup.almanac.of())


def _others(connection: Connection, wanted: Iterable[Enrollment]) -> list[Other]:
    """Return the passages beside those that want to be alone."""
    lead_ids = {one.lead_id for one in wanted if one.alone}
    return enrollment_store.others(connection, lead_ids) if lead_ids else []


def waited_for(enrollment: Enrollment, others: Sequence[Other]) -> str:
    """Return the sequence that one which is alone waits for; "" where none runs.

    Of two that are alone the older goes first, so that they do not wait for each other.
    """
    beside = (one for one in others if _beside(one, enrollment) and one.running)
    waits = (one for one in beside if not one.alone or one.id < enrollment.id)
    return next((one.sequence for one in waits), "")


def free_since(enrollment: Enrollment, others: Sequence[Other]) -> datetime | None:
    """Return when the last other passage of the lead ended; None where none has."""
    ended = (one.ended_at for one in others if _beside(one, enrollment) and not one.running)
    return max((at for at in ended if at is not None), default=None)


def _beside(one: Other, enrollment: Enrollment) -> bool:
    return one.lead_id == enrollment.lead_id and one.id != enrollment.id


def subjects_of(lead: Lead, enrollment: Enrollment) -> list[Subject]:
    """Return all that a hold on an enrollment can be about.

    One on a lead is no reason not to ask its owner.
    """
    return [
        *([EVERYTHING] if enrollment.to_owner else lead_subjects(lead)),
        (Scope.MAILBOX, enrollment.mailbox),
        (Scope.SEQUENCE, enrollment.sequence),
        (Scope.ENROLLMENT, str(enrollment.id)),
    ]


def lead_subjects(lead: Lead) -> list[Subject]:
    """Return all that a hold on whatever goes to a lead can be about."""
    there = [(Scope.COMPANY, name) for name in domains_of(lead)]
    return [EVERYTHING, (Scope.LEAD, str(lead.id)), *there]


def domains_of(lead: Lead) -> tuple[str, ...]:
    """Return the domains by which a lead can be held: where it is written to, and its company's.

    A person holds those of free mail too, which are no company.
    """
    every = domains(lead.address)
    return every if lead.domain is None or lead.domain in every else (*every, lead.domain)


def pick(found: Mapping[Subject, list[Hold]], subjects: Iterable[Subject]) -> tuple[Hold, ...]:
    """Return the holds of these subjects among those found."""
    if not found:
        return ()
    return tuple(hold for subject in subjects for hold in found.get(subject, ()))
