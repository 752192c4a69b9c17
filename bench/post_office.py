"""How much faster than django-post_office: the same letter, SQLite, the same receiver.

Theirs is queued by `mail.send_many` to be rendered on delivery, and sent by `send_queued_mail`
with as many threads as we have connections. Its letter is ours in Django's language, with the same
values, conditions and header fields (`bench.sending.django_letter`); what comes out is compared.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.harness.result import RUNS, Result
from bench.sending import crew, django_letter, environment, series
from bench.sending.children import tied
from bench.sending.project import Project
from bench.sending.receiver import receiver

THEIRS, OURS = 2500, 20_000
"""How many messages each sends in a turn: some seconds' worth."""

_SCRIPT = Path(__file__).parent / "sending" / "django_queue.py"
_SKIPPED = "send.vs_post_office: skipped, because django-post_office cannot be installed"


def measure(theirs: int = THEIRS, ours: int = OURS, runs: int = RUNS) -> list[Result]:
    """Return `send.vs_post_office`; nothing, and a line, where it cannot be installed."""
    python = environment.python()
    if python is None:
        print(_SKIPPED, file=sys.stderr)  # noqa: T201
        return []
    their_rates, our_rates = [], []
    with receiver() as port:
        for _ in range(runs):
            their_rates.append(_theirs(python, port, theirs))
            our_rates.append(_ours(port, ours))
    ratios = [mine / other for mine, other in zip(our_rates, their_rates, strict=True)]
    return [
        *series.results("send.vs_post_office", ratios, "x", ">= 8"),
        *series.results("send.post_office", their_rates, "msg/s"),
    ]


def _theirs(python: Path, port: int, count: int) -> float:
    with tempfile.TemporaryDirectory() as name:
        django_letter.write(Path(name), count)
        command = tied(python, "-P", _SCRIPT, name, port)
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=crew.LONGEST)  # noqa: S603
    said = json.loads(done.stdout)
    django_letter.require_same(one.encode() for one in said["letters"])
    return count / float(said["seconds"])


def _ours(port: int, count: int) -> float:
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name), port, count)
        took = crew.send([project.config])
        project.require_sent(count)
    return count / took.seconds
