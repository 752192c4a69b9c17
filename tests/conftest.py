"""Fixtures of real servers; each test has its own, but for the one cluster of PostgreSQL.

A server that is not installed skips the test on a laptop and fails it where `CI=true`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers.dovecot import Dovecot
from tests.servers.dovecot import dovecot as run_dovecot
from tests.servers.misbehaving_smtp import MisbehavingSmtp
from tests.servers.misbehaving_smtp import misbehaving_smtp as run_misbehaving_smtp
from tests.servers.postgres import Postgres
from tests.servers.postgres import postgres as run_postgres
from tests.servers.programs import MissingProgramError
from tests.servers.smtp_sink import SmtpSink
from tests.servers.smtp_sink import smtp_sink as run_smtp_sink

# How long an example takes says what else the machine does, and nothing about the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes; a whole run leaves some hundred megabytes behind


def pytest_configure() -> None:
    """Keep databases of tests in memory where there is room, unless TMPDIR says where.

    They commit thousands of times, and waiting for a disk takes longer than all that they try.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        return
    os.environ["TMPDIR"] = str(MEMORY)  # for the processes that are started, too
    tempfile.tempdir = None


@contextlib.contextmanager
def _named_skip() -> Iterator[None]:
    """Turn a missing server into a skip that names it, or into a failure in CI."""
    try:
        yield
    except MissingProgramError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot without any mail."""
    with _named_skip(), run_dovecot() as server:
        yield server


@pytest.fixture
def smtp_sink() -> Iterator[Callable[..., SmtpSink]]:
    """Start an smtp-sink with the given flags: `smtp_sink("-q", ".")`."""
    with contextlib.ExitStack() as running:

        def start(*flags: str) -> SmtpSink:
            with _named_skip():
                return running.enter_context(run_smtp_sink(*flags))

        yield start


@pytest.fixture
def misbehaving_smtp() -> Iterator[Callable[..., MisbehavingSmtp]]:
    """Start a server that goes wrong: `misbehaving_smtp("drop-at-dot", starttls=True)`."""
    with contextlib.ExitStack() as running:

        def start(behaviour: str = "polite", *, starttls: bool = False) -> MisbehavingSmtp:
            with _named_skip():
                return running.enter_context(run_misbehaving_smtp(behaviour, starttls=starttls))

        yield start


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Postgres]:
    """The cluster that all tests of this process share."""
    with _named_skip(), run_postgres() as cluster:
        yield cluster


@pytest.fixture
def postgres(postgres_cluster: Postgres) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database of this test's own."""
    name = postgres_cluster.create()
    yield postgres_cluster.url(name)
    postgres_cluster.drop(name)
