"""How much slower an import is, with all its checks, than bare upserts of what it yields.

Both fill the tables of a new installation, with the same SQLite, synchronous FULL, indexes and
foreign keys; the bare one in one transaction, from rows that are ready in memory.
"""

from __future__ import annotations

import csv
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.harness.result import RUNS, Result
from worker.engine.intake.csv_import import ImportOptions, import_leads
from worker.store.database import Database, sqlite_module
from worker.store.instant import to_micros
from worker.store.upgrade import upgrade

LEADS = 100_000
_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_SECRET = bytes(range(32))
_HEADER = (
    "Email", "First name", "Last name", "Company", "Time zone", "Country", "Language", "Phone",
    "Source", "Owner", "Stage", "Consent", "Consent date",
)  # fmt: skip
_FIRST = ("Ada", "Björn", "Chloé", "Dieter", "Elena", "Farah", "Grace", "Haruki", "Ines", "Jürgen")
_LAST = ("Lovelace", "Müller", "Okafor", "Petrov", "Quinn", "Rossi", "Sato", "Turing", "Weiß")
_PLACES = (
    ("Europe/Berlin", "DE", "de"), ("Europe/Paris", "FR", "fr"), ("America/New_York", "US", "en"),
    ("Asia/Tokyo", "JP", "ja"), ("Europe/Madrid", "ES", "es"), ("Asia/Kolkata", "IN", "en"),
)  # fmt: skip
_STAGES = ("awareness", "consideration", "decision")
_Row = tuple[str | int | None, ...]


def measure() -> list[Result]:
    """Return `import.ratio`: our rows/s over those of raw upserts, taken turn by turn."""
    rows = _made_up(random.Random(7))  # noqa: S311
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet = _written(folder / "leads.csv", rows)
        stored = [_stored(row) for row in rows]
        raw, ours = [], []
        for turn in range(RUNS):
            raw.append(_seconds(folder / f"raw{turn}.db", lambda db: _raw(db, stored)))
            ours.append(_seconds(folder / f"ours{turn}.db", lambda db: _import(db, sheet)))
    rate = LEADS / statistics.median(ours)
    ratio = statistics.median(raw) / statistics.median(ours)
    return [
        Result("import.ratio", ratio, "x", ">= 0.3"),
        Result("import.rate", rate, "leads/s"),
    ]


def _seconds(file: Path, work: Callable[[Database], None]) -> float:
    """Time `work` on a database of its own, empty and at this version's schema."""
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    begun = time.perf_counter()
    work(database)
    taken = time.perf_counter() - begun
    database.close()
    return taken


def _import(database: Database, sheet: Path) -> None:
    report = import_leads(database, sheet, ImportOptions(_SECRET), _NOW)
    assert report.added == LEADS, report


def _raw(database: Database, rows: list[_Row]) -> None:
    """Do what a script would that is as good on a list of which some leads are known."""
    connection = sqlite_module().connect(database.url.database, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_LEAD, rows)
    connection.executemany(_LEAD_ADDRESS, [(row[0], row[0]) for row in rows])
    connection.execute("COMMIT")
    connection.close()


_LEAD = """
    INSERT INTO lead (address, domain, first_name, last_name, company, zone, country, language,
    phone, source, owner, stage, consent_source, consent_at, created_at, track, soft_bounces,
    attributes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'none', 0, '{}')
    ON CONFLICT (address) DO UPDATE SET company = coalesce(lead.company, excluded.company)
"""
_LEAD_ADDRESS = """
    INSERT INTO lead_address (address, lead_id) VALUES (?, (SELECT id FROM lead WHERE address = ?))
    ON CONFLICT (address) DO NOTHING
"""


def _stored(row: tuple[str, ...]) -> _Row:
    """Return the columns of `_LEAD` for a row of the sheet."""
    domain = row[0].partition("@")[2]
    micros = to_micros(_NOW)
    return (row[0], None if domain in _FREE else domain, *row[1:12], micros, micros)


_FREE = ("gmail.com", "web.de")


def _written(file: Path, rows: list[tuple[str, ...]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(_HEADER)
        writer.writerows(rows)
    return file


def _made_up(chance: random.Random) -> list[tuple[str, ...]]:
    """Make up leads: a fifth with free mail, the others in companies of four."""
    return [_lead(chance, number) for number in range(LEADS)]


def _lead(chance: random.Random, number: int) -> tuple[str, ...]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    company = chance.randrange(LEADS // 5)
    domain = chance.choice(_FREE) if chance.random() < 0.2 else f"company-{company}.example"
    return (
        f"lead{number}.{chance.choice('abcdef')}@{domain}",
        first,
        last,
        f"Company {company} Ltd",
        *chance.choice(_PLACES),
        f"+49 30 {chance.randrange(10**7):07}",
        "trade fair 2026",
        f"owner{chance.randrange(12)}",
        chance.choice(_STAGES),
        "form on the website",
        f"2026-{chance.randrange(1, 12):02}-{chance.randrange(1, 21):02}",
    )
