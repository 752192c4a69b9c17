"""Which of several dates an answer asks for: each is heard in its clause."""

from __future__ import annotations

from datetime import date

import pytest

from worker.core.mail import SURE
from worker.inbox import intents
from worker.inbox.dates import later
from worker.inbox.fold import fold
from worker.inbox.reading import Intent

DAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("text", "until"),
    [
        # a request leads to its date; what else happens comes later
        ("Ask me in February, I'm retiring in June so don't wait longer.", date(2027, 2, 1)),
        ("Get in touch in February. By May we want it to be installed.", date(2027, 2, 1)),
        ("Ping me in April. I'll be on leave from May to August.", date(2027, 4, 1)),
        ("Fragen Sie im März nochmal, ab Mai bin ich in Elternzeit.", date(2027, 3, 1)),
        ("Unser Vertrag läuft bis 30. Juni, kommen Sie im Februar auf mich zu.", date(2027, 2, 1)),
        ("Notre contrat court jusqu'au 30 juin, revenez en février.", date(2027, 2, 1)),
        ("El contrato acaba el 30 de junio, escríbame en febrero.", date(2027, 2, 1)),
        ("Il contratto scade il 30 giugno, risentiamoci a febbraio.", date(2027, 2, 1)),
        # until when nothing is possible is none
        ("Bis Mitte Januar geht gar nichts. Rufen Sie gern ab dem 18.1. an.", date(2027, 1, 18)),
        ("Please do not contact me before May, I return in March.", date(2027, 5, 1)),
        ("Please don't call me until May, in March I return.", date(2027, 5, 1)),
        ("Nicht vor April melden, im Juni ziehen wir um.", date(2027, 4, 1)),
        ("Vor Weihnachten komme ich nicht mehr dazu, im Januar gern.", date(2027, 1, 1)),
        # a request without a date means the one before it
        (
            "The fair is on 3 May. Our year begins in March, please contact me again then.",
            date(2027, 3, 1),
        ),
        # a clause that has little but a date makes it exact
        ("Contact us again in spring, say in April.", date(2027, 4, 1)),
        ("Next quarter is too early. Q2.", date(2027, 4, 1)),
    ],
)
def test_the_date_of_the_request_counts(text: str, until: date) -> None:
    wish = intents.understand(text, "", DAY)
    assert (wish.intent, wish.until) == (Intent.NOT_NOW, until)
    assert wish.confidence >= SURE


@pytest.mark.parametrize(
    ("language", "text", "until"),
    [
        ("en", "Away until 8 January. Let's pick it up on the 11th.", date(2027, 1, 11)),
        ("en", "Not the 3rd, but the 10th.", date(2026, 12, 10)),
        ("en", "Back in March, so try the 12th.", date(2027, 3, 12)),
        ("de", "Sie ist erst am 14. wieder da.", date(2026, 12, 14)),
        ("es", "Estoy libre el martes 8 a partir de las 12.", date(2026, 12, 8)),
        ("it", "Ci vediamo l'11 alle 10.", date(2026, 12, 11)),
        ("it", "Ci sentiamo l'8 alle 14, prima dell'1 non posso.", date(2026, 12, 8)),
        ("pt", "Falamos a 15 às 3.", date(2026, 12, 15)),
    ],
)
def test_a_day_without_a_month_comes_after_the_date_before_it(
    language: str, text: str, until: date
) -> None:
    assert later.stated(fold(text), [language], DAY) == later.Later(until)


def test_the_day_of_a_return_is_the_day_when_somebody_is_back() -> None:
    text = "Off skiing after Christmas, back 14 January. Get in touch when I'm back."
    assert intents.understand(text, "", DAY).until == date(2027, 1, 14)


@pytest.mark.parametrize(
    ("language", "text", "until"),
    [
        ("pl", "za miesiąc", date(2026, 12, 26)),
        ("cs", "za týden", date(2026, 12, 3)),
        ("ru", "через неделю", date(2026, 12, 3)),
        ("ru", "через две недели", date(2026, 12, 10)),
        ("uk", "через місяць", date(2026, 12, 26)),
        ("he", "בעוד חודש", date(2026, 12, 26)),
        ("ar", "بعد شهر", date(2026, 12, 26)),
    ],
)
def test_a_unit_without_a_number_is_one(language: str, text: str, until: date) -> None:
    assert later.stated(fold(text), [language], DAY) == later.Later(until)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cs", "Stačí jednou za měsíc."),
        ("cs", "Platíme 500 Kč za měsíc."),
        ("pl", "Proszę podać koszt za miesiąc."),
        ("pl", "Płacimy 200 zł za miesiąc."),
        ("uk", "Надішліть ціну за місяць."),
    ],
)
def test_how_often_and_what_for_is_no_day(language: str, text: str) -> None:
    assert later.stated(fold(text), [language], DAY) is None


@pytest.mark.parametrize(
    ("language", "text"), [("en", "end of next week"), ("de", "Ende nächster Woche")]
)
def test_a_week_ends_with_its_last_working_day(language: str, text: str) -> None:
    assert later.stated(fold(text), [language], DAY) == later.Later(date(2026, 12, 4))


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("On en reparle en septembre, cette année le budget est clos.", date(2027, 9, 1)),
        ("Återkom i augusti är du snäll.", date(2027, 8, 1)),
        ("Dopo l'Epifania, adesso siamo pieni.", date(2027, 1, 7)),
    ],
)
def test_a_month_that_is_over_is_the_next_one(text: str, until: date) -> None:
    assert intents.understand(text, "", DAY).until == until
