"""What an event means to passages that wait for it: goals, stops, steps that are called early."""

from __future__ import annotations

from collections.abc import Sequence as Listed

from worker.core.effects import ChangeTrack, Effect, EndEnrollments
from worker.core.facts import Enrollment, Sequence
from worker.core.states import EnrollmentState, Track

Passage = tuple[Enrollment, Sequence]


def effects_on(word: str, passages: Listed[Passage]) -> tuple[Effect, ...]:
    """Return what follows for the running passages of a lead, before all else that follows.

    Who was on some and is on none after that is on no track; what goes to the owner is none of
    these.
    """
    ends = {
        enrollment.id: end
        for enrollment, sequence in passages
        if (end := _end(word, enrollment, sequence)) is not None
    }
    own = {enrollment.id for enrollment, _ in passages if not enrollment.to_owner}
    none_left = bool(own) and own <= ends.keys()
    after = (ChangeTrack(Track.NONE),) if none_left else ()
    return (*ends.values(), *after)


def calls(word: str, passages: Listed[Passage]) -> bool:
    """Tell whether a step may be due at once because of an event."""
    return any(step.or_on == word for _, sequence in passages for step in sequence.steps)


def heard(sequence: Sequence) -> frozenset[str]:
    """Return the events that mean something to a sequence, by name."""
    rule, steps = sequence.enroll, sequence.steps
    begins = (*rule.on, *rule.when.events) if rule else ()
    called = (step.or_on for step in steps if step.or_on)
    asked = (step.when.events for step in steps)
    return frozenset((*begins, *sequence.goals, *sequence.stop_on, *called)).union(*asked)


def _end(word: str, enrollment: Enrollment, sequence: Sequence) -> EndEnrollments | None:
    if word in sequence.goals:
        return EndEnrollments(EnrollmentState.FINISHED, only=enrollment.id, rule="goal")
    if word in sequence.stop_on:
        return EndEnrollments(EnrollmentState.STOPPED, only=enrollment.id, rule="stop_on")
    return None
