"""The pace of mailboxes and providers; owners, deputies and pools."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.unit.config.project import LEAST, faults, written
from worker.config import load
from worker.core.pace import Pace

SECOND = timedelta(seconds=1)
PEOPLE = """
[[owner]]
name = "Grace"
address = "grace@firm.example"
mailbox = "sales"
signature = "Grace Hopper"
absent_from = 2027-08-02
absent_until = 2027-08-20
deputy = "Alan"
[[owner]]
name = "Alan"
address = "alan@firm.example"
[[pool]]
name = "team"
mailboxes = ["sales"]
[[domain]]
name = "gmail"
per_hour = 100
"""


def pace_of(folder: Path, keys: str = "") -> Pace:
    text = LEAST.replace('from_name = "Ada"', f'from_name = "Ada"\n{keys}')
    return load(written(folder, text)).mailbox[0].pace()


def test_a_mailbox_is_a_person_s_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert pace_of(tmp_path) == Pace(daily_limit=200, spacing=20 * SECOND, ramp=True)


def test_a_provider_has_no_limit_but_those_that_are_set(tmp_path: Path) -> None:
    provider = 'profile = "provider"'
    assert pace_of(tmp_path, provider) == Pace()
    assert pace_of(tmp_path, f"{provider}\nper_second = 14") == Pace(per_second=14)


def test_what_is_set_wins_over_the_profile(tmp_path: Path) -> None:
    keys = 'daily_limit = 50\nspacing = "0 seconds"\nramp = false\nper_hour = 9'
    assert pace_of(tmp_path, keys) == Pace(daily_limit=50, per_hour=9)


def test_people_pools_and_providers(tmp_path: Path) -> None:
    settings = load(written(tmp_path, LEAST + PEOPLE))
    grace, alan = settings.owner
    assert (grace.absent_from, grace.absent_until) == (date(2027, 8, 2), date(2027, 8, 20))
    assert (grace.deputy, alan.deputy) == ("Alan", None)
    assert settings.senders == ("sales", "team", "owner")
    assert settings.domain[0].pace() == Pace(per_hour=100)


def test_a_ramp_leads_to_a_limit(tmp_path: Path) -> None:
    text = LEAST.replace(
        'from_name = "Ada"', 'from_name = "Ada"\nprofile = "provider"\nramp = true'
    )
    [fault] = faults(tmp_path, text)
    assert "expected daily_limit too" in fault


def test_a_mailbox_signs_as_its_owner_does_unless_it_has_its_own(tmp_path: Path) -> None:
    settings = load(written(tmp_path, LEAST + PEOPLE))
    assert settings.signature_of(settings.mailbox[0]) == "Grace Hopper"
    own = LEAST.replace('from_name = "Ada"', 'from_name = "Ada"\nsignature = "Ada"')
    settings = load(written(tmp_path, own + PEOPLE))
    assert settings.signature_of(settings.mailbox[0]) == "Ada"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('address = "alan@', 'deputy = "Grace"\naddress = "alan@'),
        ("absent_from = 2027-08-02", ""),
        ("absent_until = 2027-08-20", ""),
        ('name = "gmail"', 'name = "some-firm.example"'),
    ],
    ids=["deputies of each other", "no first day", "no last day", "a domain"],
)
def test_no_slip_of_the_pen(tmp_path: Path, old: str, new: str) -> None:
    assert faults(tmp_path, LEAST + PEOPLE.replace(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('deputy = "Alan"', 'deputy = "Alam"', 'no owner is called "Alam"'),
        ('mailboxes = ["sales"]', 'mailboxes = ["sale"]', 'no mailbox is called "sale"'),
        ('deputy = "Alan"', 'deputy = "Grace"', "owner[1].deputy: expected another owner"),
        ('["sales"]', '["sales", "sales"]', 'mailboxes[2]: "sales" stands in this pool already'),
        ('name = "gmail"', 'name = "gmial"', 'no provider is called "gmial"; perhaps "gmail" was'),
        ("per_hour = 100", "", "domain[1]: expected per_hour or per_second, or both"),
        ('name = "team"', 'name = "sales"', 'a mailbox is called "sales" already'),
        ('name = "team"', 'name = "owner"', "expected another name"),
        ('name = "Alan"', 'name = "Grace"', 'another owner is called "Grace" already'),
        ('name = "gmail"', 'name = "googlemail.com"', 'counts among the domains of "gmail"'),
        ("2027-08-20", "2027-08-01", "expected absent_until on the day of absent_from, or after"),
        ("2027-08-20", '"soon"', 'absent_until: expected a day such as 2027-08-02, got "soon"'),
        ("2027-08-20", "2027-08-20T09:00:00", "absent_until: expected a day such as 2027-08-02"),
        ("per_hour = 100", "per_hour = 0", "expected at least 1"),
        ("per_hour = 100", 'per_hour = "100"', 'expected a whole number, got "100"'),
        ("per_hour = 100", "per_hour = true", "expected a whole number, got true"),
    ],
)
def test_a_slip_of_the_pen(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert any(sentence in fault for fault in faults(tmp_path, LEAST + PEOPLE.replace(old, new)))
