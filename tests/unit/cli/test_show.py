"""How things are written: plain values, times of the zone, nothing that a mail can forge."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO, TextIOWrapper
from zoneinfo import ZoneInfo

import pytest

from worker.cli.history import Line, about_message, merged
from worker.cli.pairs import read_pairs
from worker.cli.sandbox import line_of
from worker.cli.show import clean, plain, print_json, several
from worker.cli.times import Times, ago
from worker.core.states import Stage
from worker.engine.why import Entry
from worker.errors import InputError
from worker.sandbox.capture import Captured
from worker.store.timeline import Touch

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
BERLIN = Times(ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("text", ["a\x1b]0;x\x07", "a\rb", "a\u202eb", "a\x9b2J", "a\nb"])
def test_clean_text_is_one_line_without_orders(text: str) -> None:
    assert clean(text).isprintable()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_json_is_json_in_every_encoding(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    raw = BytesIO()
    out = TextIOWrapper(raw, encoding, errors="backslashreplace", write_through=True)
    monkeypatch.setattr("sys.stdout", out)
    print_json("Jörg \x81 😀")
    assert json.loads(raw.getvalue().decode(encoding)) == "Jörg \x81 😀"


def test_plain_values_are_what_json_has() -> None:
    east = datetime(2026, 7, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    line = Line(east, "sent", "", message_id=3)

    assert plain({"a": (line,), 1: Stage.DECISION}) == {
        "a": [
            {
                "at": "2026-07-01T14:00:00+02:00",
                "what": "sent",
                "reason": "",
                "direction": None,
                "words": None,
                "message_id": 3,
                "place": "",
            }
        ],
        "1": "decision",
    }


def test_times_are_those_of_the_zone() -> None:
    assert BERLIN.minute(NOON) == "2026-07-01 14:00"
    assert BERLIN.weekday(NOON) == "Wed 2026-07-01 14:00"
    assert BERLIN.note == "Times are those of Europe/Berlin."
    assert BERLIN.minute(None) == "–"


def test_a_day_begins_at_its_midnight_there() -> None:
    assert BERLIN.start_of("2026-07-03", NOON) == datetime(2026, 7, 2, 22, tzinfo=UTC)
    with pytest.raises(InputError, match="2026-07-01 is not in the future"):
        BERLIN.start_of("2026-07-01", NOON)
    with pytest.raises(InputError, match="soon is no date"):
        BERLIN.start_of("soon", NOON)
    for day_of in (BERLIN.start_of, BERLIN.end_of):
        with pytest.raises(InputError, match="9999-12-31 is too far ahead; name an earlier day"):
            day_of("9999-12-31", NOON)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 seconds ago"),
        (119, "119 seconds ago"),
        (120, "2 minutes ago"),
        (7200, "2 hours ago"),
        (200_000, "2 days ago"),
    ],
)
def test_how_long_ago(seconds: int, words: str) -> None:
    assert ago(timedelta(seconds=seconds)) == words


def test_counts_have_their_noun() -> None:
    assert [several(count, "lead") for count in (0, 1, 2000)] == [
        "0 leads",
        "1 lead",
        "2,000 leads",
    ]


def test_pairs_are_split_at_the_last_sign() -> None:
    assert read_pairs(["a=b=email", "c = d"], "--map") == {"a=b": "email", "c": "d"}


def test_a_touch_and_its_decision_are_one_line() -> None:
    later = NOON + timedelta(minutes=1)
    entries = [Entry(NOON, "sent", "250 ok", 1), Entry(later, "replied", "yes; a reply", None)]
    touches = [
        Touch(7, NOON, "out", "step", "A subject", 1),
        Touch(7, later, "in", "replied", "yes", 1),
        Touch(7, later, "note", "call", "by telephone"),
    ]
    history = merged(entries, touches)

    assert [(one.what, one.direction, one.words) for one in history] == [
        ("sent", "out", "A subject"),
        ("replied", "in", "yes"),
        ("call", "note", "by telephone"),
    ]
    assert [one.what for one in about_message(history, 1)] == ["sent", "replied"]


def test_the_sandbox_shows_a_mail_in_one_line() -> None:
    raw = b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?q?_=1B[2J?=\r\n\r\nhi"
    mail = Captured(1, NOON, "", ("a@b.example",), raw)

    assert line_of(mail, BERLIN) == "2026-07-01 14:00  <> → a@b.example: Grüße  [2J"
