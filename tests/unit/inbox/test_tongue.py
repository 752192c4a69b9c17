"""In which language an answer of a few words is written."""

from __future__ import annotations

import pytest

from worker.inbox import tongue
from worker.inbox.fold import fold


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Give me 3 months, they say so."),
        ("en", "Happy to chat, it's at ten."),
        ("de", "Kein Bedarf, danke."),
        ("fr", "Bien reçu, merci."),
        ("es", "Sí, mándame la información, gracias."),
        ("it", "No grazie, già fatto."),
        ("pt", "Já temos fornecedor, obrigada."),
        ("nl", "Graag uitschrijven, bedankt."),
        ("pl", "Czy to jest dla mnie?"),
        ("sv", "Ta bort mig från listan tack."),
        ("da", "Hvad koster den?"),
    ],
)
def test_a_few_words_show_their_language(language: str, text: str) -> None:
    assert tongue.spoken(fold(text)) == (language,)
