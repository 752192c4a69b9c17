"""Each claim of the demo is broken by what it is about, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.mail.sandbox_parts import DAY, EDITION, START, Post
from worker.demo.checks import checks
from worker.demo.record import Record
from worker.demo.span import SPAN
from worker.sandbox.crowd import Crowd
from worker.sandbox.recipients import Answer, BeAway, Buy, Habit, Mood, Recipient, SendBack

HOUR = timedelta(hours=1)
FOLLOW_UP = "In-Reply-To: <first@light.example>\n"

REPLIES = Recipient("replies@x.example", "Re Ply", (Habit(1, Answer()),))
LEAVES = Recipient("leaves@x.example", "Lee Ves", (Habit(1, Answer(Mood.OPT_OUT)),))
BOUNCES = Recipient("bounces@x.example", "Bo Unce", (Habit(1, SendBack(hard=True)),))
IS_FULL = Recipient("full@x.example", "Fu Ll", (Habit(1, SendBack(hard=False)),))
IS_AWAY = Recipient("away@x.example", "A Way", (Habit(1, BeAway(9)),))
BUYS = Recipient("buys@x.example", "Bu Ys", (Habit(1, Buy(900)),))
READS = Recipient("reads@x.example", "Rea Ds", (Habit(3, Answer(), HOUR),))
PEOPLE = (REPLIES, LEAVES, BOUNCES, IS_FULL, IS_AWAY, BUYS, READS)


class Play:
    """A small demo, played by hand in the way in which it should go."""

    def __init__(self, people: Sequence[Recipient] = PEOPLE) -> None:
        self.crowd = Crowd(people)
        self.post = Post(self.crowd)
        for person in people:
            self.post.send(person.address, START)
        self.crowd.due(START)
        self.send(READS, 14, more=FOLLOW_UP)
        self.send(READS, 30, more=EDITION)
        self.send(IS_AWAY, 15, more=FOLLOW_UP)
        self.send(BUYS, 31)
        self.record = Record(
            self.post.capture.after(),
            self.crowd,
            {person.address: START for person in people},
            (),
            START + SPAN,
        )

    def send(self, to: Recipient, day: float, **parts: str) -> None:
        """Send a mail, and let people answer it."""
        at = START + day * DAY
        self.post.send(to.address, at, **parts)
        self.crowd.due(at + HOUR)

    def broken(self) -> list[str]:
        """Return the claims that do not hold, with what was found."""
        record = replace(self.record, mails=self.post.capture.after())
        return [f"{one.claim}: {one.found}" for one in checks(record) if not one.holds]


def test_as_it_should_go_all_claims_hold() -> None:
    assert Play().broken() == []


@pytest.mark.parametrize(
    ("plant", "broken"),
    [
        (lambda play: play.send(REPLIES, 40), "mailed after replying: 1"),
        (lambda play: play.send(LEAVES, 40), "mailed after opting out: 1"),
        (lambda play: play.send(BOUNCES, 40), "mailed after a hard bounce: 1"),
        (lambda play: play.send(IS_AWAY, 2), "mailed while away: 1"),
        (lambda play: play.send(IS_FULL, 40, text="Chapter 4."), "sent twice: 1"),
        (lambda play: play.send(IS_FULL, 40, key="m4"), "sent twice: 1"),
        (lambda play: [
            play.send(IS_FULL, day, more=EDITION) for day in (30, 31)
        ], "sent a second edition in a month: 1"),
    ],
)  # fmt: skip
def test_a_broken_rule_of_the_judge_is_told_by_its_name(
    plant: Callable[[Play], None], broken: str
) -> None:
    play = Play()
    plant(play)
    assert play.broken() == [broken]


def test_a_late_welcome_is_told() -> None:
    play = Play()
    early = {**play.record.came, BUYS.address: START - timedelta(minutes=2)}
    play.record = replace(play.record, came=early)
    assert play.broken() == ["welcomed within a minute of coming in: 6 of 7"]


def test_features_after_a_fortnight_are_told() -> None:
    play = Play()
    play.send(IS_FULL, 14.01, more=FOLLOW_UP)
    assert play.broken() == ["features within a fortnight: 1 of 2"]


def test_a_cross_sell_that_never_came_is_told() -> None:
    play = Play([*PEOPLE, replace(BUYS, address="buys.too@x.example")])
    assert play.broken() == ["cross-sell a month after the purchase: 1 of 2"]


def test_whoever_is_nowhere_is_told() -> None:
    play = Play()
    play.record = replace(play.record, limbo=("lost@x.example",))
    assert play.broken() == ["in limbo: 1"]


@pytest.mark.parametrize(
    ("absent", "missing"),
    [
        (LEAVES, "opt-out"),
        (BOUNCES, "hard bounce"),
        (IS_FULL, "soft bounce"),
    ],
)
def test_what_never_happened_is_told(absent: Recipient, missing: str) -> None:
    play = Play([one for one in PEOPLE if one is not absent])
    assert play.broken() == [f"every kind of mail and answer: missing: {missing}"]
