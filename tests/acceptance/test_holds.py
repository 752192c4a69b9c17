"""A hold of any scope holds the message that it is about, and no other."""

from __future__ import annotations

import pytest

from tests.acceptance.world import ADA, DAY, NIGHT, World, opened
from tests.store.parts import claim
from worker.core.facts import Hold, Message
from worker.core.states import Scope
from worker.engine import control
from worker.engine.apply import Desk
from worker.engine.gatefacts import gate_facts
from worker.engine.why import why
from worker.store import enrollments, holds
from worker.store.database import Database
from worker.store.holds import Subject


def claimed(world: World, address: str = ADA) -> Message:
    """Launch a sequence, take one lead in, and claim what it gets first."""
    world.launch()
    world.come(address)
    world.ticks.plan()
    with world.ticks.desk() as desk:
        [message] = claim(desk.connection, world.holder, desk.now, 1)
        return message


def subjects(desk: Desk, message: Message) -> list[Subject]:
    """Return what the message is about, of each scope."""
    assert message.enrollment_id is not None
    passage = enrollments.get(desk.connection, message.enrollment_id)
    names = {
        Scope.LEAD: str(message.lead_id),
        Scope.COMPANY: ADA.rpartition("@")[2],
        Scope.MAILBOX: message.mailbox,
        Scope.SEQUENCE: passage.sequence,
        Scope.ENROLLMENT: str(passage.id),
        Scope.MESSAGE: str(message.id),
        Scope.EVERYTHING: "",
    }
    return [(scope, names[scope]) for scope in Scope]


def held_by(desk: Desk, message: Message) -> tuple[Hold, ...]:
    """Return the holds that the gate sees."""
    return gate_facts(desk, [message])[message.id].holds


def test_the_gate_sees_a_hold_of_every_scope(sqlite: Database) -> None:
    with opened(sqlite) as world:
        message = claimed(world)
        for scope, name in _of(world, message):
            with world.ticks.desk() as desk:
                holds.add(desk.connection, (scope, name), "a test", desk.now, None)
                [*_, last] = sorted(held_by(desk, message), key=lambda one: one.id)
                assert (last.scope, last.subject) == (scope, name)
        with world.ticks.desk() as desk:
            assert {one.scope for one in held_by(desk, message)} == set(Scope)


def test_a_name_in_another_scope_holds_nothing(sqlite: Database) -> None:
    with opened(sqlite) as world:
        message = claimed(world)
        theirs = _of(world, message)
        with world.ticks.desk() as desk:
            for scope in Scope:
                for subject in {(scope, name) for _, name in theirs} - set(theirs):
                    holds.add(desk.connection, subject, "a test", desk.now, NIGHT + DAY)
            assert held_by(desk, message) == ()


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("ada@gmail.com", "gmail.com"),  # free mail, and no company
        ("ada@eu.analytical.example", "eu.analytical.example"),
        ("ada@eu.analytical.example", "analytical.example"),
    ],
)
def test_a_domain_that_a_person_pauses_is_held(sqlite: Database, address: str, domain: str) -> None:
    with opened(sqlite) as world:
        message = claimed(world, address)
        with world.ticks.desk() as desk:
            control.pause(desk, (Scope.COMPANY, domain), "a test")
            assert [one.subject for one in held_by(desk, message)] == [domain]
            found = why(desk, world.lead(address))
        assert found.hold is not None
        assert found.hold.subject == domain


def _of(world: World, message: Message) -> list[Subject]:
    with world.ticks.desk() as desk:
        return subjects(desk, message)
