"""A newcomer's way, by commands alone: init, sandbox, run, launch, a lead, its mail, the stop."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import IO, Any

PATIENCE = 60  # seconds; only a hang takes as long
ADA = "ada@analytical.example"


def nurture(folder: Path, *words: str) -> str:
    """Run a command to its end; return what it said."""
    command = [sys.executable, "-m", "worker", *words]
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@contextmanager
def running(folder: Path, word: str, ready: str) -> Iterator[IO[str]]:
    """Run a command that goes on until SIGINT; give its output from the line that says `ready`."""
    command = [sys.executable, "-u", "-m", "worker", word]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        try:
            line_with(process.stdout, ready)
            yield process.stdout
            process.send_signal(signal.SIGINT)
            rest = process.stdout.read()
            assert "Traceback" not in rest
            assert process.wait(PATIENCE) in (0, 130)
        finally:
            process.kill()


def line_with(output: IO[str], text: str) -> str:
    """Return the next line that has a text; the end of the output is a failure."""
    for line in output:
        if text in line:
            return line
    raise AssertionError(f"it ended without saying {text!r}")


def free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


def project(folder: Path) -> Path:
    """A new project on free ports. What it waits for by itself is made short."""
    nurture(folder, "init", "project")
    smtp, imap = free_ports()
    config = folder / "project/config.toml"
    text = config.read_text().replace("port = 2525", f"port = {smtp}")
    config.write_text(text.replace("port = 2143", f"port = {imap}"))
    return config.parent


def reply(folder: Path, number: int) -> None:
    """Answer a message as the person would, with its Message-ID."""
    smtp = int((folder / "config.toml").read_text().partition("port = ")[2].split()[0])
    mail = EmailMessage()
    mail["From"], mail["To"] = ADA, "ada@yourfirm.example"
    mail["Subject"] = "Re: rooms"
    mail["Message-ID"] = "<answer@analytical.example>"
    shown = nurture(folder, "outbox", "show", str(number), "--json")
    mail["In-Reply-To"] = f"<{json.loads(shown)['rfc_id']}>"
    mail.set_content("Yes please, tell me more.\n")
    with smtplib.SMTP("127.0.0.1", smtp, timeout=PATIENCE) as server:
        server.send_message(mail)


def test_a_newcomers_first_minutes(tmp_path: Path) -> None:
    folder = project(tmp_path)
    assert "No error" in nurture(folder, "check")
    told: Callable[..., Any] = lambda *words: json.loads(nurture(folder, *words, "--json"))  # noqa: E731
    with running(folder, "sandbox", "Ctrl-C ends it") as arrived:
        nurture(folder, "sequences", "launch", "welcome", "--yes")
        with running(folder, "run", "nurture runs") as log:
            nurture(folder, "leads", "add", ADA, "--first-name", "Ada", "--consent", "fair")
            assert f"ada@yourfirm.example → {ADA}: " in line_with(arrived, ADA)
            line_with(log, "accepted")
            assert told("status")["running"] is True

            reply(folder, 1)
            line_with(log, "mail.replied")
        assert told("status")["running"] is False
    why = told("why", ADA)
    assert [one["what"] for one in why["history"] if one["direction"]] == ["sent", "replied"]
    assert [one["state"] for one in why["next"]] == ["paused"]
    assert [one["kind"] for one in told("status")["alerts"]] == ["reply"]
