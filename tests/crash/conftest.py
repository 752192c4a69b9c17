"""A project on each database, and a receiver that keeps what comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.crash.project import Project, project_in
from tests.servers.smtp_sink import SmtpSink
from tests.store.databases import (
    database_url,
    postgres_template,
    postgres_url,
    sqlite_template,
    sqlite_url,
)

__all__ = ["database_url", "postgres_template", "postgres_url", "sqlite_template", "sqlite_url"]

MakeProject = Callable[..., Project]


@pytest.fixture
def sink(smtp_sink: Callable[..., SmtpSink]) -> SmtpSink:
    """A receiver that takes everything."""
    return smtp_sink()


@pytest.fixture
def project(tmp_path: Path, sqlite_url: str, sink: SmtpSink) -> Iterator[Project]:
    """A project on SQLite that sends to `sink`."""
    with project_in(tmp_path, sqlite_url, sink.port) as made:
        yield made


@pytest.fixture
def each_project(tmp_path: Path, database_url: str, sink: SmtpSink) -> Iterator[Project]:
    """A project on each database in turn that sends to `sink`."""
    with project_in(tmp_path, database_url, sink.port) as made:
        yield made


@pytest.fixture
def make_project(tmp_path: Path) -> Iterator[MakeProject]:
    """Make a project: `make_project(url, port, steps=("one", "two"))`."""
    with ExitStack() as made:
        yield lambda url, port, **more: made.enter_context(project_in(tmp_path, url, port, **more))
