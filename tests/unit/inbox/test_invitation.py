"""What a calendar answers, and what is written beside it."""

from __future__ import annotations

import pytest

from worker.inbox import classify
from worker.inbox.reading import Intent, Kind, Reading

MAIL = """From: Nina <nina@firm.example>
Subject: {subject}
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

{words}
--b
Content-Type: text/calendar; method={method}; charset=utf-8

BEGIN:VCALENDAR
METHOD:{method}
BEGIN:VEVENT
ATTENDEE;PARTSTAT={status}:mailto:nina@firm.example
END:VEVENT
END:VCALENDAR
--b--
"""


def answer(method: str, status: str, words: str, subject: str = "Demo") -> Reading:
    raw = MAIL.format(method=method, status=status, words=words, subject=subject)
    return classify.read(raw.encode())


@pytest.mark.parametrize(
    ("method", "status", "words", "intent", "booked"),
    [
        ("REPLY", "ACCEPTED", "", Intent.MEETING, True),
        ("REPLY", "TENTATIVE", "I hope that I can be there.", Intent.MEETING, True),
        ("REQUEST", "NEEDS-ACTION", "Let us talk.", Intent.MEETING, False),
        ("COUNTER", "DECLINED", "", Intent.MEETING, False),
        ("REPLY", "DECLINED", "", Intent.UNKNOWN, False),
        ("REPLY", "DECLINED", "Thank you, we are not interested.", Intent.NOT_INTERESTED, False),
        ("REPLY", "DECLINED", "Please take me off your list.", Intent.OPT_OUT, False),
        ("REPLY", "ACCEPTED", "Please take me off your list.", Intent.OPT_OUT, False),
        ("CANCEL", "ACCEPTED", "Ask me again in March.", Intent.NOT_NOW, False),
        ("PUBLISH", "ACCEPTED", "Please send me the price list.", Intent.INTERESTED, False),
    ],
)
def test_an_answer_of_a_calendar(
    method: str, status: str, words: str, intent: Intent, booked: bool
) -> None:
    reading = answer(method, status, words)
    assert (reading.kind, reading.intent, reading.booked) == (Kind.HUMAN, intent, booked)
    assert reading.why.startswith(f"calendar {method}")
    assert (reading.new_text or "") == words
