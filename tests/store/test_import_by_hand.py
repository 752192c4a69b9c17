from __future__ import annotations

from datetime import UTC, datetime

import pytest

from worker.core.facts import Consent
from worker.core.states import Stage
from worker.engine.intake.by_hand import add_lead
from worker.errors import AddressError, ConflictError, InputError
from worker.store import leads
from worker.store.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_one_lead_has_the_checks_of_a_list(database: Database) -> None:
    values = {"email": "Ada@Acme.COM", "name": "Lovelace, Ada", "stage": "decision", "plan": "gold"}
    values["score"] = "40"
    with database.write() as connection:
        lead_id = add_lead(connection, values | {"consent": "phone"}, NOW, attributes=("plan",))
        found = leads.get(connection, lead_id)
    assert (found.address, found.domain, found.stage) == (
        "ada@acme.com",
        "acme.com",
        Stage.DECISION,
    )
    assert found.score == 40
    assert (found.first_name, found.last_name) == ("Ada", "Lovelace")
    assert found.consent == Consent("phone", NOW)
    assert dict(found.attributes) == {"plan": "gold"}


def test_a_known_address_is_a_conflict(database: Database) -> None:
    with database.write() as connection:
        add_lead(connection, {"email": "ada@example.com"}, NOW)
        with pytest.raises(ConflictError, match=r"ada@example\.com is a lead already"):
            add_lead(connection, {"email": "ADA@example.com"}, NOW)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"email": "ada@"}, AddressError),
        ({"email": "ada@example.com", "country": "Atlantis"}, InputError),
        ({"email": "ada@example.com", "score": "forty"}, InputError),
        ({"email": "ada@example.com", "shoe size": "38"}, InputError),
        ({"name": "Ada"}, InputError),
    ],
)
def test_what_is_wrong_is_refused(
    database: Database, values: dict[str, str], kind: type[InputError]
) -> None:
    with database.write() as connection, pytest.raises(kind):
        add_lead(connection, values, NOW)
