"""What every command has in common: finding its project, ending, and staying quick."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture, state_of
from worker import __version__
from worker.cli.main import hoisted, sentences
from worker.errors import NurtureError

HEAVY = ("sqlalchemy", "sqlmodel", "jinja2", "rich", "pydantic", "dateparser", "holidays")


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from worker.cli.main import main; status = main(['--help']);"
        f"sys.exit(status or [one for one in {HEAVY!r} if one in sys.modules] or None)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stderr
    assert "Usage: nurture" in ran.stdout


def test_a_worker_puts_a_reload_off_before_it_reads_anything() -> None:
    """Until it hears it, a SIGHUP would end it."""
    program = (
        "import signal, sys; from worker.cli.main import main;"
        "status = main(['run', '--config', 'nowhere.toml']);"
        "sys.exit(status - 1 or signal.SIGHUP not in signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert "there is no such file" in ran.stderr
    assert ran.returncode == 0


def test_every_command_has_help(nurture: Nurture) -> None:
    for group in ((), ("leads",), ("sequences",), ("outbox",), ("inbox",), ("editions",), ("db",)):
        listing = nurture(*group, "--help").out.partition("Commands:\n")[2]
        commands = [line.split() for line in listing.splitlines()]
        assert commands
        for name, *words in commands:
            assert words, f"{name} says nothing"
            assert not words[-1].endswith("..."), f"{name} says too much for one line"


def test_version(nurture: Nurture) -> None:
    assert nurture("--version").out == f"nurture {__version__}\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["status", "--config", "x"], ["--config", "x", "status"]),
        (["leads", "list", "--config=x", "-n", "3"], ["--config=x", "leads", "list", "-n", "3"]),
        (["status"], ["status"]),
        (["status", "--config"], ["status", "--config"]),
        (["pause", "--", "--config", "x"], ["pause", "--", "--config", "x"]),
    ],
)
def test_the_configuration_may_be_named_anywhere(words: list[str], expected: list[str]) -> None:
    assert hoisted(words) == expected


def test_commands_find_their_project(
    nurture: Nurture, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert nurture("check").status == 1
    assert nurture("check", "--config", "project").status == 0
    monkeypatch.setenv("NURTURE_CONFIG", str(project / "config.toml"))
    assert nurture("check").status == 0


def test_an_error_cannot_play_with_the_terminal() -> None:
    assert list(sentences(NurtureError("a\x1b[2Jb\u202ec"))) == ["a [2Jb c"]


def test_nobody_is_asked_without_a_terminal(nurture: Nurture) -> None:
    said = nurture("sequences", "launch", "welcome")

    assert said.status == 2
    assert "nobody is here to be asked; say --yes" in said.err
    assert state_of(nurture, "welcome") == "not launched"


def test_a_reader_that_has_had_enough(project: Path) -> None:
    command = [sys.executable, "-m", "worker", "leads", "list", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""
