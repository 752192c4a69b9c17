"""The import of a list, on every database."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from worker.core.facts import Consent, Lead
from worker.core.states import Stage, Track
from worker.engine.intake.csv_import import ImportOptions, import_leads
from worker.engine.intake.report import Note, Report
from worker.engine.setup import suppression_digest
from worker.errors import InputError
from worker.store import leads, suppressions, tables, timeline
from worker.store.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = bytes(32)


def imported(database: Database, path: Path, text: str, **options: Any) -> Report:
    path.write_text(text, "utf-8", newline="")
    return import_leads(database, path, ImportOptions(SECRET, **options), NOW)


def everybody(database: Database) -> list[Lead]:
    with database.read() as connection:
        return leads.page(connection)


def lead(database: Database, address: str) -> Lead:
    with database.read() as connection:
        found = leads.find(connection, address)
    assert found is not None
    return found


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def test_a_whole_row_is_stored(database: Database, people: Path) -> None:
    report = imported(
        database,
        people,
        "Email;Name;Company;Time zone;Country;Language;Phone;Source;Owner;Stage;Consent;"
        "Consent at;Consent expires;Consent wording;Plan;Shoe size\r\n"
        "Ada@Mail.Acme.com;Ada King Lovelace;Acme;Europe/London;GB;en;+44 20 1;fair;Bob;decision;"
        "form;2026-10-01;2027-10-01;I agree;gold;38\r\n",
        attributes=("plan",),
    )
    found = lead(database, "ada@mail.acme.com")
    assert found == Lead(
        id=found.id,
        address="ada@mail.acme.com",
        stage=Stage.DECISION,
        track=Track.NONE,
        created_at=NOW,
        first_name="Ada",
        last_name="King Lovelace",
        company="Acme",
        domain="acme.com",
        zone="Europe/London",
        country="GB",
        language="en",
        phone="+44 20 1",
        source="fair",
        owner="Bob",
        consent=Consent(
            "form",
            datetime(2026, 10, 1, tzinfo=UTC),
            "I agree",
            datetime(2027, 10, 1, tzinfo=UTC),
        ),
        attributes=found.attributes,
    )
    assert dict(found.attributes) == {"plan": "gold"}
    assert (report.rows, report.added, report.rejected) == (1, 1, 0)
    assert report.columns["Time zone"] == "zone"
    assert report.ignored == ("Shoe size",)


def test_bad_rows_are_set_aside_by_line_and_good_ones_kept(
    database: Database, people: Path
) -> None:
    report = imported(
        database,
        people,
        "email,country,phone\n"
        "ada@example.com,DE,+49 30 1\n"
        '"eve@example.com\r\nBcc: x@example.com",DE,\n'
        "bob@example.com,Atlantis,=1+1\n"
        "too,many,cells,here\n"
        "short@example.com\n"
        "\n"
        'open@example.com,"DE\n'
        "cy@example.com,FR,\n",
    )
    assert [one.address for one in everybody(database)] == [
        "ada@example.com",
        "short@example.com",
        "cy@example.com",
    ]
    assert [note.line for note in report.problems] == [3, 5, 6, 9]
    assert report.problems[1].text.startswith('country: "Atlantis" is no country')
    assert report.rejected_file is not None
    with report.rejected_file.open(encoding="utf-8-sig", newline="") as rejected:
        rows = list(csv.reader(rejected))
    assert rows[0] == ["line", "problem", "email", "country", "phone"]
    assert [row[0] for row in rows[1:]] == ["3", "5", "6", "9"]
    assert rows[2][2:] == ["bob@example.com", "Atlantis", "'=1+1"]
    assert rows[3][2:] == ["too", "many", "cells", "here"]


def test_mended_rejects_can_be_imported(database: Database, people: Path) -> None:
    report = imported(database, people, "email,country,phone\nbob@example.com,Atlantis,+49 30 1\n")
    assert report.rejected_file is not None
    text = report.rejected_file.read_text("utf-8-sig").replace("Atlantis", "DE")
    again = imported(database, people.with_name("mended.csv"), text)
    assert (again.added, again.rejected, again.ignored) == (1, 0, ("line", "problem"))
    assert lead(database, "bob@example.com").phone == "+49 30 1"


def test_importing_twice_changes_nothing(database: Database, people: Path) -> None:
    text = "email,first name,stage\nada@example.com,Ada,decision\nbob@example.com,Bob,\n"
    assert imported(database, people, text, consent="fair").added == 2
    before = everybody(database)
    again = imported(database, people, text, consent="another fair")
    assert (again.added, again.unchanged, again.differs) == (0, 2, 0)
    assert everybody(database) == before


def test_a_known_lead_keeps_what_it_has_and_the_difference_is_told(
    database: Database, people: Path
) -> None:
    imported(database, people, "email,first name,company\nada@example.com,Ada,Felt\n")
    report = imported(
        database,
        people,
        "email,first name,company,plan\nADA@example.com,Adele,Acme,gold\nada@example.com,Ada,,\n",
        attributes=("plan",),
    )
    assert (report.completed, report.differs, report.repeated) == (1, 0, 1)
    assert report.warnings == [
        Note(3, "ada@example.com stands further up as well"),
        Note(2, "ada@example.com is known with other: first_name, company"),
    ]
    found = lead(database, "ada@example.com")
    assert (found.first_name, found.company, found.attributes) == ("Ada", "Felt", {"plan": "gold"})


def test_a_known_lead_gets_what_it_has_not(database: Database, people: Path) -> None:
    text = "email,first name,plan\nada@example.com,Ada,gold\nbob@example.com,,\n"
    imported(database, people, text, attributes=("plan", "size"))
    before = everybody(database)
    text = (
        "email,first name,last name,consent,consent date,size\n"
        "ada@example.com,Ada,Lovelace,web form,2026-10-01,38\nbob@example.com,,,no,,\n"
    )
    dry = imported(database, people, text, attributes=("plan", "size"), dry_run=True)
    assert everybody(database) == before
    report = imported(database, people, text, attributes=("plan", "size"))
    assert (report.completed, report.unchanged) == (dry.completed, dry.unchanged) == (1, 1)
    ada, bob = everybody(database)
    assert ada == before[0]._replace(
        last_name="Lovelace",
        consent=Consent("web form", datetime(2026, 10, 1, tzinfo=UTC)),
        attributes={"plan": "gold", "size": "38"},
    )
    assert bob == before[1]
    with database.read() as connection:
        [told] = timeline.decisions_of(connection, ada.id)
    said = "last_name none → Lovelace, consent none → web form, size none → 38"
    assert (told.what, told.reason) == ("completed by a list", said)
    assert imported(database, people, text, consent="fair").completed == 0


def test_a_consent_for_the_whole_list_is_for_known_leads_too(
    database: Database, people: Path
) -> None:
    text = "email\nada@example.com\nbob@example.com\n"
    imported(database, people, text)
    imported(database, people, "email,consent\nbob@example.com,phone\n")
    report = imported(database, people, text, consent="web form", source="fair")
    assert (report.completed, report.unchanged) == (2, 0)
    assert [one.consent and one.consent.source for one in everybody(database)] == [
        "web form",
        "phone",
    ]
    assert {one.source for one in everybody(database)} == {"fair"}


def test_two_addresses_of_one_lead_complete_it_once(database: Database, people: Path) -> None:
    imported(database, people, "email\nada@example.com\n")
    with database.write() as connection:
        values = {"address": "ada@home.example", "lead_id": lead(database, "ada@example.com").id}
        connection.execute(tables.lead_address.insert().values(**values))
    text = "email,company\nada@example.com,Acme\nada@home.example,Home\n"
    imported(database, people, text)
    assert lead(database, "ada@home.example").company == "Acme"


def test_what_was_only_filled_in_is_no_difference(database: Database, people: Path) -> None:
    header = "email,stage,source,consent"
    imported(database, people, f"{header}\nada@example.com,decision,fair,form\n")
    filled = imported(database, people, f"{header}\nada@example.com,,,\n", source="x", consent="y")
    assert (filled.unchanged, filled.warnings) == (1, [])
    report = imported(database, people, f"{header}\nada@example.com,customer,web,phone\n")
    assert report.warnings == [
        Note(2, "ada@example.com is known with other: source, stage, consent")
    ]


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database, people: Path) -> None:
    text = "email,country\nada@example.com,DE\nADA@example.com,DE\ninfo@gmai1.com,FR\nx,DE\n"
    dry = imported(database, people, text, dry_run=True)
    assert everybody(database) == []
    assert list(people.parent.glob("*.rejected*")) == []
    wet = imported(database, people, text)
    assert wet.rejected_file is not None
    wet.rejected_file, wet.dry_run = None, True
    assert dry == wet
    assert (wet.rows, wet.added, wet.repeated, wet.rejected) == (4, 2, 1, 1)
    assert (wet.roles, wet.look_alikes) == (1, 1)


def test_batches_are_one_import(database: Database, people: Path) -> None:
    rows = [f"lead{number % 8}@example.com\n" for number in range(10)]
    seen: list[int] = []
    people.write_text("email\n" + "".join(rows))
    report = import_leads(database, people, ImportOptions(SECRET, batch=3), NOW, seen.append)
    assert (report.added, report.repeated) == (8, 2)
    assert [one.address for one in everybody(database)] == [row.strip() for row in rows[:8]]
    assert len(seen) == 3
    assert seen[-1] == people.stat().st_size


def test_two_imports_at_once_add_each_lead_once(database_url: str, tmp_path: Path) -> None:
    addresses = [f"lead{number}@example.com" for number in range(200)]

    def run(name: str, lines: list[str]) -> Report:
        with closing(Database(database_url)) as database:
            return imported(database, tmp_path / name, "\n".join(["email", *lines]), batch=7)

    with ThreadPoolExecutor() as pool:
        lists = ("a.csv", addresses), ("b.csv", addresses[::-1])
        reports = [one.result() for one in [pool.submit(run, *each) for each in lists]]
    with closing(Database(database_url)) as database:
        assert sorted(one.address for one in everybody(database)) == sorted(addresses)
    assert sum(report.added for report in reports) == len(addresses)
    assert all(report.added + report.unchanged == len(addresses) for report in reports)


def test_suppressed_addresses_and_domains_are_imported_and_counted(
    database: Database, people: Path
) -> None:
    with database.write() as connection:
        for kind, subject in (("address", "ada@example.com"), ("domain", "@acme.com")):
            digest = suppression_digest(SECRET, subject)
            suppressions.add(connection, digest, kind, "opted out", NOW)
    report = imported(
        database, people, "email\nAda@example.com\nbob@acme.com\ncy@sub.acme.com\ndan@x.com\n"
    )
    assert (report.added, report.suppressed) == (4, 3)


def test_nobody_is_enrolled_unless_asked_and_only_who_was_added(
    database: Database, people: Path
) -> None:
    assert imported(database, people, "email\nada@example.com\n").enrolled == 0
    taken: list[int] = []

    def enroll(connection: Connection, ids: list[int]) -> int:
        assert set(leads.get_many(connection, ids)) == set(ids)
        taken.extend(ids)
        return len(ids)

    text = "email\nbob@example.com\nada@example.com\ncy@example.com\n"
    report = imported(database, people, text, enroll=enroll)
    assert report.enrolled == 2
    addresses = {one.id: one.address for one in everybody(database)}
    assert [addresses[one] for one in taken] == ["bob@example.com", "cy@example.com"]


@pytest.mark.parametrize(
    ("columns", "cells", "default", "consent"),
    [
        ("", "", None, None),
        ("", "", "trade fair 2026", Consent("trade fair 2026", NOW)),
        (",consent", ",web form", "fair", Consent("web form", NOW)),
        (",consent", ",yes", "fair", Consent("fair", NOW)),
        (",consent", ",yes", None, Consent("import of people.csv", NOW)),
        (",consent", ",no", "fair", None),
        (",Einwilligung", ",ja", "fair", Consent("fair", NOW)),
        (",Einwilligung", ",widerrufen", "fair", None),
        (",Email Opt Out", ",TRUE", "fair", None),
        (",Email Opt Out", ",2026-01-02", "fair", None),
        (",Email Opt Out", ",0", "fair", Consent("fair", NOW)),
        (",consent", ",", "fair", Consent("fair", NOW)),
        (
            ",opt-in date",
            ",2026-10-01",
            None,
            Consent("import of people.csv", datetime(2026, 10, 1, tzinfo=UTC)),
        ),
    ],
)
def test_consent_is_what_the_row_says_or_the_default(
    database: Database,
    people: Path,
    columns: str,
    cells: str,
    default: str | None,
    consent: Consent | None,
) -> None:
    text = f"email{columns}\nada@example.com{cells}\n"
    report = imported(database, people, text, consent=default)
    assert lead(database, "ada@example.com").consent == consent
    assert report.without_consent == (consent is None)


def test_a_list_that_denies_a_known_consent_says_so(database: Database, people: Path) -> None:
    imported(database, people, "email,consent\nada@example.com,web form\n")
    report = imported(database, people, "email,consent\nada@example.com,withdrawn\n")
    assert (report.denied, report.differs, report.unchanged) == (1, 1, 0)
    assert "`nurture suppress add ada@example.com --opt-out`" in report.warnings[0].text
    assert lead(database, "ada@example.com").consent == Consent("web form", NOW)


def test_what_was_agreed_to_today_is_not_of_the_future(database: Database, people: Path) -> None:
    text = "email,consent,consent at\nada@example.com,form,2026-11-23\n"
    assert imported(database, people, text).rejected == 1
    assert imported(database, people, text, zone=ZoneInfo("Pacific/Auckland")).added == 1


def test_consent_of_the_future_is_refused_and_one_that_ended_is_counted(
    database: Database, people: Path
) -> None:
    tomorrow = (NOW + timedelta(days=1)).isoformat()
    report = imported(
        database,
        people,
        "email,consent,consent at,consent expires\n"
        f"ada@example.com,form,{tomorrow},\n"
        "bob@example.com,form,2025-01-01,2026-01-01\n",
    )
    assert report.problems == [Note(2, "consent_at: 2026-11-23 lies in the future")]
    assert (report.added, report.without_consent) == (1, 1)


def test_a_list_without_addresses_is_one_sentence(database: Database, people: Path) -> None:
    with pytest.raises(InputError) as refused:
        imported(database, people, "Name,Phone\nAda,1\n")
    assert str(refused.value).startswith(f"{people}:1: no column holds email addresses; ")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
            st.sampled_from(
                ['"', "a@b.example", "a@b.example,DE", '"x', "=1,=2", "\x00", "\ufeff"]
            ),
        ),
        max_size=6,
    )
)
def test_no_list_is_too_bad_for_the_good_rows(
    sqlite_url: str, people: Path, lines: list[str]
) -> None:
    text = "\n".join(["email,country", *lines, "good@example.com,DE"])
    with closing(Database(sqlite_url)) as database:
        report = imported(database, people, text)
        assert lead(database, "good@example.com").country == "DE"
    counted = (
        report.added
        + report.completed
        + report.unchanged
        + report.differs
        + report.repeated
        + report.rejected
    )
    assert counted == report.rows
    assert all(1 < note.line <= text.count("\n") + text.count("\r") for note in report.problems)
