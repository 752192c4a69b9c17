"""What is published: bundles of template files, launched sequences, approved editions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from worker.store.later import Later
from worker.store.prepared import Prepared, into
from worker.store.tables import bundle as bundles
from worker.store.tables import edition as editions
from worker.store.tables import sequence as sequences

_BUNDLE_OF = Prepared(
    lambda _dialect: select(sequences.c.bundle).where(
        sequences.c.name == bindparam("name"), sequences.c.version == bindparam("version")
    )
)
_EDITIONS = Prepared(
    lambda _dialect: (
        select(editions)
        .where(editions.c.newsletter == bindparam("newsletter"))
        .order_by(editions.c.month)
    )
)
_LAUNCHED = Prepared(
    lambda _dialect: select(sequences).order_by(
        sequences.c.name, sequences.c.current, sequences.c.launched_at
    )
)


@dataclass(frozen=True, slots=True)
class Launched:
    """A launched version of a sequence: its source, and the bundle that its emails come from."""

    name: str
    version: str
    source: str
    bundle: str
    launched_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """One month's mail of a newsletter; `month` is ``2027-01``."""

    newsletter: str
    month: str
    template: str
    bundle: str
    approved_at: datetime
    frozen_at: datetime | None
    closed_at: datetime | None


def add_bundle(
    connection: Connection, digest: str, files: Mapping[str, str], now: datetime
) -> None:
    """Store template files by the hash of their content, once."""
    if connection.execute(select(bundles.c.hash).where(bundles.c.hash == digest)).first() is None:
        row = {"hash": digest, "files": dict(files), "published_at": now}
        new = into(connection.dialect.name, bundles).values(row)
        connection.execute(new.on_conflict_do_nothing())


def bundle(connection: Connection, digest: str) -> dict[str, str]:
    """Return the files of a bundle, path to text."""
    files: dict[str, str] = connection.execute(
        select(bundles.c.files).where(bundles.c.hash == digest)
    ).scalar_one()
    return files


def bundle_of(connection: Connection, name: str, version: str) -> str:
    """Return the hash of the bundle that a version of a sequence renders from."""
    return ask_bundle_of(connection, name, version).get()


def ask_bundle_of(connection: Connection, name: str, version: str) -> Later[str]:
    """Ask for the same."""
    asked = _BUNDLE_OF.ask(connection, {"name": name, "version": version})
    return Later(asked, lambda rows: str(rows[0][0]))


def add_sequence(connection: Connection, new: Launched) -> None:
    """Publish a version of a sequence as the current one; publishing it again renews its bundle."""
    t = sequences
    retire(connection, new.name)
    same = (t.c.name == new.name) & (t.c.version == new.version)
    fresh = {
        "source": new.source,
        "bundle": new.bundle,
        "launched_at": new.launched_at,
        "current": True,
    }
    if connection.execute(update(t).where(same).values(fresh)).rowcount == 0:
        row = {"name": new.name, "version": new.version, **fresh}
        connection.execute(insert(t).values(row))


def retire(connection: Connection, name: str) -> None:
    """Let no version of a sequence be the current one."""
    connection.execute(update(sequences).where(sequences.c.name == name).values(current=False))


def renew_bundle(connection: Connection, name: str, version: str, digest: str) -> None:
    """Give a version of a sequence, current or not, corrected wording."""
    t = sequences
    same = (t.c.name == name) & (t.c.version == version)
    connection.execute(update(t).where(same).values(bundle=digest))


def launched(connection: Connection, *, name: str | None = None) -> list[Launched]:
    """Return every launched version, or those of one sequence, the current ones last."""
    found = (Launched(**row) for row in _LAUNCHED.rows(connection, {}))
    return [one for one in found if name in (None, one.name)]


def approve_edition(connection: Connection, new: Edition) -> None:
    """Approve an edition, or approve its corrected wording while its audience is not frozen."""
    t = editions
    same = (t.c.newsletter == new.newsletter) & (t.c.month == new.month)
    fresh = {"template": new.template, "bundle": new.bundle, "approved_at": new.approved_at}
    if connection.execute(update(t).where(same).values(fresh)).rowcount == 0:
        row = {"newsletter": new.newsletter, "month": new.month, **fresh}
        connection.execute(insert(t).values(row))


def all_editions(connection: Connection, newsletter: str) -> list[Edition]:
    """Return the editions of a newsletter, the latest month last."""
    return [Edition(**row) for row in _EDITIONS.rows(connection, {"newsletter": newsletter})]


def mark_edition(
    connection: Connection,
    edition: Edition,
    *,
    frozen_at: datetime | None = None,
    closed_at: datetime | None = None,
) -> None:
    """Write down that an edition's audience was frozen, or that it was closed."""
    t = editions
    same = (t.c.newsletter == edition.newsletter) & (t.c.month == edition.month)
    marks = {"frozen_at": frozen_at, "closed_at": closed_at}
    fresh = {name: value for name, value in marks.items() if value is not None}
    connection.execute(update(t).where(same).values(fresh))
