"""Recipients act on their habits, on the virtual clock, and their letters look real."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime

import pytest

from tests.mail.sandbox_parts import DAY, START, Post
from worker.clock import VirtualClock
from worker.inbox import classify
from worker.inbox.reading import Intent
from worker.sandbox import words
from worker.sandbox.crowd import Crowd
from worker.sandbox.reactions import Kind, Letter, Purchase
from worker.sandbox.reading import header, text
from worker.sandbox.recipients import Answer, BeAway, Buy, Habit, Mood, Recipient, SendBack

ADA = "ada@analytical.example"


def one(
    *habits: Habit, zone: str = "UTC", language: str = "en", seed: int = 0
) -> tuple[Crowd, Post]:
    crowd = Crowd([Recipient(ADA, "Ada Lovelace", habits, zone, language)], seed=seed)
    return crowd, Post(crowd)


def letter_of(crowd: Crowd) -> Letter:
    (letter,) = crowd.due(START + 30 * DAY)
    assert isinstance(letter, Letter)
    return letter


def mail_of(crowd: Crowd) -> Message:
    return message_from_bytes(letter_of(crowd).raw)


def test_a_habit_acts_on_the_nth_mail_after_its_delay() -> None:
    crowd, post = one(Habit(2, Answer(), after=timedelta(hours=3)))
    clock = VirtualClock(START)
    post.send(ADA, clock.now())
    assert crowd.next_due() is None
    clock.move_to(START + DAY)
    post.send("Ada@Analytical.example", clock.now())
    due = START + DAY + timedelta(hours=3)
    assert crowd.next_due() == due
    assert crowd.due(due - timedelta(seconds=1)) == []
    clock.move_to(due)
    (letter,) = crowd.due(clock.now())
    assert (letter.address, letter.kind, letter.when.at, letter.when.seen) == (
        ADA,
        Kind.REPLY,
        due,
        2,
    )
    assert crowd.log == [letter]
    assert crowd.next_due() is None
    assert crowd.due(clock.now()) == []


def test_reactions_come_in_the_order_in_which_they_are_due() -> None:
    crowd = Crowd(
        [
            Recipient("slow@x.example", "Slow", (Habit(1, Answer(), after=2 * DAY),)),
            Recipient("fast@x.example", "Fast", (Habit(1, Answer(), after=DAY),)),
            Recipient("both@x.example", "Both", (Habit(1, Answer()), Habit(1, Buy(5), after=DAY))),
        ]
    )
    post = Post(crowd)
    for address in crowd.recipients:
        post.send(address, START)
    names = [each.address.partition("@")[0] for each in crowd.due(START + 2 * DAY)]
    assert names == ["both", "fast", "both", "slow"]


def test_strangers_and_the_null_sender_get_no_reaction() -> None:
    crowd, post = one(Habit(1, Answer()))
    post.send("stranger@x.example", START)
    bounced = post.capture.add(START, "", (ADA,), b"Subject: returned\r\n\r\n")
    crowd.receive(bounced)
    assert crowd.next_due() is None
    post.send(ADA, START)
    assert crowd.next_due() == START


def test_a_reply_is_threaded_addressed_and_quotes_the_original() -> None:
    crowd, post = one(Habit(1, Answer()), zone="Europe/London")
    post.send(ADA, START, key="k1", subject="Grüße", text="Good day.\n\nHow are you?")
    letter = letter_of(crowd)
    reply = message_from_bytes(letter.raw)
    assert letter.to == "mira+r7@light.example"
    assert reply["To"] == "Mira Light <mira+r7@light.example>"
    assert reply["From"] == f"Ada Lovelace <{ADA}>"
    assert reply["In-Reply-To"] == "<k1@light.example>"
    assert reply["References"] == "<first@light.example> <k1@light.example>"
    assert header(reply, "Subject") == "Re: Grüße"
    assert parsedate_to_datetime(reply["Date"]) == START + 30 * DAY
    assert reply["Auto-Submitted"] is None
    below = text(reply).replace("\r\n", "\n").partition("Ada Lovelace\n\n")[2]
    assert below == "On 5 January 2026, Mira Light wrote:\n> Good day.\n>\n> How are you?\n"


def test_a_reply_without_reply_to_goes_to_from_and_re_is_not_repeated() -> None:
    crowd, post = one(Habit(1, Answer()))
    raw = b"From: Bob <bob@light.example>\r\nSubject: RE: Terms\r\n\r\nText\r\n"
    crowd.receive(post.capture.add(START, "bob@light.example", (ADA,), raw))
    letter = letter_of(crowd)
    assert letter.to == "bob@light.example"
    reply = message_from_bytes(letter.raw)
    assert reply["Subject"] == "RE: Terms"
    assert reply["In-Reply-To"] is None


def test_long_message_ids_are_never_broken_or_encoded() -> None:
    crowd, post = one(Habit(1, Answer()))
    key = "k" * 120
    post.send(ADA, START, key=key)
    raw = letter_of(crowd).raw
    assert f"\r\nIn-Reply-To: <{key}@light.example>\r\n".encode() in raw


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
@pytest.mark.parametrize("mood", list(Mood))
def test_every_mood_has_words_in_every_language(language: str, mood: Mood) -> None:
    crowd, post = one(Habit(1, Answer(mood)), language=language)
    post.send(ADA, START)
    letter = letter_of(crowd)
    assert letter.kind is (Kind.OPT_OUT if mood is Mood.OPT_OUT else Kind.REPLY)
    assert letter.raw.replace(b"\r\n", b"").find(b"\n") == -1
    assert max(map(len, letter.raw.splitlines())) < 998
    assert "> Chapter 1." in text(message_from_bytes(letter.raw))


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_who_has_no_time_names_a_month_that_the_worker_understands(language: str) -> None:
    for month in range(12):
        for seed in range(4):  # each picks its words anew
            at = START + month * 30 * DAY
            crowd, post = one(Habit(1, Answer(Mood.LATER)), language=language, seed=seed)
            post.send(ADA, at)
            (letter,) = crowd.due(at)
            assert isinstance(letter, Letter)
            reading = classify.read(letter.raw)
            assert (reading.intent, reading.until) == (Intent.NOT_NOW, letter.again), reading


def test_an_absence_notice_is_marked_as_automatic_and_goes_to_the_return_path() -> None:
    crowd, post = one(Habit(1, BeAway(days=9)), zone="Pacific/Auckland")
    post.send(ADA, START, key="k1")
    (letter,) = crowd.due(START)
    assert isinstance(letter, Letter)
    notice = message_from_bytes(letter.raw)
    assert letter.to == "mira+v1@light.example"
    assert notice["To"] == letter.to
    assert notice["Auto-Submitted"] == "auto-replied"
    assert notice["In-Reply-To"] == "<k1@light.example>"
    assert notice["Subject"] == "Automatic reply: Welcome"
    assert str(letter.back) == "2026-01-14"
    assert "back on 14 January 2026" in text(notice)


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("de", "ab dem 3. März 2026"),
        ("fr", "le 3 mars 2026"),
        ("es", "el 3 de marzo de 2026"),
    ],
)
def test_the_day_of_return_is_written_in_the_recipients_language(language: str, day: str) -> None:
    back = (START + 57 * DAY).date()
    assert day in words.absence(language, back)


@pytest.mark.parametrize(
    ("hard", "kind", "status"),
    [(True, Kind.HARD_BOUNCE, "5.1.1"), (False, Kind.SOFT_BOUNCE, "4.2.2")],
)
def test_a_bounce_goes_to_the_envelope_sender(hard: bool, kind: Kind, status: str) -> None:
    crowd, post = one(Habit(1, SendBack(hard)))
    post.send(ADA, START)
    letter = letter_of(crowd)
    assert (letter.kind, letter.to) == (kind, "mira+v1@light.example")
    assert f"Status: {status}".encode() in letter.raw


def test_a_purchase_is_told_to_the_driver() -> None:
    crowd, post = one(Habit(1, Buy(1800), after=DAY))
    post.send(ADA, START)
    (purchase,) = crowd.due(START + DAY)
    assert isinstance(purchase, Purchase)
    assert (purchase.address, purchase.amount, purchase.when.at) == (ADA, 1800, START + DAY)


def test_the_same_seed_makes_the_same_letters_and_another_seed_other_words() -> None:
    def letters(seed: int) -> list[bytes]:
        people = [Recipient(f"p{n}@x.example", f"P {n}", (Habit(1, Answer()),)) for n in range(20)]
        crowd = Crowd(people, seed=seed)
        post = Post(crowd)
        for person in people:
            post.send(person.address, START)
        return [each.raw for each in crowd.due(START) if isinstance(each, Letter)]

    assert letters(1) == letters(1)
    assert letters(1) != letters(2)
    assert {message_from_bytes(raw).get_content_type() for raw in letters(1)} == {
        "text/plain",
        "multipart/alternative",
    }
