"""The import of a list: read, check, compare, insert, in batches of one transaction each.

A crash loses nothing: what was committed is known the next time, so importing the list again takes
in the rest and changes nothing else. Known leads get what they have not, and keep what they have
(`worker.engine.intake.completion`). Nobody is enrolled unless
`ImportOptions.enroll` is given (promise 13).
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import islice
from pathlib import Path
from shlex import quote

from worker.address import shown
from worker.core.facts import Lead
from worker.core.providers import provider_of
from worker.engine.intake import columns
from worker.engine.intake.columns import Columns
from worker.engine.intake.comparison import Comparison
from worker.engine.intake.completion import complete, missing
from worker.engine.intake.consent import ConsentReader, refuses
from worker.engine.intake.domains import Domains
from worker.engine.intake.lead_reader import LeadReader
from worker.engine.intake.rejects import Rejects
from worker.engine.intake.remarks import remarks
from worker.engine.intake.report import Report
from worker.engine.intake.sheet import Record, Sheet, open_sheet
from worker.engine.intake.suppressed import Suppressed
from worker.errors import InputError
from worker.store import lead_batch, timeline
from worker.store.database import Connection, Database
from worker.store.instant import to_micros
from worker.store.lead_batch import COLUMNS, StoredLead
from worker.store.timeline import Decision

BATCH = 10_000
"""Rows in one transaction: it holds SQLite's one write lock for about 200 ms."""

COMPLETED = "completed by a list"
"""What is decided about a lead that gets from a list what it had not."""

_DENIED = (
    "{0} has a consent that this list denies: `nurture suppress add {1} --opt-out` if they took "
    "it back"
)

BATCH_ENROLLING = 500
"""Rows in one transaction where leads are enrolled too, which takes far longer."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to take a list in.

    `secret` is the installation's, by which suppressed addresses are recognised. `mapped` gives
    fields by column name (`worker.engine.intake.columns`); `attributes` are those that the
    configuration declares. `consent` and `source` are for rows that bring none; dates that name no
    zone are of `zone`. `enroll` is called in each batch's transaction with the ids that were added,
    and tells how many it took. Rows that are not taken are set aside in the folder `aside`; None:
    beside the list. `providers` are those whose addresses are counted on a dry run. `owned` tells
    whether the configuration has an owner of that name or address.
    """

    secret: bytes = field(repr=False)
    mapped: Mapping[str, str] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    consent: str | None = None
    source: str | None = None
    encoding: str | None = None
    zone: tzinfo = UTC
    dry_run: bool = False
    enroll: Callable[[Connection, list[int]], int] | None = None
    batch: int = BATCH
    aside: Path | None = None
    providers: Collection[str] = ()
    owned: Callable[[str], bool] = lambda _name: True


_Row = tuple[int, str, StoredLead]  # the line that it stands on, its address, the lead
_ZONE, _COUNTRY = COLUMNS.index("zone"), COLUMNS.index("country")
_OWNER = COLUMNS.index("owner")
_CONSENT = COLUMNS.index("consent_source")
_CONSENT_EXPIRES = COLUMNS.index("consent_expires")


def import_leads(
    database: Database,
    path: Path,
    options: ImportOptions,
    now: datetime,
    progress: Callable[[int], None] = lambda _bytes: None,
) -> Report:
    """Take in the leads of a list; return what was done, or on a dry run what would be.

    `progress` is called after each batch with the bytes read so far, of the file's size. Raises
    `InputError` where the file as a whole cannot be understood; bad rows are set aside.
    """
    with open_sheet(path, options.encoding) as sheet:
        found = columns.find(
            sheet.header, mapped=options.mapped, attributes=options.attributes, file=str(path)
        )
        beside = options.aside / path.name if options.aside else path
        with Rejects(beside, sheet.header, sheet.delimiter) as rejects:
            task = _Import(database, _reader(found, path, options, now), options, now, rejects)
            task.name_columns(sheet.header, found)
            task.run(sheet, progress)
        task.report.rejected_file = rejects.path
    return task.report


def _reader(found: Columns, path: Path, options: ImportOptions, now: datetime) -> LeadReader:
    where = (options.consent or "").strip()
    if refuses(where):
        problem = f"{shown(where)} tells of no consent: say where they agreed, or leave it out"
        raise InputError(problem, key="--consent")
    consents = ConsentReader(where or None, f"import of {path.name}", now, options.zone)
    return LeadReader(found, consents, Domains(), options.source, options.zone)


class _Import:
    """One import on its way."""

    def __init__(
        self,
        database: Database,
        reader: LeadReader,
        options: ImportOptions,
        now: datetime,
        rejects: Rejects,
    ) -> None:
        self.report = Report(options.dry_run)
        self._database = database
        self._reader = reader
        self._options = options
        self._now = now
        self._rejects = rejects
        self._width = reader.columns.width
        self._seen: set[int] = set()
        self._denying: set[str] = set()  # addresses of the batch
        self._suppressed = Suppressed(options.secret)
        self._comparison = Comparison(
            reader.columns.fields, source=options.source, consent_source=options.consent
        )

    def name_columns(self, header: list[str], found: Columns) -> None:
        """Report which column was understood as what."""
        every = {**found.fields, **found.attributes}
        self.report.columns = {header[at]: name for name, at in every.items()}
        self.report.ignored = found.ignored

    def run(self, sheet: Sheet, progress: Callable[[int], None]) -> None:
        """Take in all rows, batch by batch."""
        rows = self._rows(sheet.records())
        enrolling = self._options.enroll is not None
        size = min(self._options.batch, BATCH_ENROLLING) if enrolling else self._options.batch
        with _one_more_connection(self._database), _short_walks():
            while batch := list(islice(rows, size)):
                self._take(batch)
                self._denying.clear()
                progress(sheet.bytes_read)

    def _rows(self, records: Iterable[Record]) -> Iterator[_Row]:
        """Yield the good rows, each address once; set the others aside."""
        for record in records:
            self.report.rows += 1
            try:
                cells = self._cells(record)
                lead = self._reader.read(cells)
            except InputError as error:
                self._reject(record, str(error))
                continue
            address = str(lead[0])
            if self._is_repeated(address):
                self.report.repeated += 1
                self.report.warn(record.line, f"{address} stands further up as well")
            else:
                if self._reader.denies(cells):
                    self._denying.add(address)
                yield record.line, address, lead

    def _cells(self, record: Record) -> list[str]:
        """Fill up a short row, and one cell more; refuse a long one: its cells may be displaced."""
        _line, cells, problem = record
        if problem:
            raise InputError(problem)
        missing = self._width - len(cells)
        if missing < 0 and any(cells[self._width :]):
            raise InputError(
                f"has {len(cells)} cells, and the first line {self._width}: "
                "put a cell that holds the delimiter in double quotes"
            )
        return cells + [""] * (missing + 1)

    def _reject(self, record: Record, problem: str) -> None:
        self.report.reject(record.line, problem)
        if not self._options.dry_run:
            self._rejects.add(record.line, record.cells, problem)

    def _is_repeated(self, address: str) -> bool:
        """Tell whether a row above had it; hashes of 64 bits keep a million in 100 MB."""
        mark = hash(address)
        if mark in self._seen:
            return True
        self._seen.add(mark)
        return False

    def _take(self, rows: list[_Row]) -> None:
        if self._options.dry_run:
            with self._database.read() as connection:
                new = self._unknown(connection, rows)
                self._count(connection, new)
            self.report.added += len(new)
            if self._options.providers:
                found = (provider_of(address) for _, address, _ in new)
                self.report.providers.update(one for one in found if one in self._options.providers)
            return
        with self._database.write() as connection:
            new = self._unknown(connection, rows)
            self._count(connection, new)
            ids = lead_batch.add_many(connection, [lead for _, _, lead in new], self._now)
            # What somebody else was quicker to add, on PostgreSQL, is known by now.
            self.report.added += len(ids)
            self.report.unchanged += len(new) - len(ids)
            if self._options.enroll is not None and ids:
                self.report.enrolled += self._options.enroll(connection, ids)

    def _unknown(self, connection: Connection, rows: list[_Row]) -> list[_Row]:
        """Return the rows that are new; count the others."""
        known = lead_batch.known(connection, [address for _, address, _ in rows])
        if not known:
            return rows
        lacking = [
            (new, known[address])
            for line, address, new in rows
            if address in known and self._lacks(line, new, known[address])
        ]
        if lacking and not self._options.dry_run:
            self._complete(connection, lacking)
        return [row for row in rows if row[1] not in known]

    def _lacks(self, line: int, new: StoredLead, lead: Lead) -> bool:
        """Tell whether a known lead has not all that a row has; count the row."""
        report, lacks = self.report, bool(missing(new, lead))
        other = self._comparison.differences(new, lead)
        denied = lead.consent is not None and new[0] in self._denying
        report.denied += denied
        if denied:
            report.warn(line, _DENIED.format(new[0], quote(str(new[0]))))
        report.completed += lacks
        report.differs += (denied or bool(other)) and not lacks
        report.unchanged += not (denied or other or lacks)
        if other:
            report.warn(line, f"{new[0]} is known with other: {', '.join(other)}")
        return lacks

    def _complete(self, connection: Connection, lacking: list[tuple[StoredLead, Lead]]) -> None:
        """Fill in what known leads have not; why tells it, and no sequence begins by it."""
        words = complete(connection, lacking, self._now)
        told = [Decision(one, self._now, COMPLETED, said) for one, said in words.items()]
        timeline.decide(connection, told)

    def _count(self, connection: Connection, rows: list[_Row]) -> None:
        """Count what is to be said about those that are added."""
        report, now = self.report, to_micros(self._now)
        owners = Counter(str(lead[_OWNER]) for _, _, lead in rows if lead[_OWNER])
        for name in owners:
            if not self._options.owned(name):
                report.strange_owners[name] += owners[name]
        suppressed = self._suppressed.among(connection, [address for _, address, _ in rows])
        report.suppressed += len(suppressed)
        for line, address, lead in rows:
            without = not lead[_CONSENT] or 0 < int(lead[_CONSENT_EXPIRES]) <= now
            report.without_consent += without
            report.without_both += without and address in suppressed
            report.without_place += not (lead[_ZONE] or lead[_COUNTRY])
            for kind, sentence in remarks(address, self._reader.domains):
                report.remark(line, kind, sentence)


@contextmanager
def _one_more_connection(database: Database) -> Iterator[None]:
    """Keep SQLite from copying its log into the database after each batch.

    It does that whenever the last connection closes. This one reads nothing, so it holds no lock.
    """
    with database.read() if database.is_sqlite else nullcontext():
        yield


@contextmanager
def _short_walks() -> Iterator[None]:
    """Keep the garbage collector from walking over all that is loaded, every few thousand rows."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
