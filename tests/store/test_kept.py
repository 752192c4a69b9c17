"""Facts that are read again: the same as long as their rows are, and never older than these."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from tests.store.parts import NOW, new_lead
from worker.store import leads
from worker.store.database import Database
from worker.store.kept import MOST, Kept
from worker.store.leads import NewLead
from worker.store.prepared import Prepared, one_of
from worker.store.tables import lead, lead_address


def test_a_row_that_did_not_change_is_the_same_fact(database: Database) -> None:
    new = NewLead("ada@x.example", "x.example", attributes={"plan": "large"})
    with database.write() as connection:
        ada = leads.add(connection, new, NOW)
        before = leads.get(connection, ada)
    with database.read() as connection:
        assert leads.get(connection, ada) is before


def test_a_row_that_changed_is_read_as_it_is_now(database: Database) -> None:
    with database.write() as connection:
        ada, bob = new_lead(connection, "ada"), new_lead(connection, "bob")
        before = leads.get_many(connection, [ada, bob])
    with database.write() as connection:
        for changed in ({"company": "Engines"}, {"attributes": {"plan": "large"}}):
            connection.execute(update(lead).where(lead.c.id == ada).values(changed))
            after = leads.get_many(connection, [ada, bob])
            assert after[ada] != before[ada]
            assert after[bob] is before[bob]
            before = after
    assert (before[ada].company, before[ada].attributes) == ("Engines", {"plan": "large"})


def test_a_row_that_is_gone_is_no_fact(database: Database) -> None:
    with database.write() as connection:
        ada = new_lead(connection)
        assert leads.get_many(connection, [ada])
        connection.execute(delete(lead_address))
        connection.execute(delete(lead))
        assert leads.get_many(connection, [ada]) == {}


class Named:
    """A fact of a lead: its address."""

    def __init__(self, values: Sequence[str]) -> None:
        self.address = values[1]


def test_the_last_are_kept_and_the_first_are_not(database: Database) -> None:
    by_id = Prepared(
        lambda dialect: select(lead.c.id, lead.c.address).where(one_of(dialect, lead.c.id, "ids"))
    )
    kept = Kept(by_id, Named)
    with database.write() as connection:
        ids = [new_lead(connection, f"lead{number}") for number in range(2 * MOST + 1)]
        before = kept.read(connection, {"ids": ids})
        last = kept.read(connection, {"ids": ids[-MOST:]})
        first = kept.read(connection, {"ids": ids[:1]})
    assert all(last[one] is before[one] for one in ids[-MOST:])
    assert first[ids[0]] is not before[ids[0]]
    assert first[ids[0]].address == before[ids[0]].address


def test_one_that_changed_takes_its_own_place(database: Database) -> None:
    with database.write() as connection:
        ids = [new_lead(connection, f"lead{number}") for number in range(MOST)]
        before = leads.get_many(connection, ids)
        connection.execute(update(lead).where(lead.c.id == ids[-1]).values(company="Engines"))
        connection.execute(update(lead).where(lead.c.id == ids[0]).values(soft_bounces=7))
        after = leads.get_many(connection, ids)
    assert after[ids[-1]] != before[ids[-1]]
    assert all(after[one] is before[one] for one in ids[:-1])
