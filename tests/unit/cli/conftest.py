"""A project as `nurture init` makes it, and a way to run commands in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import chdir, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from worker.cli.main import main
from worker.cli.scaffold import write_project
from worker.clock import SystemClock
from worker.config import load
from worker.daemon.compose import setup_of
from worker.daemon.opening import open_database
from worker.daemon.ticks import Ticks
from worker.engine.catalogue import Catalogue


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Nurture = Callable[..., Said]


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a database; each test has a copy."""
    folder = tmp_path_factory.mktemp("made") / "project"
    write_project(folder)
    open_database(load(folder / "config.toml")).close()
    return folder


@pytest.fixture(scope="session")
def _launched(_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with its welcome launched, which looks at every template and takes a second."""
    folder = tmp_path_factory.mktemp("launched") / "project"
    shutil.copytree(_made, folder)
    with chdir(folder):
        assert main(("sequences", "launch", "welcome", "--yes")) == 0
    return folder


@pytest.fixture
def project(_made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a new project, in which commands run."""
    folder = tmp_path / "project"
    shutil.copytree(_made, folder)
    monkeypatch.chdir(folder)
    for variable in ("NURTURE_CONFIG", "CREDENTIALS_DIRECTORY", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    return folder


@pytest.fixture
def nurture(project: Path, capsys: pytest.CaptureFixture[str]) -> Nurture:
    """Run a command in the project."""

    def run(*words: str) -> Said:
        status = main(words)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return run


@pytest.fixture
def eighty(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands of a project print as on a terminal of eighty columns."""
    assert project.is_dir()  # it comes first: with it the variable is taken away
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def ada(nurture: Nurture, project: Path, _launched: Path) -> str:
    """The address of a lead that the launched welcome took in."""
    shutil.copy(_launched / "nurture.db", project / "nurture.db")
    address = "ada@analytical.example"
    said = nurture("leads", "add", address, "--first-name", "Ada", "--consent", "spring fair")
    assert said.status == 0
    return address


@pytest.fixture
def plan(project: Path) -> Callable[[], None]:
    """Plan what is due, as the daemon would."""

    def run() -> None:
        settings = load(project / "config.toml")
        with closing(open_database(settings)) as database:
            Ticks(database, setup_of(settings), Catalogue(), SystemClock()).plan()

    return run


def state_of(nurture: Nurture, name: str) -> str:
    """Return how a sequence's file and what is launched stand together."""
    listed = nurture("sequences", "list", "--json").json
    return str(next(one["state"] for one in listed if one["name"] == name))


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file once."""
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
