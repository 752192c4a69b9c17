"""The judge finds each planted violation, and nothing where there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.mail.sandbox_parts import DAY, EDITION, START, Post
from worker.sandbox.crowd import Crowd
from worker.sandbox.judge import Verdict, judge
from worker.sandbox.reactions import Kind
from worker.sandbox.recipients import (
    Action,
    Answer,
    BeAway,
    Buy,
    Habit,
    Mood,
    Recipient,
    SendBack,
)

ADA = "ada@analytical.example"


class Play:
    """One recipient with habits on the first mail, and the mail that she gets."""

    def __init__(self, *actions: Action, zone: str = "UTC") -> None:
        habits = tuple(Habit(1, action, after=n * DAY) for n, action in enumerate(actions))
        self.crowd = Crowd([Recipient(ADA, "Ada Lovelace", habits, zone)])
        self.post = Post(self.crowd)

    def send(self, at: datetime, **parts: str) -> None:
        self.post.send(ADA, at, **parts)
        self.crowd.due(at)

    def verdict(self) -> Verdict:
        return judge(self.post.capture.after(), self.crowd)


def test_a_blameless_course_holds_and_is_counted() -> None:
    play = Play(SendBack(hard=False), Buy(100))
    for month in range(3):
        play.send(START + month * 31 * DAY, more=EDITION)
    play.post.send("owner@light.example", START + DAY, text="For the owner.")
    verdict = play.verdict()
    assert verdict.holds
    assert (verdict.mails, verdict.people, verdict.editions, verdict.others) == (3, 1, 3, 1)
    assert verdict.reactions == {Kind.SOFT_BOUNCE: 1, Kind.PURCHASE: 1}
    assert str(verdict) == (
        "3 mails to 1 people, 3 of them editions; 1 to others; "
        "the people did: 1 soft bounce, 1 purchase.\nViolations: 0"
    )


def test_mail_after_a_reply_is_found() -> None:
    play = Play(Answer())
    play.send(START)
    play.send(START + DAY, subject="Features")
    verdict = play.verdict()
    assert not verdict.holds
    (violation,) = verdict.violations
    assert violation == (
        f"{ADA} was mailed “Features” at 2026-01-06 09:00:00 UTC, "
        "after they replied at 2026-01-05 09:00:00 UTC"
    )
    assert str(verdict).endswith(f"\nViolations: 1\n{violation}")


def test_mail_after_an_opt_out_and_after_a_hard_bounce_is_found() -> None:
    for action, words in ((Answer(Mood.OPT_OUT), "opted out"), (SendBack(), "bounced for good")):
        play = Play(action)
        play.send(START)
        play.send(START + DAY)
        (violation,) = play.verdict().violations
        assert words in violation


def test_there_is_no_grace_at_the_same_instant_but_order_counts() -> None:
    before = Play(Answer())
    before.post.send(ADA, START)
    before.post.send(ADA, START)
    before.crowd.due(START)
    assert before.verdict().holds
    after = Play(Answer())
    after.send(START)
    after.send(START)
    assert len(after.verdict().violations) == 1


def test_a_mail_on_its_way_when_the_reply_was_delivered_is_none() -> None:
    play = Play(Answer())
    play.post.send(ADA, START)
    play.post.capture.add(START + timedelta(seconds=1), "m@x.example", (ADA,), b"Subject: x\r\n")
    play.crowd.due(START + timedelta(seconds=2))
    assert play.verdict().holds


def test_who_buys_after_a_reply_may_be_mailed_but_not_after_an_opt_out() -> None:
    bought = Play(Answer(), Buy(100))
    opted_out = Play(Answer(Mood.OPT_OUT), Answer(), Buy(100))
    for play in (bought, opted_out):
        play.send(START)
        play.crowd.due(START + DAY)
        play.crowd.due(START + 2 * DAY)
        play.send(START + 30 * DAY)
    assert bought.verdict().holds
    assert len(opted_out.verdict().violations) == 1


def test_who_asked_to_be_written_to_again_may_be_from_the_first_of_that_month() -> None:
    for mailed_at, violations in (
        (datetime(2026, 2, 28, 10, 59, tzinfo=UTC), 1),
        (datetime(2026, 2, 28, 11, 0, tzinfo=UTC), 0),
    ):
        play = Play(Answer(Mood.LATER), zone="Pacific/Auckland")
        play.send(START)
        play.send(mailed_at)
        assert len(play.verdict().violations) == violations


def test_mail_during_an_absence_is_found_until_the_day_of_return_begins_there() -> None:
    for mailed_at, violations in (
        (datetime(2026, 1, 9, 10, 59, tzinfo=UTC), 1),
        (datetime(2026, 1, 9, 11, 0, tzinfo=UTC), 0),
    ):
        play = Play(BeAway(days=5), zone="Pacific/Auckland")
        play.send(START)
        play.send(mailed_at)
        found = play.verdict().violations
        assert len(found) == violations
        assert all("while they were away until 2026-01-10" in each for each in found)


def test_the_same_message_id_twice_is_found_for_anybody() -> None:
    play = Play()
    for n in range(3):
        play.post.send("owner@light.example", START, key="same", text=f"Text {n}")
    assert play.verdict().violations == ("the message <same@light.example> arrived 3 times",)


def test_the_same_words_twice_are_found_although_tokens_differ() -> None:
    play = Play()
    for n in range(2):
        play.send(START, text=f"Read on:\nhttps://light.example/t{n} or write to m+t{n}@x.example")
    (violation,) = play.verdict().violations
    assert "in the words of an earlier mail" in violation


def test_the_same_words_to_two_people_are_no_violation() -> None:
    crowd = Crowd([Recipient(f"{name}@x.example", name) for name in ("a", "b")])
    post = Post(crowd)
    for address in crowd.recipients:
        post.send(address, START, text="For all.")
    assert judge(post.capture.after(), crowd).holds


def test_a_second_edition_within_a_month_of_the_recipients_zone_is_found() -> None:
    first = datetime(2026, 1, 31, 20, 0, tzinfo=UTC)
    for zone, months in (("UTC", ["2026-01"]), ("Pacific/Auckland", ["2026-02"])):
        play = Play(zone=zone)
        for day in (-10, 0, 10):
            play.send(first + day * DAY, more=EDITION)
        found = play.verdict().violations
        assert [each.rpartition(" ")[2] for each in found] == months


def test_a_list_id_makes_an_edition_but_an_automatic_notice_is_none() -> None:
    play = Play()
    play.send(START, more="List-Id: <news.light.example>\n")
    play.send(START, more="Auto-Submitted: auto-generated\n")
    assert play.verdict().editions == 1
