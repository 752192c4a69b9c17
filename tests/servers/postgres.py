"""A PostgreSQL cluster of our own, made for speed: what it holds need not survive a crash.

One that is `durable` waits for the disk, as it does when nobody has changed its settings.
"""

from __future__ import annotations

import contextlib
import itertools
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers import programs

PACKAGE = "postgresql"
USER = "nurture"
_MANY = "max_connections=200"
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Postgres:
    """A running cluster; anyone on loopback may log in as its superuser."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._settings = (_MANY,) if durable else (_MANY, *_QUICK)
        self._initdb = programs.find("initdb", PACKAGE)
        self._program = programs.find("postgres", PACKAGE)
        self._folder = folder
        self.host = programs.HOST
        self.port = programs.free_port()
        self._numbers = itertools.count(1)
        self._process: programs.Process | None = None
        self._make()

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _make(self) -> None:
        how = ("--no-sync", "--auth=trust", f"--username={USER}")
        language = ("--encoding=UTF8", "--locale=C.UTF-8")
        programs.run([self._initdb, "-D", self._data, *how, *language], self._folder)

    def start(self) -> None:
        """Start serving, if it does not yet."""
        if self._process is None:
            place = (f"listen_addresses={self.host}", f"port={self.port}")
            sockets = f"unix_socket_directories={self._folder}"
            settings = [word for one in (*place, sockets, *self._settings) for word in ("-c", one)]
            command = [self._program, "-D", self._data, *settings]
            self._process = programs.Process(command, self._folder / "postgres.log")
            self._process.wait_until(self._knock, psycopg.OperationalError)

    def _knock(self) -> None:
        psycopg.connect(self._address("postgres")).close()

    def stop(self) -> None:
        """End all sessions and stop serving, if it does; the data stays."""
        if self._process is not None:
            self._process.stop(signal.SIGINT)  # "fast shutdown": does not wait for clients to leave
            self._process = None

    def crash(self) -> None:
        """End it with kill -9."""
        if self._process is not None:
            self._process.stop(signal.SIGKILL)
            self._process = None

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of `database`."""
        return self._address(database).replace("postgresql:", "postgresql+psycopg:")

    def _address(self, database: str) -> str:
        return f"postgresql://{USER}@{self.host}:{self.port}/{database}"

    def create(self, template: str = "template1") -> str:
        """Create a database as a copy of `template`, which nobody may be using; return its name."""
        name = f"test_{next(self._numbers)}"
        names = sql.Identifier(name), sql.Identifier(template)
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            # From 15 on, the usual way writes each page to the log too: four times as long.
            how = " STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}" + how).format(*names))
        return name

    def drop(self, database: str) -> None:
        """Drop `database`, cutting off whoever still uses it."""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def put_back(self, database: str, copy: str) -> None:
        """Have `copy`, which nobody may be using, in the place of `database`."""
        self.drop(database)
        names = sql.Identifier(copy), sql.Identifier(database)
        self._run(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(statement)


class Standby(Postgres):
    """An asynchronous copy of a running cluster, which follows it while both serve."""

    def __init__(self, folder: Path, source: Postgres) -> None:
        self._source = source
        super().__init__(folder)

    def _make(self) -> None:
        program = programs.find("pg_basebackup", PACKAGE)
        source = ("-h", self._source.host, "-p", self._source.port, "-U", USER)
        how = ("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync")
        programs.run([program, *source, "-D", self._data, *how], self._folder)

    def promote(self) -> None:
        """Make a cluster of its own of it."""
        self._run(sql.SQL("SELECT pg_promote()").format())


@contextlib.contextmanager
def standby_of(source: Postgres) -> Iterator[Standby]:
    """Copy a cluster, and follow it from then on until the end of the block."""
    with programs.server_folder("standby") as folder:
        server = Standby(folder, source)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Make and run a cluster for the length of the block; it takes about a second."""
    with programs.server_folder("postgres") as folder:
        server = Postgres(folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
