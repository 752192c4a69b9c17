from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from worker.core.countries import countries
from worker.engine.intake import cells
from worker.engine.intake.formulas import guard, unguard
from worker.errors import InputError


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Ada", "Ada"),
        ("  Ada\u00a0 King ", "Ada King"),
        ("Acme\r\nLtd", "Acme Ltd"),
        ("   ", ""),
        ("'+49 30 123", "+49 30 123"),
        ("'t Hooft", "'t Hooft"),
        ("Ada\u202e\u200b", "Ada"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("x" * 200, "x" * 200),
    ],
)
def test_text_is_on_one_line_and_visible(cell: str, value: str) -> None:
    assert cells.text(cell) == value


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("x" * 201, "has 201 characters; at most 200"),
        ("A\x00da", r"holds the character '\x00'"),
        ("J\udcfcrgen", "bytes that are not UTF-8"),
        ("J\N{REPLACEMENT CHARACTER}rgen", "that are not UTF-8"),
    ],
)
def test_what_is_no_text_is_refused(cell: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        cells.text(cell)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("stage", " Decision", "decision"),
        ("country", "de", "DE"),
        ("country", "Germany", "DE"),
        ("country", "United Kingdom", "GB"),
        ("country", "Österreich", "AT"),
        ("country", "GROSSBRITANNIEN", "GB"),
        ("country", "Großbritannien", "GB"),
        ("zone", "europe/berlin", "Europe/Berlin"),
        ("zone", "America/New York", "America/New_York"),
        ("language", "DE", "de"),
        ("language", "pt_BR", "pt-BR"),
        ("language", "Deutsch", "de"),
        ("language", " GERMAN ", "de"),
        ("consent_at", "2026-03-31", datetime(2026, 3, 31, tzinfo=UTC)),
        ("consent_at", "31.3.2026", datetime(2026, 3, 31, tzinfo=UTC)),
        ("consent_at", "31.03.26", datetime(2026, 3, 31, tzinfo=UTC)),
        ("consent_at", "31.3.26 14:05", datetime(2026, 3, 31, 14, 5, tzinfo=UTC)),
        ("consent_at", "2026/3/31", datetime(2026, 3, 31, tzinfo=UTC)),
        ("consent_at", "31.03.2026 14:05", datetime(2026, 3, 31, 14, 5, tzinfo=UTC)),
        ("consent_at", "2026.03.31, 14:05:09", datetime(2026, 3, 31, 14, 5, 9, tzinfo=UTC)),
        ("consent_at", "2026-03-31T14:00+02:00", datetime(2026, 3, 31, 12, tzinfo=UTC)),
        ("consent_wording", "I agree. " * 100, ("I agree. " * 100).strip()),
        ("company", " Acme ", "Acme"),
        ("stage", "  ", None),
    ],
)
def test_fields_are_read(field: str, cell: str, value: object) -> None:
    assert cells.reader(field)(cell) == value


@pytest.mark.parametrize("cell", ["2026-03-31", "31.3.2026", "2026-03-30T14:00Z"])
def test_a_date_is_one_of_the_house(cell: str) -> None:
    read = cells.reader("consent_at", ZoneInfo("Australia/Sydney"))
    midnight = datetime(2026, 3, 30, 13, tzinfo=UTC)
    assert read(cell) == midnight + timedelta(hours="Z" in cell)


@pytest.mark.parametrize(
    ("field", "cell", "said"),
    [
        ("stage", "lukewarm", '"lukewarm" is no stage; expected one of awareness, '),
        ("country", "Atlantis", '"Atlantis" is no country; expected an ISO 3166 code'),
        ("zone", "CEST+1", '"CEST+1" is no time zone; expected one such as Europe/Berlin'),
        ("zone", "../../etc/passwd", "is no time zone"),
        ("language", "Klingon", '"Klingon" is no language code'),
        ("consent_at", "31.13.2026", "is no date that can be understood in one way only"),
        ("consent_at", "31.3.2026 25:00", "is no date"),
        ("consent_at", "31.3.026", "is no date"),
        ("consent_at", "02/03/2026", "is no date that can be understood in one way only"),
        ("consent_at", "0001-01-01T00:00+14:00", "is no date"),
        ("company", "x" * 200_000, "has 200,000 characters"),
        ("zone", " " * 200_000, "has 200,000 characters"),
    ],
)
def test_what_cannot_be_understood_is_a_sentence(field: str, cell: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        cells.reader(field)(cell)
    assert said in str(refused.value)


def test_the_tables_are_whole() -> None:
    assert len({code for code in countries().values() if len(code) == 2}) > 240
    assert "Europe/Berlin" in available_timezones()


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_formulas_are_guarded_and_read_back(cell: str) -> None:
    assert guard(cell) == f"'{cell}"
    assert unguard(guard(cell)) == cell


def test_what_is_no_formula_stays() -> None:
    assert guard("Ada") == "Ada"
    assert unguard("'quoted'") == "'quoted'"
