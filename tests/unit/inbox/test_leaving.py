"""A wish to leave is found where no sentence says it, and only there."""

from __future__ import annotations

import pytest

from worker.inbox import classify, leaving
from worker.inbox.reading import Intent


def _read(subject: str, text: str, *fields: str) -> Intent | None:
    head = f"From: Jo Kern <jo@kern.example>\r\nSubject: {subject}\r\n"
    head += "".join(f"{field}\r\n" for field in fields)
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
    ("subject", "text", "field", "intent"),
    [
        ("unsubscribe", "", "Auto-Submitted: auto-generated", Intent.OPT_OUT),
        ("Unsubscribe", "unsubscribe", "Precedence: bulk", Intent.OPT_OUT),
        ("Unsubscribe", "This week: 40 % off.", "Auto-Submitted: auto-generated", None),
        ("unsubscribe", "", "List-Id: <deals.shop.example>", None),
    ],
)
def test_a_program_writes_for_who_presses_a_button(
    subject: str, text: str, field: str, intent: Intent | None
) -> None:
    assert _read(subject, text, field) is intent


@pytest.mark.parametrize(
    "text",
    [
        "I accidentally unsubscribed, please put me back on the list.",
        "I must have clicked unsubscribe by accident.",
        "I did not mean to unsubscribe.",
        "Ich habe mich aus Versehen abgemeldet, bitte nehmen Sie mich wieder auf.",
        "Je me suis désabonné par erreur, merci de me réinscrire.",
        "Me di de baja por error, vuelvan a añadirme por favor.",
        "Mi sono cancellato per sbaglio, rimettetemi nella lista.",
        "Ik heb me per ongeluk afgemeld, zet me graag terug op de lijst.",
        "Wypisałem się przez pomyłkę, proszę dodać mnie ponownie.",
        "Я случайно отписался, верните меня в рассылку.",
        "Yanlışlıkla abonelikten çıktım, beni tekrar ekleyin.",
        "我不小心退订了，请把我加回来。",
        "間違えて配信停止してしまいました。再登録をお願いします。",
        "실수로 수신거부를 눌렀습니다. 다시 등록해 주세요.",
        "Jag avregistrerade mig av misstag, lägg till mig igen.",
    ],
)
def test_who_left_by_mistake_does_not_leave_by_saying_so(text: str) -> None:
    assert _read("Re: felt", text) not in {Intent.OPT_OUT, None}


@pytest.mark.parametrize(
    "text",
    [
        "I signed up by accident, please unsubscribe me.",
        "You put me back on the list by mistake, unsubscribe me.",
        "I unsubscribed and you put me back on the list by mistake!",
        "I accidentally unsubscribed from another list. Please unsubscribe me from yours.",
        "Ich bin versehentlich auf Ihrer Liste, bitte abmelden.",
        "Je suis inscrit par erreur, désabonnez-moi.",
    ],
)
def test_who_joined_by_mistake_does(text: str) -> None:
    assert _read("Re: felt", text) is Intent.OPT_OUT


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
