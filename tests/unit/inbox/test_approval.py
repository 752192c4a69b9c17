"""What an owner answers to the notice that an email waits for their go."""

from __future__ import annotations

import pytest

from worker.inbox.classify.approval import approval, says_more


@pytest.mark.parametrize(
    "text", ["ok", "OK!", "Send it.", "ja", "Oui", "sì", "\n\nyes\n\nHedy", "👍"]
)
def test_a_go(text: str) -> None:
    assert approval(text) is True


@pytest.mark.parametrize("text", ["no", "No.", "Nein!", "non", "don't send it", "drop"])
def test_a_no(text: str) -> None:
    assert approval(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok?",
        "Ok, but change the price",
        "Ok,\n\nbut change the price",
        "No,\nwait for my call",
        "No, wait for my call",
        "okapi",
        "sendung",
        "won 500",
    ],
)
def test_anything_else_is_neither(text: str) -> None:
    assert approval(text) is None


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("ok", False),
        ("\n\nyes\n\nHedy", False),
        ("ok\nHedy Lamarr", False),
        ("ok\nbut change the price", True),
        ("Yes\nonly wait until Monday", True),
        ("Ok.\n\nShe is called Augusta, please.", True),
    ],
)
def test_more_than_a_word(text: str, *, more: bool) -> None:
    assert says_more(text) is more
