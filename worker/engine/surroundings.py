"""Gathers what the times of many enrollments depend on, in a few statements for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from worker.core.due import Surroundings
from worker.core.facts import Enrollment, Hold, Lead
from worker.core.states import Scope
from worker.engine.setup import Setup
from worker.store import holds as hold_store
from worker.store import leads as lead_store
from worker.store.database import Connection
from worker.store.holds import Subject

EVERYTHING: Subject = (Scope.EVERYTHING, "")


def around(
    connection: Connection, setup: Setup, enrollments: Iterable[Enrollment]
) -> dict[int, tuple[Lead, Surroundings]]:
    """Return lead and surroundings of each enrollment, by the enrollment's id."""
    wanted = list(enrollments)
    leads = lead_store.get_many(connection, {one.lead_id for one in wanted})
    subjects = {one.id: subjects_of(leads[one.lead_id], one) for one in wanted}
    found = hold_store.of(connection, (s for several in subjects.values() for s in several))
    return {
        one.id: (
            leads[one.lead_id],
            replace(
                anywhere(setup) if one.to_owner else _of_lead(setup, leads[one.lead_id]),
                holds=pick(found, subjects[one.id]),
            ),
        )
        for one in wanted
    }


def anywhere(setup: Setup) -> Surroundings:
    """Return those of a lead of whom nothing is known: what the configuration says."""
    return Surroundings(setup.zone, setup.almanac.of())


def _of_lead(setup: Setup, lead: Lead) -> Surroundings:
    return Surroundings(setup.lead_zone(lead), setup.lead_holidays(lead))


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
    subjects: list[Subject] = [EVERYTHING, (Scope.LEAD, str(lead.id))]
    if lead.domain is not None:
        subjects.append((Scope.COMPANY, lead.domain))
    return subjects


def pick(found: dict[Subject, list[Hold]], subjects: Iterable[Subject]) -> tuple[Hold, ...]:
    """Return the holds of these subjects among those found."""
    return tuple(hold for subject in subjects for hold in found.get(subject, ()))
