"""What every command has in common: finding its project, ending, and staying quick."""

from __future__ import annotations

import os
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


def test_a_folder_of_somebody_else_is_told_in_a_sentence(nurture: Nurture, project: Path) -> None:
    """As `/var/lib/nurture` is to whoever is not the worker."""
    project.chmod(0)
    us = os.geteuid()
    if us == 0:  # who may look everywhere
        os.seteuid(65534)
    try:
        for words in (["status"], ["check"], ["leads", "import", f"{project}/leads.csv"]):
            done = nurture(*words, "--config", str(project / "config.toml"))
            assert (done.status, done.out) == (1, "")
            assert done.err.endswith("run this as the worker's user, or as one who may\n")
            assert done.err.count("\n") == 1
    finally:
        os.seteuid(us)
        project.chmod(0o700)


def test_a_name_that_no_file_can_have_is_told_in_a_sentence(nurture: Nurture) -> None:
    done = nurture("status", "--config", "x" * 5000)
    assert done.status == 1
    assert done.err.endswith(": File name too long; name another\n")


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
