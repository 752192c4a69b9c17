"""Who has somebody else taken off and stays is no opt-out; whoever means themselves is one."""

from __future__ import annotations

import pytest

from worker.core.mail import SURE
from worker.inbox import intents
from worker.inbox.reading import Intent


@pytest.mark.parametrize(
    "text",
    [
        "Please remove Anna Smith from the list, I am her successor.",
        (
            "Could you take our former colleague Peter off your list? He retired. "
            "I look after purchasing now."
        ),
        (
            "Bitte streichen Sie Herrn Brandt aus Ihrem Verteiler, er ist im Ruhestand. "
            "Ich bin seine Nachfolgerin."
        ),
        "Por favor, quiten a Marcos de la lista, ya no está. Ahora lo llevo yo.",
        "Haal Jan maar van de lijst, hij werkt hier niet meer. Ik doe het nu.",
    ],
)
def test_who_took_over_from_somebody_stays(text: str) -> None:
    wish = intents.understand(text, "", None)
    assert wish.intent is Intent.WRONG_PERSON
    assert wish.confidence >= SURE


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Take Mr Peters off the list, he's left, but do send me the offer.", Intent.INTERESTED),
        (
            (
                "Nehmen Sie bitte Herrn Kurz aus dem Verteiler, aber mich lassen Sie drin, "
                "das Angebot interessiert mich."
            ),
            Intent.INTERESTED,
        ),
    ],
)
def test_who_wants_something_besides_is_asked_about(text: str, intent: Intent) -> None:
    wish = intents.understand(text, "", None)
    assert wish.intent is intent
    assert wish.confidence < SURE


@pytest.mark.parametrize(
    "text",
    [
        "Please remove me from the list, I have taken over from Anna and get too much already.",
        "Remove us from the list. I am the successor of Anna.",
        "Anna has left and I am her successor. Unsubscribe, please.",
        "I am Anna's successor. Please remove the company from your list.",
        "We handle all of this in house now, please stop emailing.",
        "Peter has left. Please remove this address from your list.",
        "Please remove Mr Koch, and me as well, from your list. I am his successor.",
        "Bitte nehmen Sie uns aus dem Verteiler, darum kümmere ich mich jetzt selbst.",
        "Remove Anna from your list and stop emailing our company. I am her successor.",
        "Please remove Anna Smith from the list and delete my data too. I am her successor.",
        "Please remove Anna Smith from the list, and us as well. I am her successor.",
        "Remove everyone here from your list. I am her successor.",
        (
            "Bitte streichen Sie Frau Kurz aus dem Verteiler und mich gleich mit, "
            "ich bin ihre Nachfolgerin."
        ),
        "Retirez Mme Petit de votre liste ainsi que moi, je suis son remplaçant.",
        "Quiten a Marcos de la lista y a mí también. Ahora lo llevo yo.",
        "Togliete Rossi dalla lista e anche me, ora me ne occupo io.",
        "Ta bort hela firman från listan. Jag är hans efterträdare.",
    ],
)
def test_who_means_themselves_leaves(text: str) -> None:
    wish = intents.understand(text, "", None)
    assert wish.intent is Intent.OPT_OUT
    assert wish.confidence >= SURE


@pytest.mark.parametrize(
    "text",
    [
        "Bitte nehmen Sie die Firma aus dem Verteiler. Ich bin die Nachfolgerin.",
        "Nehmen Sie Herrn Kurz und unsere Adresse aus dem Verteiler. Ich bin sein Nachfolger.",
        "Quiten a la empresa de su lista. Soy su sucesor.",
        "Quiten a todos de la lista. Ahora lo llevo yo.",
    ],
)
def test_whether_more_than_another_is_meant_is_asked(text: str) -> None:
    wish = intents.understand(text, "", None)
    assert wish.intent is Intent.OPT_OUT
    assert wish.confidence < SURE


def test_who_names_their_own_address_leaves() -> None:
    text = "Please remove {} from the list. I took over this role last week."
    sender = ("Bo Berg", "bo.berg@lead.example")
    own = intents.understand(text.format("bo.berg@lead.example"), "", None, sender)
    others = intents.understand(text.format("ada@lead.example"), "", None, sender)
    assert (own.intent, others.intent) == (Intent.OPT_OUT, Intent.WRONG_PERSON)


def test_an_address_ends_no_sentence() -> None:
    text = (
        "Please stop writing to peter@firm.example, he doesn't work here any more. "
        "Use info@firm.example."
    )
    assert intents.understand(text, "", None).confidence < SURE
