"""Stories of a mail that is corrected after something else has ended what it began."""

from __future__ import annotations

import pytest

from tests.acceptance.test_corrections import corrected
from tests.acceptance.test_sequences_answers import welcomed
from tests.acceptance.world import ADA, HOUR, World
from worker.core.events import Event, LeftCompany, NotInterested, OptedOut
from worker.core.mail import Kind
from worker.core.states import Track
from worker.engine import control
from worker.engine.apply import apply
from worker.engine.correct import Expected
from worker.sandbox.recipients import Mood

KEPT = "how it ended was recorded since: its sequences stay as they are"


def answered(world: World) -> World:
    """Ada asked something, an hour ago."""
    welcomed(world)
    world.answers(mood=Mood.QUESTION)
    world.settle()
    world.after(HOUR)
    return world


@pytest.mark.parametrize("subject", [ADA, "@analytical.example"])
def test_a_suppression_by_hand_stays_the_end(world: World, subject: str) -> None:
    """The lead was on the track that it had before, without a sequence: it was nowhere."""
    with answered(world).desk() as desk:
        control.suppress(desk, subject, "asked by telephone")
    done = corrected(world, Expected(Kind.AUTO_REPLY))
    assert KEPT in done.kept
    assert world.lead().track is Track.NONE
    assert world.limbo() == []


@pytest.mark.parametrize("ends", [NotInterested, OptedOut, LeftCompany])
def test_what_the_lead_said_since_stays_the_end(world: World, ends: type[Event]) -> None:
    given = (ADA,) if ends is OptedOut else ()
    with answered(world).desk() as desk:
        apply(desk, world.lead().id, ends(desk.now, "said so", *given))
    corrected(world, Expected(Kind.OTHER))
    assert world.lead().track is Track.NONE
    assert world.limbo() == []
