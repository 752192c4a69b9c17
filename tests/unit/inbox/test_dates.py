"""Dates in prose, against Tuesday, 24 November 2026."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.inbox import phrases
from worker.inbox.dates import absence, calendar, later
from worker.inbox.fold import fold

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("back on 3 December", date(2026, 12, 3)),
        ("out until 3 December", date(2026, 12, 4)),
        ("out until Friday 4 December", date(2026, 12, 7)),
        ("out until Monday", date(2026, 11, 30)),
        ("out until the 3rd", date(2026, 12, 4)),
        ("out through December 4th", date(2026, 12, 7)),
        ("back next week", date(2026, 11, 30)),
        ("from 30 November to 4 December", date(2026, 12, 7)),
        ("until 12/03/2026", date(2026, 12, 4)),
        ("until 03/12/2026", date(2026, 12, 4)),
        ("until 20 November", None),
        ("until 2031", None),
        ("until further notice", None),
        ("back with 12 people", None),
        ("back in a fortnight", date(2026, 12, 8)),
        ("back in two weeks, on 9 December", date(2026, 12, 9)),
        ("reply to 3 questions", None),
        ("bis einschließlich 4.12.", date(2026, 12, 7)),
        ("jusqu'au 4 décembre", date(2026, 12, 7)),
        ("do 4. 12. 2026", date(2026, 12, 7)),
        ("с 30 ноября по 4 декабря", date(2026, 12, 7)),
        ("7 Aralık Pazartesi gününe kadar", date(2026, 12, 7)),
        ("vandaag vrij, maandag weer aanwezig", date(2026, 11, 30)),
        ("open Monday to Friday from 9 to 5", None),
        ("out from Monday 7 to Friday 11 December", date(2026, 12, 14)),
        ("12月4日まで", date(2026, 12, 7)),
        ("עד 3 בדצמבר", date(2026, 12, 6)),
        # a range names its month once
        ("od 3. do 9. prosince včetně", date(2026, 12, 10)),
        ("fra den 3. til og med den 9. december", date(2026, 12, 10)),
        ("с 3 по 9 декабря включительно", date(2026, 12, 10)),
        ("vom 3.-9.12., danach wieder da", date(2026, 12, 10)),
        ("du lundi au mercredi", None),
        # nor is every word between two dates that of a range
        ("back on Monday 7 December and will answer then", date(2026, 12, 7)),
        ("back on 3 December and working through 200 mails", date(2026, 12, 3)),
        # made of two
        ("back on Tuesday after Easter", date(2027, 3, 30)),
        ("back after Easter", date(2027, 3, 30)),
        ("back after the 9th", date(2026, 12, 10)),
        ("reopens in the new year on Monday 4th", date(2027, 1, 4)),
        ("back next week on Wednesday", date(2026, 12, 2)),
        ("back on the first Tuesday in December", date(2026, 12, 1)),
        ("back on the 1st Monday of February", date(2027, 2, 1)),
        ("return on the last Friday in November", date(2026, 11, 27)),
        ("zurück am letzten Montag im Januar", date(2027, 1, 25)),
        ("令和8年12月3日に出社", date(2026, 12, 3)),
        ("last day off: Wednesday 2 December", date(2026, 12, 3)),
        ("away until after the holidays", date(2027, 1, 7)),
        ("bis nach Weihnachten nicht im Büro", date(2027, 1, 7)),
        # where it begins says little of where it ends
        ("ab dem 3. Dezember erreichbar", date(2026, 12, 3)),
        ("ab dem 3. Dezember bis zum 9. Dezember weg", date(2026, 12, 10)),
        ("od dziś", None),
        # the last day of all, behind which there is none
        ("away until 31.12.9999", None),
        # of something else
        ("in meetings until 3 pm today", None),
        ("our prices are valid until 31 December", None),
        ("unsere Preise gelten noch bis 31. Dezember", None),
        ("l'offre est valable jusqu'au 31 décembre", None),
        ("we exhibit at the Milan fair from 7 to 11 December", None),
    ],
)
def test_the_first_day_back(text: str, back: date | None) -> None:
    assert absence.first_day_back(fold(text), TODAY) == back


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("write to me again in week 5", date(2027, 2, 1)),
        ("ask me again in half a year", date(2027, 5, 24)),
        ("ask me in March", date(2027, 3, 1)),
        ("after the holidays", date(2027, 1, 7)),
        ("in two quarters", date(2027, 5, 24)),
        ("next quarter", date(2027, 1, 1)),
        ("in Q3", date(2027, 7, 1)),
        ("after the summer", date(2027, 9, 1)),
        ("at the end of January", date(2027, 1, 31)),
        ("on 15 January", date(2027, 1, 15)),
        ("in the middle of next week", date(2026, 12, 2)),
        ("mid March", date(2027, 3, 15)),
        ("the month after next", date(2027, 1, 1)),
        ("in H2", date(2027, 7, 1)),
        ("in the second half of next year", date(2027, 7, 1)),
        ("in the second half of March", date(2027, 3, 16)),
        ("the second half of the concert", None),
        ("the third quarter of 2028", date(2028, 7, 1)),
        ("in December of next year", date(2027, 12, 1)),
        ("after Easter", date(2027, 3, 30)),
        ("not until 2028", date(2028, 1, 1)),
        ("a hall of 2028 seats", None),
        ("until 2040", None),
        ("some other time", None),
        ("it may be", None),
    ],
)
def test_until_when_not_now_is(text: str, until: date | None) -> None:
    assert later.stated(fold(text), ["en"], TODAY) == (until and later.Later(until))


@pytest.mark.parametrize(
    ("language", "text", "until"),
    [
        ("de", "übernächsten Monat", date(2027, 1, 1)),
        ("fr", "dans quinze jours", date(2026, 12, 8)),
        ("fi", "maaliskuun lopussa", date(2027, 3, 31)),
        ("tr", "2027'nin ikinci yarısında", date(2027, 7, 1)),
        ("zh", "明年下半年", date(2027, 7, 1)),
        ("zh", "第12周", date(2027, 3, 22)),
        ("ja", "3月末", date(2027, 3, 31)),
        ("he", "בעוד שבועיים", date(2026, 12, 8)),
        ("ru", "после Пасхи", date(2027, 5, 4)),
    ],
)
def test_until_when_in_other_words(language: str, text: str, until: date) -> None:
    assert later.stated(fold(text), [language], TODAY) == later.Later(until)


@pytest.mark.parametrize(
    ("language", "text", "until"),
    [
        ("de", "wir sind derzeit so ausgelastet", None),
        ("de", "bin bis So weg", date(2026, 11, 29)),
        ("de", "ab So, 6.12.", date(2026, 12, 6)),
        ("nl", "het is hier zo druk", None),
        ("da", "man har travlt", None),
        ("da", "tidligst på man", date(2026, 11, 30)),
        ("sv", "man hinner inte", None),
        ("cs", "teď ne", None),
        ("cs", "to není pro nás", None),
        ("en", "we just sat down with them", None),
    ],
)
def test_a_short_name_that_is_a_word_too_is_a_day_where_something_leads_to_it(
    language: str, text: str, until: date | None
) -> None:
    assert later.stated(fold(text), [language], TODAY) == (until and later.Later(until))


def test_a_bare_range_counts_in_a_language_that_is_spoken() -> None:
    text = fold("away 3rd - 9th December")
    assert absence.first_day_back(text, TODAY, ["en"]) == date(2026, 12, 10)
    assert absence.first_day_back(text, TODAY) is None
    assert absence.first_day_back(fold("away 9th - 3rd December"), TODAY, ["en"]) is None


@pytest.mark.parametrize(
    ("number", "day"), [(1, date(2026, 12, 1)), (4, date(2026, 12, 22)), (5, date(2026, 12, 29))]
)
def test_which_tuesday_of_a_month(number: int, day: date) -> None:
    assert calendar.nth_weekday(2026, 12, 2, number) == day


@pytest.mark.parametrize(
    ("year", "western", "eastern"),
    [
        (2024, date(2024, 3, 31), date(2024, 5, 5)),
        (2025, date(2025, 4, 20), date(2025, 4, 20)),
        (2027, date(2027, 3, 28), date(2027, 5, 2)),
        (2038, date(2038, 4, 25), date(2038, 4, 25)),
    ],
)
def test_when_easter_is(year: int, western: date, eastern: date) -> None:
    assert calendar.easter(year) == western
    assert calendar.easter(year, orthodox=True) == eastern


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    found = absence.first_day_back(fold(text), TODAY, phrases.LANGUAGES)
    assert found is None or TODAY <= found <= TODAY + calendar.HORIZON
    later.stated(fold(text), phrases.LANGUAGES, TODAY)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_months_later_keep_the_day_or_are_a_months_last(day: date, count: int) -> None:
    found = calendar.months_later(day, count)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == count
    assert found.day == day.day or calendar.month_span(found.year, found.month)[1] == found
