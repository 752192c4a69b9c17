"""Launching shows first what would happen, and publishes only what a person agreed to."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture, edit, state_of


def test_a_first_launch_shows_whom_it_takes(nurture: Nurture) -> None:
    said = nurture("sequences", "launch", "welcome", "--yes")

    assert "structure      new, 2 steps" in said.out
    assert "leads on lead.created, if stage awareness or consideration" in said.out
    assert "at once, at most 200 a day (UTC)" in said.out
    assert said.out.endswith("welcome is launched.\n")
    assert state_of(nurture, "welcome") == "launched"


def test_a_second_launch_shows_what_changed(nurture: Nurture, project: Path, ada: str) -> None:
    edit(project / "sequences/welcome.toml", 'after   = "14 days"', 'after   = "10 days"')
    edit(project / "templates/welcome/welcome.html", "Hello {{", "Dear {{")
    assert state_of(nurture, "welcome") == "changed since"
    said = nurture("sequences", "launch", "welcome", "--diff", "--yes")

    assert "changed; who is in it keeps the former one" in said.out
    assert "welcome/welcome.html (+1 -1 lines)" in said.out
    assert "1 lead; they get corrected wording" in said.out
    assert "-features: welcome/features.html, 14 days after" in said.out
    assert "+features: welcome/features.html, 10 days after" in said.out
    assert "+<p>Dear {{ lead.first_name" in said.out


def test_every_process_finds_the_same_structure(nurture: Nurture, ada: str) -> None:
    for seed in ("1", "2", "3"):
        ran = subprocess.run(
            [sys.executable, "-m", "worker", "sequences", "list", "--json"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        states = {one["name"]: one["state"] for one in json.loads(ran.stdout)}
        assert states["welcome"] == "launched"


def test_present_leads_come_in_only_if_asked(nurture: Nurture) -> None:
    nurture("leads", "import", "leads.csv")
    nurture("leads", "add", "bob@x.example")
    said = nurture("sequences", "launch", "welcome", "--yes")
    assert "4 leads stay out; --existing would take them" in " ".join(said.out.split())
    assert nurture("leads", "list", "--track", "active", "--json").json == []

    said = nurture("sequences", "launch", "welcome", "--existing", "--yes")
    assert "3 leads come in" in said.out
    assert "1 not: no consent is recorded for it" in " ".join(said.out.split())
    assert said.out.endswith("welcome is launched; 3 leads came in.\n")
    assert len(nurture("leads", "list", "--track", "active", "--json").json) == 3


def test_an_unfinished_file_elsewhere_stops_no_launch(nurture: Nurture, project: Path) -> None:
    (project / "templates/newsletter/2050-01.html").write_text("{% block")
    (project / "sequences/draft.toml").write_text("title = ")

    assert nurture("sequences", "launch", "welcome", "--yes").status == 0
    assert nurture("sequences", "check", "welcome").status == 0
    assert nurture("sequences", "check", "draft").status == 1
    states = {one["name"]: one["state"] for one in nurture("sequences", "list", "--json").json}
    told = {name: states[name] for name in ("cross-sell", "draft", "welcome")}
    assert told == {"cross-sell": "not launched", "draft": "has errors", "welcome": "launched"}


def test_show_has_every_step(nurture: Nurture) -> None:
    told = nurture("sequences", "show", "welcome").out

    assert "workdays 09:00-17:00" in told
    assert "after 7 days: the newsletter" in told
    steps = nurture("sequences", "show", "welcome", "--json").json["steps"]
    assert [step["id"] for step in steps] == ["welcome", "features"]


def test_enroll_by_hand(nurture: Nurture, ada: str) -> None:
    nurture("sequences", "launch", "cross-sell", "--yes")
    assert (
        "enrolled: cross-sell: enrolled by hand"
        in nurture("sequences", "enroll", "cross-sell", ada).out
    )
    again = nurture("sequences", "enroll", "cross-sell", ada)
    assert again.status == 1
    assert "it is in that sequence already" in again.out


def test_editions_go_out_only_when_approved(nurture: Nurture, project: Path) -> None:
    (project / "templates/newsletter/2050-01.html").write_bytes(
        (project / "templates/newsletter/2027-01.html").read_bytes()
    )
    (project / "templates/newsletter/2050-13.html").touch()  # which is no month
    states = {one["month"]: one["state"] for one in nurture("editions", "list", "--json").json}
    assert states["2050-01"] == "written"
    assert "2050-13" not in states
    said = nurture("editions", "approve", "2050-01", "--yes")
    assert "audience  0 leads on the newsletter now" in said.out
    assert "Sat 2050-01-01 09:00 (UTC" in said.out
    assert said.out.endswith("The edition of 2050-01 is approved.\n")

    edit(
        project / "templates/newsletter/2050-01.html",
        "{% endblock %}\n\n{% block p",
        "!{% endblock %}\n\n{% block p",
    )
    states = {one["month"]: one["state"] for one in nurture("editions", "list", "--json").json}
    assert states["2050-01"] == "changed since"


def test_a_broken_edition_is_not_approved(nurture: Nurture, project: Path) -> None:
    page = '{% extends "newsletter/layout.html" %}\n{% block body %}{{ led.x }}{% endblock %}'
    (project / "templates/newsletter/2050-01.html").write_text(page)
    said = nurture("editions", "approve", "2050-01", "--yes")

    assert said.status == 1
    assert "templates/newsletter/2050-01.html:2: led: it is not known" in said.err


@pytest.mark.parametrize(
    ("answer", "state", "status"), [("n", "not launched", 1), ("y", "launched", 0)]
)
def test_a_person_is_asked(
    nurture: Nurture, project: Path, answer: str, state: str, status: int
) -> None:
    child, terminal = pty.fork()
    if child == 0:
        words = ["-m", "worker", "sequences", "launch", "welcome"]
        os.execv(sys.executable, [sys.executable, *words])
    os.write(terminal, f"{answer}\n".encode())
    shown = _all_of(terminal)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == status
    assert "Launch welcome? [y/N]" in shown
    assert state_of(nurture, "welcome") == state


def _all_of(terminal: int) -> str:
    """Read a terminal until the other side closes it, which Linux tells as an error."""
    shown = b""
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:
        pass
    os.close(terminal)
    return shown.decode()


WHOLE = """
title = "Trial"
enroll = { on = "webinar.seen", when = { lead = { country = ["DE", "AT"] } } }
goal = "trial_started"
again = "6 months"
alone = true

[[step]]
id = "hello"
day = 1
email = ["welcome/welcome.html", "welcome/features.html"]
split = [80, 20]
purpose = "value"

[[step]]
id = "call"
day = 2
task = "call"
wait = true
for = "2 days"

[[step]]
id = "spoken"
go_to = "end"
when = { task = { call = "reached" }, score = { at_least = 40 } }

[[step]]
id = "last"
after = "1 week"
or_on = "guide.read"
email = "welcome/features.html"
purpose = "educate"
"""


def test_show_says_all_that_a_file_does(nurture: Nurture, project: Path) -> None:
    (project / "sequences/trial.toml").write_text(WHOLE)
    told = " ".join(nurture("sequences", "show", "trial").out.split())

    assert "leads on webinar.seen, if country de or at" in told
    assert "goal trial_started again after 6 months alone waits" in told
    assert "split 80:20" in told
    assert "task: call" in told
    assert "waited for at most 2 days" in told
    assert "go to end" in told
    assert "if score at least 40, task call reached" in told
    assert "1 week after, or on" in told


def test_results_have_a_row_for_each_variant(nurture: Nurture, project: Path) -> None:
    (project / "sequences/trial.toml").write_text(WHOLE)
    nurture("sequences", "launch", "trial", "--yes")
    rows = nurture("sequences", "results", "trial", "--json").json

    assert [(row["step"], row["template"], row["sent"]) for row in rows] == [
        ("hello", "welcome/welcome.html", 0),
        ("hello", "welcome/features.html", 0),
        ("last", "welcome/features.html", 0),
    ]
    assert "brackets overlap" in nurture("sequences", "results", "trial").out


def test_an_event_of_the_firms_own_is_told_by_hand(nurture: Nurture, ada: str) -> None:
    assert f"{ada}: trial_started." in nurture("leads", "event", ada, "trial_started").out
    wrong = nurture("leads", "event", ada, "replid")
    assert wrong.status == 1
    assert 'perhaps "replied" was meant' in wrong.err
    assert nurture("leads", "event", ada, "opted_out").status == 1


def test_enroll_begins_where_it_is_told_to(nurture: Nurture, ada: str) -> None:
    nurture("leads", "stop", ada)
    assert "it went through it already" in nurture("sequences", "enroll", "welcome", ada).out
    options = ("--again", "--from", "features")
    said = nurture("sequences", "enroll", "welcome", ada, *options)
    assert said.status == 0
    assert "features" in said.out
    lost = nurture("sequences", "enroll", "welcome", ada, "--again", "--from", "feature")
    assert (lost.status, "there are welcome, features" in lost.err) == (1, True)


def test_the_schema_is_json(nurture: Nurture) -> None:
    assert "step" in nurture("sequences", "schema").json["$defs"]
