"""The demo's cast shows everything that the demo has to show."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from worker.sandbox.cast import cast
from worker.sandbox.crowd import Crowd
from worker.sandbox.recipients import Answer, BeAway, Buy, Habit, Mood, SendBack


def habits() -> list[tuple[str, Habit]]:
    return [(role.language, habit) for role in cast() for habit in role.habits]


def test_the_cast_is_two_dozen_different_people_in_many_zones() -> None:
    roles = cast()
    assert len({role.address for role in roles}) == len(roles) == 24
    assert all(role.address.isascii() and role.address.endswith(".example") for role in roles)
    assert all(ZoneInfo(role.zone) for role in roles)
    assert len({role.zone.partition("/")[0] for role in roles}) >= 5
    assert {role.stage for role in roles} == {"awareness", "consideration"}


def test_every_habit_belongs_to_one_of_the_cast() -> None:
    crowd = Crowd(role.recipient for role in cast())
    assert sum(bool(each.habits) for each in crowd.recipients.values()) == 16


def test_everything_happens_that_the_demo_shows() -> None:
    actions = [habit.action for _, habit in habits()]
    moods = {action.mood for action in actions if isinstance(action, Answer)}
    assert moods == set(Mood)
    assert ("de", 2) in {(lang, h.on) for lang, h in habits() if isinstance(h.action, Answer)}
    assert any(isinstance(action, Buy) for action in actions)
    assert any(isinstance(action, BeAway) for action in actions)
    assert {action.hard for action in actions if isinstance(action, SendBack)} == {True, False}


def test_several_stay_silent_and_one_answers_an_edition() -> None:
    assert sum(not role.habits for role in cast()) >= 8
    assert [habit.on for _, habit in habits()].count(3) == 1
