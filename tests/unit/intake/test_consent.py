from __future__ import annotations

from datetime import UTC, datetime

import pytest

from worker.core.facts import Consent
from worker.engine.intake.consent import ConsentReader, refuses

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FAIR = ConsentReader("fair", "import of people.csv", NOW)


@pytest.mark.parametrize(
    "cell",
    [
        "no", "No.", "N", "FALSE", "0", "0.0", "–", "-", "?", "✗", "n/a", "#N/A", "NULL",
        "none given", "opt-out", "Opted out", "optout", "Unsubscribed", "withdrawn 2026-01-02",
        "Revoked by mail",
        "No, asked twice", "not given", "never", "do not contact", "declined", "pending", "bounced",
        "Nein, danke", "nein!", "keine Einwilligung", "nicht erteilt", "liegt nicht vor",
        "widerrufen am 2.1.2026", "abgemeldet", "ausstehend", "non",
    ],
)  # fmt: skip
def test_a_refusal_is_no_consent_in_whatever_words(cell: str) -> None:
    assert refuses(cell)
    assert FAIR.read({"consent": cell}) is None


@pytest.mark.parametrize("cell", ["yes", "Yes.", "TRUE", "1.0", "✓", "opt-in", "Subscribed", "Ja"])
def test_a_yes_is_the_consent_of_the_list(cell: str) -> None:
    assert FAIR.read({"consent": cell}) == Consent("fair", NOW)


@pytest.mark.parametrize("cell", ["Nordic Fair 2026", "Web form", "Optics fair", "Messe Ohnesorg"])
def test_any_other_words_say_where_it_was_given(cell: str) -> None:
    assert FAIR.read({"consent": cell}) == Consent(cell, NOW)


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        ("TRUE", True),
        ("2026-01-02", True),
        ("Opted out", True),
        ("0", False),
        ("not opted out", False),
    ],
)
def test_who_opted_out_has_no_consent(cell: str, left: bool) -> None:
    assert (FAIR.read({"consent": "web form", "opted_out": cell}) is None) == left
