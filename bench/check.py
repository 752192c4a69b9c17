"""How long ``nurture check`` takes over a large project: 100 sequences and 500 templates."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bench.harness.result import RUNS, Result
from worker.checkup.check import check
from worker.checkup.finding import Severity
from worker.cli.scaffold import write_project

SEQUENCES, TEMPLATES = 100, 500
_HEAD = 'title = "Sequence {number}"\ncalendar = {{ days = "business" }}\n'
_STEP = """
[[step]]
id = "s{place}"
day = {day}
email = "made/{template}.html"
purpose = "value"
when = {{ stage = ["awareness", "decision"] }}
"""
_TEMPLATE = """\
{{% extends "layout.html" %}}
{{% block subject %}}Note {number} about quiet rooms{{% endblock %}}
{{% block preheader %}}One test that costs nothing.{{% endblock %}}
{{% block body %}}
<p>Hello {{{{ lead.first_name or "there" }}}},</p>
<p>Clap once in the middle of the room and listen for how long it rings.</p>
<div class="ask"><p>Answer with the size of your room, and I will say what it needs.</p></div>
{{% if step.next %}}<p>I will write again {{{{ step.next }}}}.</p>{{% endif %}}
{{% endblock %}}
"""


def measure() -> list[Result]:
    """Check the project several times in one process, as an editor or CI would by a command."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        write_project(project)
        _fill(project)
        took = [_seconds(project / "config.toml") for _ in range(RUNS)]
    name = f"check: {SEQUENCES} sequences, {TEMPLATES} templates"
    return [Result(name, statistics.median(took), "s", goal="< 2")]


def _fill(project: Path) -> None:
    made = project / "templates" / "made"
    made.mkdir()
    for number in range(TEMPLATES):
        (made / f"{number}.html").write_text(_TEMPLATE.format(number=number))
    each = TEMPLATES // SEQUENCES
    for number in range(SEQUENCES):
        steps = (
            _STEP.format(place=place, day=1 + 3 * place, template=number * each + place)
            for place in range(each)
        )
        text = _HEAD.format(number=number) + "".join(steps)
        (project / "sequences" / f"made-{number}.toml").write_text(text)


def _seconds(config: Path) -> float:
    begun = time.process_time()
    findings = check(config)
    spent = time.process_time() - begun
    made = (one for one in findings if "made" in one.file)
    if wrong := [one for one in made if one.severity is Severity.ERROR]:
        raise RuntimeError(f"the project that is measured is not sound: {wrong[0]}")
    return spent
