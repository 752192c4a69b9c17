"""Goals of what goes to the owner: they end it, and leave the lead where it is."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.core.parts import NOW
from worker.core.effects import ChangeTrack, EndEnrollments
from worker.core.facts import Audience, Enrollment, Sequence
from worker.core.goals import effects_on
from worker.core.states import EnrollmentState, Track

OWN = Enrollment(1, 1, "welcome", "v1", "sales", EnrollmentState.ACTIVE, NOW, 0, NOW)
LOOP = OWN._replace(id=2, sequence="loop", to_owner=True)
WELCOME = Sequence("welcome", "Welcome", (), goals=("meeting_booked",))
ASKS = Sequence("loop", "Loop", (), to=Audience.OWNER, goals=("meeting_booked",))
ENDED = EnrollmentState.FINISHED


def test_the_end_of_a_loop_is_no_end_for_the_lead() -> None:
    assert effects_on("meeting_booked", [(LOOP, ASKS)]) == (
        EndEnrollments(ENDED, only=2, rule="goal"),
    )


def test_the_end_of_all_that_the_lead_was_on_is_one_whatever_its_owner_is_asked() -> None:
    quiet = replace(ASKS, goals=())
    assert effects_on("meeting_booked", [(OWN, WELCOME), (LOOP, quiet)]) == (
        EndEnrollments(ENDED, only=1, rule="goal"),
        ChangeTrack(Track.NONE),
    )
