"""`nurture simulate`: who would get what and when; nothing is sent, and nothing is changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture, edit

MADE_UP = ("--leads", "6", "--from", "2027-01-04", "--days", "20", "--sequence", "welcome")
FORTNIGHT, TEN_DAYS = 'after   = "14 days"', 'after   = "10 days"'


def test_the_same_question_has_the_same_answer_to_the_byte(nurture: Nurture) -> None:
    words = ("simulate", *MADE_UP, "--rate", "reply=40%", "--rate", "bounce=20%", "--json")
    first, again = nurture(*words), nurture(*words)
    assert first.status == 0, first.err
    assert first.out == again.out
    assert nurture(*words, "--seed", "2").json["sends"] != first.json["sends"]


def test_the_guide_shows_what_its_command_shows(nurture: Nurture) -> None:
    page = (Path(__file__).parents[3] / "docs/simulating.md").read_text()
    command = next(line for line in page.splitlines() if line.startswith("nurture simulate"))
    told = page.partition("warnings such as `")[2].partition("`")[0]
    texts = [one["text"] for one in nurture(*command.split()[1:], "--json").json["warnings"]]
    assert any(text.startswith(told) for text in texts), texts


def test_who_answers_gets_nothing_more(nurture: Nurture) -> None:
    silent = nurture("simulate", *MADE_UP, "--json").json
    answered = nurture("simulate", *MADE_UP, "--rate", "reply=100%", "--json").json
    assert (silent["emails"], answered["emails"]) == (12, 6)
    assert {one[2] for one in answered["sends"]} == {"welcome/welcome"}


@pytest.mark.usefixtures("eighty")
def test_the_picture_fits_eighty_columns_and_says_what_is_in_it(nurture: Nurture) -> None:
    said = nurture("simulate", *MADE_UP, "--lead", "lead00001@company00001.example")
    assert said.status == 0, said.err
    assert max(map(len, said.out.splitlines())) <= 80
    assert "Mon 2027-01-04 to Sat 2027-01-23: 6 leads, 12 emails" in said.out
    assert "2027-01-11" in said.out
    assert "welcome / features" in said.out
    assert "Nobody answers" in said.out
    assert "came in, in a simulation" in said.out


@pytest.mark.usefixtures("eighty")
def test_what_people_are_to_do_stands_beside_the_emails(nurture: Nurture) -> None:
    nine = ("--leads", "3", "--from", "2027-01-04", "--days", "30", "--sequence", "nine-touch")
    said = nurture("simulate", *nine, "--plan", "plan.json")
    assert said.status == 0, said.err
    assert max(map(len, said.out.splitlines())) <= 80
    assert "3 leads, 21 emails, 24 tasks" in said.out
    found = nurture("simulate", *nine, "--json").json
    first = found["steps"][0]
    assert (first["step"], first["what"], first["leads"]) == ("call-1", "call", 3)
    assert found["task_calendar"][0] == {"day": "2027-01-04", "kinds": {"call": 3}}
    assert len(found["sends"]) == 45
    assert '"nine-touch/call-1", "task: call"]' in Path("plan.json").read_text()
    assert nurture("simulate", "--expect", "plan.json").out == "As plan.json says: 45 touches.\n"


CAPPED = """\
title = "Capped"
enroll = { on = "lead.created" }
cap = { day = 1 }

[[step]]
id = "mail"
day = 1
email = "welcome/welcome.html"
purpose = "value"

[[step]]
id = "call"
after = "0 minutes"
task = "call"
"""


def test_a_task_that_a_cap_puts_off_stands_among_what_is_in_the_way(
    nurture: Nurture, project: Path
) -> None:
    (project / "sequences/capped.toml").write_text(CAPPED, encoding="utf-8")
    words = ("--leads", "2", "--from", "2027-01-04", "--days", "3", "--sequence", "capped")
    found = nurture("simulate", *words, "--json").json
    [rule] = found["obstacles"]
    assert (rule["rule"], rule["times"], rule["leads"]) == ("cap.day", 2, 2)
    assert {one[0][:10] for one in found["sends"] if one[3] == "task: call"} == {"2027-01-05"}


def test_no_project_of_its_own_is_needed_beside_the_files(nurture: Nurture, project: Path) -> None:
    """A machine that checks a plan has neither the key nor the database."""
    (project / "secret.key").unlink()
    (project / "nurture.db").unlink()
    assert nurture("simulate", *MADE_UP).status == 0
    assert not (project / "nurture.db").exists()


def test_a_plan_is_as_expected_until_the_sequence_changes(nurture: Nurture, project: Path) -> None:
    assert nurture("simulate", *MADE_UP, "--plan", "plan.json").status == 0
    same = nurture("simulate", "--expect", "plan.json")
    assert (same.status, same.out) == (0, "As plan.json says: 12 touches.\n")
    edit(project / "sequences/welcome.toml", FORTNIGHT, TEN_DAYS)
    changed = nurture("simulate", "--expect", "plan.json")
    assert changed.status == 1
    assert "6 leads get something differently; 6 touches stay" in changed.out
    assert "welcome/features moves from 2027-01-" in changed.out
    written = Path("plan.json").read_bytes()
    assert nurture("simulate", *MADE_UP, "--plan", "plan.json").status == 0
    assert nurture("simulate", "--expect", "plan.json").status == 0
    assert Path("plan.json").read_bytes() != written


def test_a_file_is_compared_with_what_is_launched(nurture: Nurture, project: Path) -> None:
    nurture("sequences", "launch", "welcome", "--yes")
    same = nurture("simulate", *MADE_UP, "--diff", "launched")
    assert same.out.startswith("No difference: 12 touches")
    edit(project / "sequences/welcome.toml", FORTNIGHT, TEN_DAYS)
    found = nurture("simulate", *MADE_UP, "--diff", "launched", "--json").json
    assert found["steps"] == [
        {
            "step": "welcome/features",
            "kind": "moved",
            "leads": 6,
            "example": found["steps"][0]["example"],
        }
    ]


def test_a_file_is_compared_with_a_revision_and_another_file(
    nurture: Nurture, project: Path
) -> None:
    git = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@x.example")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "Begin")):
        subprocess.run((*git, *words), cwd=project, check=True)
    former = (project / "sequences/welcome.toml").read_text()
    edit(project / "sequences/welcome.toml", FORTNIGHT, TEN_DAYS)
    (project / "former.toml").write_text(former)
    by_git = nurture("simulate", *MADE_UP, "--diff", "git:HEAD", "--json")
    assert by_git.json["leads"] == 6, by_git.err
    assert nurture("simulate", *MADE_UP, "--diff", "former.toml", "--json").out == by_git.out
    unknown = nurture("simulate", *MADE_UP, "--diff", "git:nothing")
    assert unknown.status == 1
    assert "git has no sequences of nothing" in unknown.err


def test_the_real_leads_go_on_in_a_copy(nurture: Nurture, project: Path, ada: str) -> None:
    before = nurture("leads", "show", ada).out
    said = nurture("simulate", "--days", "40", "--json", "--lead", ada)
    assert said.status == 0, said.err
    assert [one[1:3] for one in said.json["sends"]] == [
        [ada, "welcome/welcome"],
        [ada, "welcome/features"],
    ]
    assert nurture("leads", "show", ada).out == before


def test_a_page_is_written(nurture: Nurture, project: Path) -> None:
    said = nurture("simulate", *MADE_UP, "--html", "page.html")
    assert said.err.endswith("page.html is written.\n")
    assert "<svg" in (project / "page.html").read_text()
    unwritable = nurture("simulate", *MADE_UP, "--days", "1", "--html", "nowhere/page.html")
    assert (unwritable.status, "cannot be written" in unwritable.err) == (1, True)


def test_a_list_is_read_and_nothing_is_written_beside_it(nurture: Nurture, project: Path) -> None:
    there = set(project.iterdir())
    (project / "list.csv").write_text("email,stage\nada@x.example,awareness\nnonsense,awareness\n")
    words = ("simulate", "--csv", "list.csv", "--days", "3", "-s", "welcome", "--json")
    said = nurture(*words, "--consent", "spring fair")
    assert said.json["sends"][0][1] == "ada@x.example", said.err
    assert said.json["leads"] == 1
    [warned] = said.json["warnings"]
    assert warned["kind"] == "list"
    assert warned["text"].startswith('1 row is not taken, of 2 in the list: line 3: "nonsense"')
    assert set(project.iterdir()) == {*there, project / "list.csv"}


def test_who_did_not_agree_gets_nothing_as_after_an_import(nurture: Nurture, project: Path) -> None:
    (project / "list.csv").write_text("email,agreed\nada@x.example,spring fair\nbob@x.example,\n")
    words = ("simulate", "--csv", "list.csv", "--days", "3", "-s", "welcome", "--json")
    silent = nurture(*words).json
    assert (silent["leads"], silent["sends"]) == (2, [])
    assert silent["warnings"][0]["text"].startswith("2 leads have no consent on record")
    agreed = nurture(*words, "--map", "agreed=consent")
    assert [one[1] for one in agreed.json["sends"]] == ["ada@x.example"], agreed.err
    texts = [one["text"] for one in agreed.json["warnings"]]
    assert texts[0].startswith("1 lead has no consent on record and gets nothing; --consent TEXT")


def test_a_plan_of_a_list_remembers_how_it_was_read(nurture: Nurture, project: Path) -> None:
    (project / "list.csv").write_text("who\nada@x.example\n")
    read = ("--map", "who=email", "--consent", "spring fair", "--from", "2027-01-04")
    written = nurture("simulate", "--csv", "list.csv", "-s", "welcome", *read, "--plan", "a.json")
    assert written.status == 0, written.err
    assert nurture("simulate", "--expect", "a.json").out == "As a.json says: 2 touches.\n"


def test_what_is_wrong_with_a_list_names_it(nurture: Nurture, project: Path) -> None:
    (project / "list.csv").write_text("who\nada@x.example\n")
    said = nurture("simulate", "--csv", "list.csv", "-s", "welcome")
    assert said.status == 1
    assert said.err.startswith("list.csv:1: no column holds")


def test_what_does_not_go_together_is_said_in_a_sentence(nurture: Nurture) -> None:
    for words, said in (
        (("--leads", "3", "--csv", "leads.csv"), "choose one"),
        (("--from", "2027-01-04"), "--from needs --leads or --csv"),
        (("--leads", "3", "--consent", "spring fair"), "name it with --csv"),
        (("--leads", "3", "--map", "who=email"), "name it with --csv"),
        (("--leads", "3", "--existing"), "--existing takes the project's own leads"),
        (("--leads", "3", "--from", "soon"), "soon is no date"),
        (("--leads", "3", "--from", "9999-12-01"), "expected a day from 1971-01-01 to 2999-12-31"),
        ((*MADE_UP, "--diff", "nothing.toml"), "nothing.toml: there is no such file"),
        (("--leads", "3", "--sequence", "nothing"), "there is no sequences/nothing.toml"),
        (("--leads", "3", "--rate", "reply=many"), "expected a share such as"),
        (("--csv", "nothing.csv"), "nothing.csv: there is no such file"),
        (("--leads", "3", "--expect", "leads.csv"), "leads.csv: is no send plan"),
        (("--leads", "3", "--days", "1", "--lead", "who@x.example"), "no lead of this simulation"),
    ):
        found = nurture("simulate", *words)
        assert found.status == 1, words
        assert said in found.err, found.err
