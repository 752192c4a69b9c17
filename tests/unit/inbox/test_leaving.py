"""A wish to leave is found where no sentence says it, and only there."""

from __future__ import annotations

import pytest

from worker.inbox import classify, leaving
from worker.inbox.reading import Intent


def _read(subject: str, text: str) -> Intent | None:
    head = f"From: Jo Kern <jo@kern.example>\r\nSubject: {subject}\r\n"
    mime = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return classify.read((head + mime + text).encode()).intent


@pytest.mark.parametrize(
    ("subject", "text", "intent"),
    [
        ("Re: felt", "Thanks,\nJo\n\nunsubscribe", Intent.OPT_OUT),
        ("Re: felt", "Send the price list.\n\nThanks,\nJo\n\nUnsubscribe", Intent.INTERESTED),
        ("Please remove me from your list", "Jo Kern\nKern Ltd\n+44 20 5550 1000", Intent.OPT_OUT),
        ("Re: Shall we remove you from the list?", "Thanks.", Intent.UNKNOWN),
        ("Unsubscribe", "", Intent.OPT_OUT),
    ],
)
def test_a_wish_beside_the_text(subject: str, text: str, intent: Intent) -> None:
    assert _read(subject, text) is intent


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("remoove me", "remove me"),
        ("unsubsrcibe", "unsubscribe"),
        ("Removed.", "Removed."),
        ("wpisz mnie", "wpisz mnie"),
        ("Bitte anmelden", "Bitte anmelden"),
    ],
)
def test_only_a_slip_of_the_fingers_is_mended(text: str, known: str) -> None:
    assert leaving.spelt(text) == known
