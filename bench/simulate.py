"""How long the command takes for 10,000 made-up leads over 90 days of nine touches, and its memory.

The nine touches are those of the nine-touch programme: emails that go by themselves, calls and
social touches that become tasks. Seconds are of the processor, so that others on the machine count
less.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.harness.result import Result

LEADS, DAYS = 10_000, 90
_CONFIG = """\
zone = "Europe/London"

[sender]
company = "Felt"
postal_address = "1 Quiet Road, Softville"

[policy]
daily_cap = 10
weekly_cap = 10
monthly_cap = 30
minimum_gap = "1 hour"

[[mailbox]]
name = "sales"
from = "grace@felt.example"
from_name = "Grace Hopper"
profile = "provider"

[mailbox.smtp]
host = "127.0.0.1"
port = 9
security = "none"

[mailbox.imap]
host = "127.0.0.1"
port = 9
security = "none"
"""
_TOUCHES = (
    (1, "call"), (1, "email"), (2, "email"), (2, "twitter"), (3, "twitter"), (5, "email"),
    (5, "linkedin"), (7, "email"), (10, "call"), (10, "email"), (17, "email"), (17, "twitter"),
    (21, "linkedin"), (28, "call"), (28, "email"),
)  # fmt: skip
_TEMPLATE = """\
<html><head><title>{% block subject %}A quiet room{% endblock %}</title></head><body>
<p>Good day, {{ lead.first_name or "you" }}.</p>
<p><a href="{{ links.unsubscribe }}">Stop</a> {{ mailbox.postal_address }}</p></body></html>
"""


def measure(leads: int = LEADS, days: int = DAYS) -> list[Result]:
    """Return `simulate.seconds`, `simulate.memory`, the emails that went, and the cost of one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder)
        seconds, memory, emails = _run(folder, leads, days)
    return [
        Result("simulate.seconds", seconds, "s", "< 60"),
        Result("simulate.memory", memory, "MB", "< 500"),
        Result("simulate.emails", emails, ""),
        Result("simulate.email", seconds * 1000 / emails, "ms"),
    ]


def _write(folder: Path) -> None:
    (folder / "config.toml").write_text(_CONFIG)
    (folder / "sequences").mkdir()
    (folder / "sequences" / "nine.toml").write_text(_sequence())
    (folder / "templates").mkdir()
    (folder / "templates" / "letter.html").write_text(_TEMPLATE)


def _sequence() -> str:
    steps = (_step(number, day, kind) for number, (day, kind) in enumerate(_TOUCHES))
    head = 'title = "Nine touches"\nenroll = { on = "lead.created" }\n'
    return head + "".join(steps)


def _step(number: int, day: int, kind: str) -> str:
    what = 'email = "letter.html"\npurpose = "value"' if kind == "email" else f'task = "{kind}"'
    return f'\n[[step]]\nid = "s{number}"\nday = {day}\n{what}\n'


def _run(folder: Path, leads: int, days: int) -> tuple[float, float, int]:
    """Run the command; return its seconds of processor, its peak in MB, and the emails."""
    words = ["simulate", "--leads", str(leads), "--days", str(days), "--from", "2027-01-04"]
    command = [sys.executable, "-m", "worker", "--config", str(folder / "config.toml"), *words]
    answer = folder / "answer.json"
    with answer.open("wb") as out:
        process = subprocess.Popen([*command, "--json"], stdout=out)  # noqa: S603
        _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"nurture simulate ended with {process.returncode}")
    emails = json.loads(answer.read_text())["emails"]
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, emails
