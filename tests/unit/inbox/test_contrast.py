"""A no to one thing and a yes to another is no refusal; a person looks at it."""

from __future__ import annotations

from datetime import date

import pytest

from worker.core.mail import SURE
from worker.inbox import intents
from worker.inbox.reading import Intent


@pytest.mark.parametrize(
    "text",
    [
        "The boss says no to the blue one, but yes to the green one.",
        "Leeds is a no, York wants one.",
        "Not interested in the beans, but please send me the price of the machine.",
        "Chef sagt nein zum blauen, aber ja zum grünen.",
        "Für Kassel nein, für Göttingen ja.",
        "Das Leasing wollen wir nicht, aber kaufen würden wir sofort.",
        "L'achat non, la location oui.",
        "La compra no, el alquiler sí.",
        "L'acquisto no, il noleggio sì.",
        "A compra não, o aluguer sim.",
        "Kopen niet, huren wel.",
        "Zakup nie, wynajem tak.",
        "Nej tak til kaffen, men ja til kopperne.",
        "Köpa nej, hyra ja.",
    ],
)
def test_a_yes_behind_a_no_is_asked_about(text: str) -> None:
    wish = intents.understand(text, "", None)
    assert wish.intent is Intent.INTERESTED
    assert wish.confidence < SURE


@pytest.mark.parametrize(
    "text",
    [
        "Not interested, but thanks for the offer.",
        "No, we are fine, but have a nice day.",
        "Yes, we got your mail. No, we don't want one.",
        "C'est bien, mais c'est non.",
        "Die Bohnen sind super, die Maschine auch, aber wir haben uns dagegen entschieden.",
        "Nein, wir haben schon eine, ja, sie ist gut, danke, nein.",
    ],
)
def test_a_no_at_the_end_is_one(text: str) -> None:
    assert intents.understand(text, "", None).intent is Intent.NOT_INTERESTED


@pytest.mark.parametrize(
    "text",
    [
        "Not for us this year, but please call me in May.",
        "Not interested this year, but please call me again in May.",
        "Dieses Jahr kein Bedarf, aber rufen Sie mich bitte im Mai an.",
    ],
)
def test_a_no_until_a_day_is_no_yes(text: str) -> None:
    wish = intents.understand(text, "", date(2026, 11, 26))
    assert (wish.intent, wish.until) == (Intent.NOT_NOW, date(2027, 5, 1))
    assert wish.confidence >= SURE


def test_a_no_that_is_denied_is_none() -> None:
    text = "Not a no from me! Send the offer."
    assert intents.understand(text, "", None).intent is Intent.INTERESTED
    assert intents.understand("No, not for us.", "", None).intent is Intent.NOT_INTERESTED
