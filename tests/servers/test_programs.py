"""Programs are found, run as somebody harmless, and end with their block."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import _named_skip
from tests.servers import programs
from tests.servers.smtp_sink import SmtpSink


def test_a_missing_program_names_its_package() -> None:
    with pytest.raises(programs.MissingProgramError, match="apt-get install carrier-pigeon"):
        programs.find("rfc1149d", "carrier-pigeon")


@pytest.mark.parametrize(("ci", "outcome"), [("true", "Failed"), ("", "Skipped")])
def test_a_missing_program_skips_only_on_a_laptop(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: str
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(BaseException, match="rfc1149d is missing") as raised, _named_skip():
        programs.find("rfc1149d", "carrier-pigeon")
    assert type(raised.value).__name__ == outcome


def test_a_folder_is_the_servers_own_and_goes() -> None:
    with programs.server_folder("test") as folder:
        assert folder.stat().st_uid == programs.Account.unprivileged().uid != 0
    assert not folder.exists()


def test_a_server_runs_as_nobody_special(smtp_sink: Callable[..., SmtpSink]) -> None:
    sink = smtp_sink()
    assert sink._process is not None
    assert Path(f"/proc/{sink._process.pid}").stat().st_uid == programs.Account.unprivileged().uid


def test_a_server_that_fails_says_why() -> None:
    with programs.server_folder("test") as folder:
        process = programs.Process(["sh", "-c", "echo no luck; exit 3"], folder / "log")
        with pytest.raises(programs.ServerFailedError, match="no luck"):
            process.wait_for_port(programs.free_port())
        with pytest.raises(programs.ServerFailedError, match="no more luck"):
            programs.run(["sh", "-c", "echo no more luck; exit 3"], folder)


def test_a_free_port_can_be_bound() -> None:
    with socket.socket() as ours:
        ours.bind((programs.HOST, programs.free_port()))
