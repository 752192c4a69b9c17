"""The page with charts: whole in itself, and nothing in it can be forged."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from worker.simulate.future import Future, Moment
from worker.simulate.page import page_of
from worker.simulate.queues import Queue
from worker.simulate.warnings import Warned
from worker.store.future import Gone, Obstacle, Opened

START = datetime(2027, 1, 4, 9, tzinfo=UTC)
EVIL = "<script>alert(1)</script>"


def gone(day: int, mailbox: str) -> Gone:
    at = START + timedelta(days=day)
    return Gone(at, at, 1, "ada@x.example", mailbox, "welcome", EVIL, "a.html", "")


FUTURE = Future(
    start=START,
    end=START + timedelta(days=30),
    zone=ZoneInfo("Europe/London"),
    leads=3,
    sends=(gone(0, "sales"), gone(0, "support"), gone(0, "sales"), gone(12, EVIL)),
    tasks=(Opened(START, 1, "ada@x.example", EVIL, "welcome", "call"),),
    queues=(Queue(date(2027, 1, 5), "sales", 40, f"at most 20 {EVIL}", START),),
    obstacles=(Obstacle("policy.weekly_cap", "waits", 4, 2, EVIL),),
    tracks={"active": 3},
    unsent=0,
    warnings=(Warned("queue", EVIL),),
    timelines={EVIL: (Moment(START, "sent", EVIL),)},
)


class Page(HTMLParser):
    """Counts the elements, keeps what would be fetched, and what stands in titles."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.fetched: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]


def test_it_shows_each_day_with_a_bar_for_each_mailbox() -> None:
    text = page_of(FUTURE, {"leads": 3})
    assert "Mon 2027-01-04: sales 2, support 1" in text
    assert "Sat 2027-01-16" in text
    assert "4 January 2027 to 2 February 2027" in text
    page = Page()
    page.feed(text)
    assert page.elements["h1"] == 1
    # All, the tasks, each mailbox, the queue, a step that is an email and one that is a task.
    assert page.elements["svg"] == 1 + 1 + 3 + 1 + 2


def test_it_is_whole_in_itself_and_runs_nothing() -> None:
    text = page_of(FUTURE, {"csv": EVIL})
    page = Page()
    page.feed(text)
    assert page.fetched == []
    assert page.elements["script"] == 0
    assert "default-src 'none'" in text


def test_a_future_without_emails_is_a_page_too() -> None:
    empty = Future(
        START, START + timedelta(days=1), ZoneInfo("UTC"), 0, (), (), (), (), {}, 0, (), {}
    )
    assert "<dd>none</dd>" in page_of(empty, {})
