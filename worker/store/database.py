"""Connections and transactions, on SQLite and PostgreSQL.

SQLite: WAL, synchronous FULL, foreign keys, a busy time-out (``?timeout=5`` in the URL sets its
seconds), and one writer at a time by ``BEGIN IMMEDIATE``; on the library that pysqlite3 brings
where there is one, because 3.7.0 to 3.51.2 can corrupt a WAL database (fixed in 3.51.3).
PostgreSQL: psycopg 3, READ COMMITTED whatever the server's default is: who waits for a lock has to
see what was written meanwhile, or it would send what was stopped. A transaction that nobody works
on is ended after half a minute (unless the URL has ``options`` of its own), because the locks of a
suspended worker would hold up all the others.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from time import monotonic
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.pool import QueuePool

from worker.errors import ConfigError, StoreError, TakenError
from worker.store import prepared, trip
from worker.store.begin import LOOK, begin, pause
from worker.store.checkpoint import AT_THE_LATEST, Checkpoints
from worker.store.references import unbound
from worker.store.spare import Spare
from worker.store.turnstile import Turnstile
from worker.store.writer import Writer

__all__ = ["Connection", "Database", "sqlite_module", "wal_warning"]

BUSY_SECONDS = 30
IDLE_SECONDS = 30  # less than what it takes until a worker is given up for lost
REST_EVERY = 0.1  # seconds that another process waits at the most, and one batch longer
_READ_CACHE_KB = 500  # of each connection that reads: each commit makes what it keeps worthless
_WRITE_CACHE_KB = 2000
_CACHE_KB = 16 * 1024  # of each connection to a file that is not durable
_WAL_PAGES = 10_000
_STATEMENTS = 500
"""Statements that a connection keeps worked out. pysqlite3 keeps 100 unasked, and once there are
more, those that came last push each other out: each is worked out anew at each run."""
_UNPREPARED = {"prepare_threshold": None}
"""psycopg works no statement out ahead, but for those of `worker.store.trip`: after a ROLLBACK it
would have the server forget all that were worked out on its connection, ours as well."""
WAL_FAULT_MENDED = (3, 51, 3)


class Database:
    """A database by its URL; `write` and `read` give connections inside a transaction.

    One that is not `durable` is a SQLite file that nobody needs after a crash: no disk is waited
    for.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.url = _parsed(url)
        self.engine = _engine(self.url)
        reading = self.engine.execution_options(**{trip.READS: True})
        self._reading = Spare(reading.connect, Connection.close)
        self._far = Spare(self.engine.connect, Connection.close)
        self._turnstile = Turnstile()
        cache = _WRITE_CACHE_KB if durable else _CACHE_KB
        checkpoints = Checkpoints(self.engine) if durable else None
        self._writer = Writer(self.engine, _patience(self.url), cache, checkpoints)
        self._rested = -REST_EVERY
        if not durable:
            event.listen(self.engine, "connect", _hurry_sqlite)
        self.sessions = 0
        """Changes with each session at a server: the next one may be at another server."""
        if not self.is_sqlite:
            self._numbers = count(1)
            event.listen(self.engine, "connect", self._began)
            event.listen(self.engine, "invalidate", self._all_lost)

    @property
    def shown(self) -> str:
        """The URL, without any password that it has."""
        return _shown(self.url)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of SQLite, which one process at a time may write."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[Connection]:
        """Give a connection in a transaction that commits at the end, or not at all.

        What need not be `lasting` is not waited for: a failure of power may undo it, together with
        all that was written after it, and nothing else does.
        """
        with (
            self._turn(),
            _explained(self.engine),
            self._for_writing(lasting) as connection,
            connection.begin(),
        ):
            if not (lasting or self.is_sqlite):
                trip.ask(connection, "SET LOCAL synchronous_commit = off")
            yield connection

    @contextmanager
    def reshape(self) -> Iterator[Connection]:
        """Give a connection in a transaction that may write tables anew, which others refer to.

        SQLite would take what refers to them for lost meanwhile, and looks after it at the end.
        """
        with (
            self._turn(),
            _explained(self.engine),
            self._for_writing(lasting=True) as connection,
            unbound(connection) if self.is_sqlite else connection.begin(),
        ):
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that only reads.

        On SQLite it does so in a transaction. On PostgreSQL a transaction would let each statement
        see what was committed before it, which is what each sees without one.
        """
        with (
            _explained(self.engine),
            self._reading.connection() as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def read_back(self) -> Iterator[Connection]:
        """Give a connection that reads, shortly, what has just been written here.

        On SQLite it is the one that wrote, which has most of it at hand; the others have to read
        anew whatever was written by it. Nobody writes meanwhile.
        """
        with self.write() if self.is_sqlite else self.read() as connection:
            yield connection

    def let_others_write(self) -> None:
        """Leave a file free now and then: for who writes again at once what others wait for."""
        if self.is_sqlite and monotonic() - self._rested >= REST_EVERY:
            pause(2 * LOOK)
            self._rested = monotonic()

    def make_ready(self) -> None:
        """Work out the statements of the busy paths, which their first use would wait for."""
        prepared.make_ready(self.engine.dialect)

    def _began(self, *_session: object) -> None:
        self.sessions = next(self._numbers)

    def _all_lost(self, *_one: object) -> None:
        """Keep no connection once one is lost: all are to the same server.

        Each would fail once more, long after it is back. From the pool, where the others are, none
        is taken that does not answer.
        """
        self._far.close()
        self._reading.close()

    def _turn(self) -> AbstractContextManager[None]:
        return self._turnstile.turn(BUSY_SECONDS) if self.is_sqlite else nullcontext()

    def _for_writing(self, lasting: bool) -> AbstractContextManager[Connection]:
        if self.is_sqlite:
            return self._writer.connection(lasting=lasting)
        return self._far.connection()

    def close(self) -> None:
        """Close what is open."""
        for kept in (self._writer, self._far, self._reading):
            kept.close()
        self.engine.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise ConfigError(
            "is no database URL; expected sqlite:///nurture.db or postgresql+psycopg://…",
            key="database",
        ) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigError(
            f"{parsed.get_backend_name()} is not supported; expected sqlite or postgresql",
            key="database",
        )
    return (
        parsed.set(drivername="postgresql+psycopg") if "postgres" in parsed.drivername else parsed
    )


def _patience(url: URL) -> float:
    """Return for how many seconds a writer waits for others."""
    named = url.normalized_query.get("timeout")
    return float(named[-1]) if named else BUSY_SECONDS


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, connect_args=_UNPREPARED)
        trip.attend(engine)
        event.listen(engine, "connect", _set_for_us)
        if "options" not in url.query:
            event.listen(engine, "connect", _let_nobody_idle)
        return engine
    ways: dict[str, object] = {"check_same_thread": False, "cached_statements": _STATEMENTS}
    if "timeout" not in url.query:
        ways["timeout"] = BUSY_SECONDS
    # Connections are kept: whoever closes the last one writes the whole WAL back first.
    engine = create_engine(url, module=sqlite_module(), poolclass=QueuePool, connect_args=ways)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", begin)
    return engine


def sqlite_module() -> ModuleType:
    """Return the SQLite driver with the newer library."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3")


def wal_warning() -> str | None:
    """Return a sentence where SQLite's library still has the WAL-reset fault."""
    version = sqlite_module().sqlite_version_info
    if version >= WAL_FAULT_MENDED:
        return None
    number = ".".join(map(str, version))
    return (
        f"SQLite {number} can corrupt a database under load: install pysqlite3, or 3.51.3 or newer"
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by us, below
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {AT_THE_LATEST}")
    cursor.execute(f"PRAGMA cache_size = -{_READ_CACHE_KB}")
    cursor.close()


def _hurry_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    cursor.close()


# PostgreSQL 13 has no such limit. A session that is kept for the next email is no forgotten one.
_STAY = (
    "SELECT set_config('idle_session_timeout', '0', false)"
    " WHERE current_setting('idle_session_timeout', true) <> '0'"
)


def _set_for_us(connection: Any, _record: object) -> None:
    connection.execute("SET default_transaction_isolation = 'read committed'")
    connection.execute(_STAY)
    connection.commit()


def _let_nobody_idle(connection: Any, _record: object) -> None:
    connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
    connection.commit()


_TAKEN = "23505"  # PostgreSQL: a key that there may be once. SQLite has one writer at a time
_AT_ONCE = "somebody else wrote the same at the same moment: try again"
_NOT_SET_UP = re.compile("no such (table|column)|(relation|column) .* does not exist")


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    """Turn the driver's complaints into a sentence; what our own code raises passes through."""
    try:
        yield
    except (exc.IntegrityError, exc.DataError) as error:
        if getattr(error.orig, "sqlstate", None) == _TAKEN:
            raise TakenError(_AT_ONCE) from error
        raise  # the data's fault, or ours: trying again would not help
    except exc.DBAPIError as error:
        raise StoreError(_sentence(engine.url, str(error.orig))) from error
    except engine.dialect.loaded_dbapi.Error as error:  # of what was not run by SQLAlchemy
        raise StoreError(_sentence(engine.url, str(error))) from error
    except UnicodeDecodeError as error:  # of a text that somebody else wrote over
        raise StoreError(_sentence(engine.url, f"malformed text: {error}")) from error


def _shown(url: URL) -> str:
    bare = url.difference_update_query(("password", "sslpassword"))
    return bare.render_as_string(hide_password=True)


def _sentence(url: URL, complaint: str) -> str:
    shown = _shown(url)
    first = complaint.strip().splitlines()[0] if complaint.strip() else "no reason given"
    if "locked" in first:
        return f"{shown} is locked by another program: stop it, or wait, and try again"
    if "readonly" in first:
        return f"{shown} or its folder may not be written: run this as the worker's user"
    if "database" in first and "does not exist" in first:
        return f"{shown} cannot be used ({first}): make it, empty, then run `nurture db upgrade`"
    if _NOT_SET_UP.search(first):
        return f"{shown} is not set up ({first}): run `nurture db upgrade`"
    if any(word in first for word in ("malformed", "not a database", "not decode")):
        return f"{shown} is damaged ({first}): restore a backup"
    return f"{shown} cannot be used: {first}"
