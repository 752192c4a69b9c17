"""A row becomes a lead, or a sentence about what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from worker.engine.intake.columns import find
from worker.engine.intake.consent import ConsentReader
from worker.engine.intake.domains import Domains
from worker.engine.intake.lead_reader import LeadReader
from worker.errors import InputError
from worker.store.lead_batch import COLUMNS

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def read(**row: str) -> dict[str, object]:
    found = find(list(row), mapped={}, attributes=(), file="people.csv")
    reader = LeadReader(found, ConsentReader(None, "list", NOW, BERLIN), Domains(), zone=BERLIN)
    return dict(zip(COLUMNS, reader.read([*row.values(), ""]), strict=False))


def refused(**row: str) -> str:
    with pytest.raises(InputError) as error:
        read(**row)
    return str(error.value)


def test_a_name_without_its_title_is_who_an_email_greets() -> None:
    lead = read(email="anna@example.com", name="Dr. Anna Schmidt")
    assert (lead["first_name"], lead["last_name"]) == ("Anna", "Schmidt")


def test_a_date_of_the_future_is_told_as_it_is_where_the_house_is() -> None:
    said = refused(email="ada@example.com", consent="yes", consent_date="2030-01-01")
    assert said == "consent_at: 2030-01-01 lies in the future"


def test_an_address_in_another_encoding_is_told_as_that() -> None:
    assert "holds bytes that are not UTF-8" in refused(email="m\udcfcller@example.com")
