"""Leads on the command line: in, shown, held, stopped, won."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture, edit
from worker.cli.outcome import split
from worker.core.states import Outcome


def test_who_is_added_is_greeted_by_what_was_launched(nurture: Nurture, ada: str) -> None:
    why = nurture("why", ada, "--json").json

    assert [one["what"] for one in why["history"]] == ["lead.created", "enrolled"]
    assert [(one["sequence"], one["step"]) for one in why["next"]] == [("welcome", "welcome")]


def test_why_names_the_line_of_the_sequence_as_it_was_launched(nurture: Nurture, ada: str) -> None:
    [one] = nurture("why", ada, "--json").json["next"]
    assert re.fullmatch(r"sequences/welcome\.toml:\d+ step\[1\]\.after", one["place"])
    assert one["place"] in nurture("why", ada).out


def test_nobody_is_added_twice(nurture: Nurture, ada: str) -> None:
    said = nurture("leads", "add", ada.upper())

    assert said.status == 1
    assert said.err == f"{ada} is a lead already: see `nurture leads show {ada}`\n"


def test_without_consent_the_answer_says_so(nurture: Nurture, ada: str) -> None:
    said = nurture("leads", "add", "bob@x.example")

    assert "not enrolled: welcome: no consent is recorded for it" in said.out
    assert "Next: nothing; `nurture sequences enroll NAME bob@x.example`" in said.out


def test_who_has_neither_zone_nor_country_is_said_to_have_ours(nurture: Nurture) -> None:
    said = nurture("leads", "add", "bob@x.example").out
    assert "Zone and country are not known: UTC and holidays of no country hold." in said
    assert "not known" not in nurture("leads", "add", "eve@x.example", "--country", "FR").out


def test_declared_attributes_can_be_set(nurture: Nurture, project: Path) -> None:
    edit(project / "config.toml", '#industry = "text"', 'industry = "text"')
    assert nurture("leads", "add", "a@b.example", "--set", "industry=felt = wool").status == 1
    assert nurture("leads", "add", "a@b.example", "--set", "industry=felt").status == 0
    assert "industry  felt" in nurture("leads", "show", "a@b.example").out


def test_hold_resume_and_stop(nurture: Nurture, ada: str) -> None:
    assert (
        "is on hold until Sat 2050-01-01"
        in nurture("leads", "hold", ada, "--until", "2050-01-01", "asked", "for", "it").out
    )
    held = nurture("why", ada, "--json").json
    assert held["hold"]["reason"] == "asked for it"
    assert held["hold"]["until"] == "2050-01-01T00:00:00+00:00"

    assert "Next: " in nurture("leads", "resume", ada).out
    assert nurture("why", ada, "--json").json["hold"] is None

    assert nurture("leads", "stop", ada, "a duplicate").status == 0
    stopped = nurture("why", ada, "--json").json
    assert (stopped["next"], stopped["lead"]["track"]) == ([], "none")


@pytest.mark.parametrize("day", ["2020-01-01", "tomorrow", "2027-13-01"])
def test_a_hold_ends_on_a_day_to_come(nurture: Nurture, ada: str, day: str) -> None:
    said = nurture("leads", "hold", ada, "--until", day)

    assert said.status == 1
    assert said.err.startswith(day)
    assert nurture("why", ada, "--json").json["hold"] is None


def test_a_purchase_is_recorded(nurture: Nurture, ada: str) -> None:
    said = nurture("outcome", ada, "won", "1,500", "liked", "the", "panels")

    assert f"{ada}: won is recorded." in said.out
    assert "won 1500: liked the panels" in said.out
    assert nurture("leads", "show", ada, "--json").json["lead"]["stage"] == "customer"


@pytest.mark.parametrize(
    ("result", "words", "expected"),
    [
        (Outcome.WON, ["500"], (500, "won 500")),
        (Outcome.WON, ["1'500", "panels"], (1500, "won 1500: panels")),
        (Outcome.WON, ["panels"], (None, "won: panels")),
        (Outcome.LOST, ["5", "others", "were", "cheaper"], (None, "lost: 5 others were cheaper")),
        (Outcome.NURTURE, [], (None, "nurture")),
    ],
)
def test_an_amount_stands_first_and_only_after_won(
    result: Outcome, words: list[str], expected: tuple[int | None, str]
) -> None:
    assert split(result, words) == expected


def test_lists_can_be_narrowed(nurture: Nurture, ada: str) -> None:
    nurture("leads", "add", "bob@x.example", "--stage", "decision")

    def listed(*words: str) -> list[str]:
        return [one["address"] for one in nurture("leads", "list", "--json", *words).json]

    assert listed() == [ada, "bob@x.example"]
    assert listed("--limit", "1") == [ada]
    assert listed("--track", "active") == [ada]
    assert listed("--stage", "decision") == ["bob@x.example"]
    assert listed("--limbo") == []
    assert nurture("leads", "list", "--limbo").out == "Nobody is nowhere: as it should be.\n"


def test_an_import_enrolls_only_when_asked(nurture: Nurture, project: Path) -> None:
    nurture("sequences", "launch", "welcome", "--yes")
    refused = nurture("leads", "import", "leads.csv", "--enroll", "welcome")
    assert refused.status == 2
    assert "3 leads of 3 rows would begin.\nFirst email at once (UTC)" in refused.out
    assert "at most 200 a day.\nThe last of them gets it on " in refused.out
    assert nurture("leads", "list", "--json").json == []

    assert "Nobody was enrolled" in nurture("leads", "import", "leads.csv").out
    assert "2  in the list" not in nurture("leads", "import", "leads.csv").out
    (project / "more.csv").write_text("email,consent\nmore@x.example,fair\nnope,fair\n")
    said = nurture("leads", "import", "more.csv", "--enroll", "welcome", "--yes")
    assert "1  enrolled" in said.out
    assert "line 3: " in said.out
    assert "more.csv.rejected.csv" in said.out


def test_a_dry_run_changes_nothing(nurture: Nurture) -> None:
    said = nurture("leads", "import", "leads.csv", "--dry-run", "--map", "company=source")

    assert "This was a dry run: nothing was changed." in said.out
    assert "company → source" in " ".join(said.out.split())
    assert nurture("leads", "list", "--json").json == []


def test_what_is_suppressed_is_never_mailed(
    nurture: Nurture, ada: str, plan: Callable[[], None]
) -> None:
    plan()
    nurture("suppress", "add", ada.upper(), "asked by telephone")

    assert "nothing, the address is never mailed: asked by telephone" in nurture("why", ada).out
    assert nurture("outbox", "list", "--json").json == []
    assert nurture("suppress", "list", "--json").json[0]["reason"] == "asked by telephone"
    assert ada not in nurture("suppress", "list").out
    assert nurture("suppress", "add", ada).out == f"{ada} was suppressed already.\n"


def test_what_was_suppressed_in_error_can_be_lifted(nurture: Nurture, ada: str) -> None:
    nurture("suppress", "add", ada)
    assert nurture("suppress", "remove", ada).status == 2
    said = nurture("suppress", "remove", ada.upper(), "--because", "a slip of the pen")
    assert said.out.startswith(f"{ada} may be mailed again. ")
    assert "again: a slip of the pen" in " ".join(nurture("why", ada).out.split())
    again = nurture("suppress", "remove", ada, "--because", "again")
    assert again.status == 1
    assert f"{ada} is not suppressed" in again.err


def test_a_domain_can_be_suppressed(nurture: Nurture, ada: str) -> None:
    assert nurture("suppress", "add", "@Analytical.Example").status == 0
    assert nurture("why", ada, "--json").json["suppressed"] == "suppressed by hand"
    said = nurture("why", "somebody@analytical.example")
    assert "is no lead, and is never mailed: suppressed by hand" in said.err
