"""Words that point back at a period: "on holiday next week, write to me after that"."""

from __future__ import annotations

from datetime import date

import pytest

from worker.core.mail import SURE
from worker.inbox import intents
from worker.inbox.dates import absence, later
from worker.inbox.fold import fold
from worker.inbox.reading import Intent

DAY = date(2026, 11, 28)  # a Saturday


@pytest.mark.parametrize(
    ("language", "text", "until"),
    [
        ("en", "On holiday next week, get back to me after that.", date(2026, 12, 7)),
        ("en", "We are moving in January, try us afterwards.", date(2027, 2, 1)),
        ("en", "In the first quarter we audit. Ask again once that is over.", date(2027, 4, 1)),
        ("en", "Away from 3 to 12 December, write to me after.", date(2026, 12, 14)),
        ("en", "I'm on leave in February. Write when I'm back.", date(2027, 3, 1)),
        ("en", "Busy until 17 December. Try me after that.", date(2026, 12, 18)),
        ("en", "Away until Monday, after that gladly.", date(2026, 11, 30)),
        ("de", "Ich bin nächste Woche im Urlaub, danach gern.", date(2026, 12, 7)),
        ("de", "Ich bin bis 10. Dezember im Urlaub, danach gern.", date(2026, 12, 11)),
        ("de", "Vom 3. bis 12. Dezember bin ich weg, hinterher gern.", date(2026, 12, 14)),
        ("fr", "En janvier nous déménageons, recontactez-nous après.", date(2027, 2, 1)),
        ("es", "La próxima semana no estoy, escríbame después.", date(2026, 12, 7)),
        ("pt", "Em janeiro estamos de mudança, contacte-nos depois disso.", date(2027, 2, 1)),
        ("it", "A gennaio traslochiamo, risentiamoci poi.", date(2027, 2, 1)),
        ("nl", "In januari verhuizen we, neem daarna contact op.", date(2027, 2, 1)),
        ("pl", "W styczniu się przeprowadzamy, proszę potem pisać.", date(2027, 2, 1)),
        ("cs", "V lednu se stěhujeme, ozvěte se poté.", date(2027, 2, 1)),
        ("ru", "В январе мы переезжаем, напишите после этого.", date(2027, 2, 1)),
        ("uk", "У січні ми переїжджаємо, напишіть після цього.", date(2027, 2, 1)),
        ("tr", "Ocak ayında taşınıyoruz, ondan sonra yazın.", date(2027, 2, 1)),
        ("ar", "في يناير ننتقل إلى مكتب جديد، تواصلوا معنا بعد ذلك.", date(2027, 2, 1)),
        ("he", "בינואר אנחנו עוברים משרד, דברו איתנו אחרי זה.", date(2027, 2, 1)),
        ("zh", "一月份我们搬家，之后再联系。", date(2027, 2, 1)),
        ("ja", "1月に移転しますので、その後にご連絡ください。", date(2027, 2, 1)),
        ("ko", "1월에 이사를 하니 그 후에 연락 주세요.", date(2027, 2, 1)),
        ("sv", "I januari flyttar vi, hör av er därefter.", date(2027, 2, 1)),
        ("da", "I januar flytter vi, kontakt os derefter.", date(2027, 2, 1)),
        ("no", "I januar flytter vi, ta kontakt etterpå.", date(2027, 2, 1)),
        ("fi", "Tammikuussa muutamme, ottakaa yhteyttä sen jälkeen.", date(2027, 2, 1)),
        ("is", "Í janúar flytjum við, hafið samband eftir það.", date(2027, 2, 1)),
    ],
)
def test_what_points_back_at_a_period_means_the_day_behind_it(
    language: str, text: str, until: date
) -> None:
    assert later.stated(fold(text), [language], DAY) == later.Later(until)


@pytest.mark.parametrize(
    ("language", "text", "until"),
    [
        ("en", "Ask me next week after all.", date(2026, 11, 30)),
        ("en", "After that, in March, please.", date(2027, 3, 1)),
        ("en", "Not before March, but gladly after that.", date(2027, 3, 1)),
        ("en", "Away next week. After that it is quiet. Ask in March.", date(2027, 3, 1)),
        ("en", "Ask in March, Anna looks after this now.", date(2027, 3, 1)),
        ("de", "Fragen Sie im Januar noch einmal nach.", date(2027, 1, 1)),
        ("fr", "La semaine prochaine, plutôt l'après-midi.", date(2026, 11, 30)),
        ("it", "Da gennaio in poi.", date(2027, 1, 1)),
        ("ja", "来週の午後にまたご連絡ください。", date(2026, 11, 30)),
        ("tr", "Marttan önce yazmayın, sonra görüşelim.", date(2027, 3, 1)),
    ],
)
def test_what_points_at_no_period_leaves_its_beginning(
    language: str, text: str, until: date
) -> None:
    assert later.stated(fold(text), [language], DAY) == later.Later(until)


@pytest.mark.parametrize(
    ("language", "text", "until"),
    [
        ("en", "We move in January, ask us after the move.", date(2027, 2, 1)),
        ("en", "After our holiday in January, please.", date(2027, 2, 1)),
        ("en", "I'm away next week, ask me the week after.", date(2026, 12, 7)),
        ("en", "Busy until January, after that gladly.", date(2027, 1, 1)),
        ("de", "Nach dem Umzug im Januar gern.", date(2027, 2, 1)),
        ("fi", "Tammikuussa muutamme, muuton jälkeen mielellään.", date(2027, 2, 1)),
    ],
)
def test_a_vague_word_leaves_the_day_in_doubt(language: str, text: str, until: date) -> None:
    assert later.stated(fold(text), [language], DAY) == later.Later(until, is_plain=False)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("On holiday next week, get back to me after that.", date(2026, 12, 7)),
        ("Nächsten Monat sind wir auf der Messe, danach gern wieder.", date(2027, 1, 1)),
        ("Sono in ferie la prossima settimana, mi scriva dopo.", date(2026, 12, 7)),
        ("Ask me again in March.", date(2027, 3, 1)),
    ],
)
def test_a_plain_day_is_acted_on(text: str, until: date) -> None:
    wish = intents.understand(text, "", DAY)
    assert (wish.intent, wish.until) == (Intent.NOT_NOW, until)
    assert wish.confidence >= SURE


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Call me in March. After that I am on leave.", date(2027, 3, 1)),
        ("Melden Sie sich nächste Woche, danach bin ich im Urlaub.", date(2026, 11, 30)),
        ("Escríbame en marzo, después estoy de baja.", date(2027, 3, 1)),
        ("We move in January, ask us after the move.", date(2027, 2, 1)),
    ],
)
def test_of_a_day_in_doubt_a_person_is_asked(text: str, until: date) -> None:
    wish = intents.understand(text, "", DAY)
    assert (wish.intent, wish.until) == (Intent.NOT_NOW, until)
    assert wish.confidence < SURE
    assert wish.why.endswith("is in doubt")


def test_an_absence_may_point_back_too() -> None:
    text = "Urlaub vom 3.-12.5., danach wieder erreichbar."
    assert absence.first_day_back(fold(text), DAY) == date(2027, 5, 13)
    text = "I cannot answer before Wednesday 21 April, when I am back at my desk."
    assert absence.first_day_back(fold(text), DAY) == date(2027, 4, 21)
