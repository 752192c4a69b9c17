"""A newcomer's way, by commands alone: init, sandbox, run, launch, a lead, its mail, the stop."""

from __future__ import annotations

import json
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from threading import Timer
from typing import IO, Any

import pytest

from worker.cli.main import main

PATIENCE = 300.0  # seconds; only a hang takes as long
ADA = "ada@analytical.example"


@pytest.fixture
def nurture(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command to its end; return what it said."""

    def run(*words: str) -> str:
        status = main(words)
        said = capsys.readouterr()
        assert status == 0, said.err
        return said.out

    return run


@contextmanager
def running(folder: Path, word: str, ready: str) -> Iterator[IO[str]]:
    """Run a command that goes on until SIGINT; give its output from the line that says `ready`."""
    command = [sys.executable, "-u", "-m", "worker", word]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        guard = Timer(PATIENCE, process.kill)
        guard.start()
        assert process.stdout
        try:
            line_with(process.stdout, ready)
            yield process.stdout
            process.send_signal(signal.SIGINT)
            rest = process.stdout.read()
            assert "Traceback" not in rest
            assert process.wait(PATIENCE) in (0, 130)
        finally:
            guard.cancel()
            process.kill()


def line_with(output: IO[str], text: str) -> str:
    """Return the next line that has a text; the end of the output is a failure."""
    said = []
    for line in output:
        if text in line:
            return line
        said.append(line)
    raise AssertionError(f"it ended without saying {text!r}: {''.join(said)}")


def free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


def reply(smtp: int, rfc_id: str) -> None:
    """Answer a message as the person would, by its Message-ID."""
    mail = EmailMessage()
    mail["From"], mail["To"] = ADA, "ada@yourfirm.example"
    mail["Subject"] = "Re: rooms"
    mail["Message-ID"] = "<answer@analytical.example>"
    mail["In-Reply-To"] = f"<{rfc_id}>"
    mail.set_content("Yes please, tell me more.\n")
    with smtplib.SMTP("127.0.0.1", smtp, timeout=PATIENCE) as server:
        server.send_message(mail)


def test_a_newcomers_first_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nurture: Callable[..., str]
) -> None:
    def told(*words: str) -> Any:
        return json.loads(nurture(*words, "--json"))

    folder = tmp_path / "project"
    nurture("init", str(folder))
    monkeypatch.chdir(folder)
    smtp, imap = free_ports()
    monkeypatch.setenv("NURTURE_LOG__FORMAT", "json")
    config = (folder / "config.toml").read_text().replace("port = 2525", f"port = {smtp}")
    (folder / "config.toml").write_text(config.replace("port = 2143", f"port = {imap}"))
    assert "No error" in nurture("check")
    with running(folder, "sandbox", "Ctrl-C ends it") as arrived:
        nurture("sequences", "launch", "welcome", "--yes")
        with running(folder, "run", "nurture runs") as log:
            nurture("leads", "add", ADA, "--first-name", "Ada", "--consent", "fair")
            assert f"ada@yourfirm.example → {ADA}: " in line_with(arrived, ADA)
            line_with(log, "message.accepted")
            assert told("status")["running"] is True

            reply(smtp, told("outbox", "show", "1")["rfc_id"])
            line_with(log, "mail.replied")
        assert told("status")["running"] is False
    shown = nurture("outbox", "show", "1")
    assert "As it would be written today: what was sent is not kept" in shown
    assert "Hello Ada," in shown
    why = told("why", ADA)
    assert [one["what"] for one in why["history"] if one["direction"]] == ["sent", "replied"]
    assert [one["state"] for one in why["next"]] == ["paused"]
    assert [one["kind"] for one in told("status")["alerts"]] == ["reply"]
