"""Holidays: by country, by its parts, and those that the house adds."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.unit.core.parts import lead, step
from tests.unit.engine.test_setup import SETUP
from worker.core.delay import Unit
from worker.core.due import Surroundings, step_due
from worker.core.facts import Hours
from worker.engine.holidays import Almanac, are_known

EPIPHANY = date(2027, 1, 6)  # in Bavaria and Austria, and not in Berlin
BAVARIAN = replace(SETUP, almanac=Almanac("DE-BY", frozenset({"12-24", "2027-01-08"})))


@pytest.mark.parametrize(
    ("known", "closed"),
    [
        ({"country": "AT"}, True),
        ({"country": "DE"}, False),
        ({"country": "DE", "attributes": {"subdivision": "BY"}}, True),
        ({"country": "DE", "attributes": {"subdivision": "de-by"}}, True),
        ({"country": "DE", "attributes": {"subdivision": "??"}}, False),
        ({"country": "AQ"}, False),
        ({}, True),
    ],
)
def test_the_holidays_are_those_of_the_place(known: dict[str, object], closed: bool) -> None:
    assert (EPIPHANY in BAVARIAN.lead_holidays(lead(**known))) is closed


def test_a_part_that_nobody_knows_has_the_holidays_of_its_country() -> None:
    assert date(2027, 10, 3) in Almanac().of("DE", "??")
    assert not are_known("DE", "??")
    assert are_known("DE", "BY")
    assert are_known("DE")


def test_the_house_adds_days_of_one_year_and_of_every_year() -> None:
    days = BAVARIAN.almanac.of("FR")
    assert date(2027, 1, 8) in days
    assert date(2028, 1, 8) not in days
    assert date(2027, 12, 24) in days
    assert date(2031, 12, 24) in days
    assert "12-24" not in days


def test_without_any_country_there_are_no_holidays() -> None:
    assert date(2027, 1, 1) not in SETUP.lead_holidays(lead())


def test_a_step_goes_around_the_holidays_of_the_lead() -> None:
    noon = datetime(2027, 1, 5, 12, tzinfo=UTC)
    days = BAVARIAN.lead_holidays(lead(country="AT"))
    around = Surroundings(ZoneInfo("UTC"), days)
    assert step_due(step(1, Unit.BUSINESS_DAYS), noon, around) == noon.replace(day=7)
    # Wednesday is Epiphany; Friday is closed by the house, and so is the weekend.
    assert step_due(step(1, hours=Hours()), noon, around) == datetime(2027, 1, 7, 9, tzinfo=UTC)
    assert step_due(step(3, hours=Hours()), noon, around) == datetime(2027, 1, 11, 9, tzinfo=UTC)


def test_the_library_is_not_there_until_somebody_asks() -> None:
    program = (
        "import sys; from datetime import date; from worker.engine.holidays import Almanac\n"
        "days = Almanac('DE').of(); assert 'holidays' not in sys.modules\n"
        "assert date(2027, 1, 1) in days and 'holidays' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("known", "zone"),
    [
        ({"country": "AT"}, "Europe/Vienna"),
        ({"country": "DE"}, "Europe/Berlin"),
        ({"country": "US"}, "Europe/London"),
        ({"country": "ES"}, "Europe/London"),
        ({"country": "AT", "zone": "Asia/Tokyo"}, "Asia/Tokyo"),
    ],
)
def test_a_country_of_one_time_tells_the_zone(known: dict[str, str], zone: str) -> None:
    assert SETUP.lead_zone(lead(**known)) == ZoneInfo(zone)
