"""Whatever a person gets wrong is one sentence each: where, what, and what to do; never a trace."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture, Said, edit
from worker.store.database import sqlite_module


def complained(said: Said, *parts: str) -> None:
    """One line on the standard error that has all of this, and failure."""
    assert (said.status, said.out) == (1, "")
    assert said.err.count("\n") == 1, said.err
    for part in parts:
        assert part in said.err


def test_no_configuration(
    nurture: Nurture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    complained(nurture("status"), "config.toml: there is no such file", "nurture init DIR")


def test_a_wrong_key_in_the_configuration(nurture: Nurture, project: Path) -> None:
    edit(project / "config.toml", '\nname = "sales"', '\nname = "sales"\nfrm = "x"')
    complained(nurture("run"), "config.toml:", "mailbox[1].frm: not understood", '"from" was meant')


def test_several_problems_are_counted(nurture: Nurture, project: Path) -> None:
    edit(project / "config.toml", '#zone = "UTC"', 'zone = "UTX"\nlanguge = "en"')
    said = nurture("status")

    assert said.status == 1
    first, second, count = said.err.splitlines()
    assert "zone: unknown zone" in first
    assert "languge: not understood" in second
    assert count == "2 problems"


def test_a_broken_sequence_cannot_be_launched(nurture: Nurture, project: Path) -> None:
    edit(project / "sequences/welcome.toml", 'after   = "14 days"', 'after   = "-14 days"')
    complained(
        nurture("sequences", "launch", "welcome", "--yes"),
        "sequences/welcome.toml:",
        "step[2].after: ",
    )


def test_a_missing_template(nurture: Nurture, project: Path) -> None:
    (project / "templates/welcome/features.html").unlink()
    said = nurture("sequences", "launch", "welcome", "--yes")
    complained(said, "sequences/welcome.toml:", 'no template "welcome/features.html"')


def test_an_unknown_variable(nurture: Nurture, project: Path) -> None:
    edit(project / "templates/welcome/welcome.html", "{{ lead.first_name or", "{{ lead.frst or")
    said = nurture("sequences", "launch", "welcome", "--yes")
    complained(said, "templates/welcome/welcome.html:", "lead.frst")


def test_check_finds_all_of_them_at_once(nurture: Nurture, project: Path) -> None:
    edit(project / "sequences/welcome.toml", 'slip    = "back"', 'slp     = "back"')
    edit(project / "templates/welcome/welcome.html", "{{ lead.first_name or", "{{ lead.frst or")
    edit(project / "templates/cross-sell/month-later.html", "{% block body %}", "{% blok body %}")
    said = nurture("check")

    assert said.status == 1
    assert said.err == ""
    found = [line.split(": ")[0] for line in said.out.splitlines() if line.startswith("error")]
    assert [place.split()[1].partition(":")[0] for place in found] == [
        "sequences/welcome.toml",
        "templates/cross-sell/month-later.html",
        "templates/welcome/welcome.html",
    ]
    assert "3 errors" in said.out.splitlines()[-1]
    assert {one["severity"] for one in nurture("check", "--json").json} == {"error", "advice"}


def test_a_list_in_utf_16_is_understood(nurture: Nurture, project: Path) -> None:
    text = "email;first name;consent\nzoë@müller.example;Zoë;fair\n".replace("zoë@", "zoe@")
    (project / "list.csv").write_text(text, encoding="utf-16")
    said = nurture("leads", "import", "list.csv")

    assert said.status == 0
    assert nurture("leads", "list", "--json").json[0]["first_name"] == "Zoë"


def test_a_list_without_addresses(nurture: Nurture, project: Path) -> None:
    (project / "list.csv").write_bytes("name\nAda\n".encode("utf-16-le"))
    complained(nurture("leads", "import", "list.csv"), "list.csv:1: no column holds", "--map")


def test_a_workbook_is_no_list(nurture: Nurture, project: Path) -> None:
    (project / "list.xlsx").write_bytes(b"PK\x03\x04" + bytes(100))
    complained(nurture("leads", "import", "list.xlsx"), "list.xlsx: is a workbook, not CSV")


def test_a_list_that_is_not_there(nurture: Nurture) -> None:
    complained(nurture("leads", "import", "nobody.csv"), "nobody.csv: cannot be read")


def test_a_locked_database(
    nurture: Nurture, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NURTURE_DATABASE", "sqlite:///nurture.db?timeout=0.05")
    with closing(sqlite_module().connect(project / "nurture.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = nurture("leads", "add", "ada@analytical.example")
        complained(said, "nurture.db", "is locked by another program: stop it, or wait")
        other.execute("ROLLBACK")
    assert nurture("leads", "list", "--json").json == []


def test_a_damaged_database(nurture: Nurture, project: Path) -> None:
    (project / "nurture.db").write_bytes(b"not a database, but long enough to be read as one")
    complained(nurture("status"), "is damaged", "restore a backup")


def test_an_empty_database(nurture: Nurture, project: Path) -> None:
    (project / "nurture.db").write_bytes(b"")
    complained(nurture("status"), "the database is empty: run `nurture db upgrade`")
    assert nurture("db", "upgrade").out == "The database is now at the schema of this version.\n"
    assert nurture("status").status == 0


def test_the_key_is_gone_or_another(nurture: Nurture, project: Path) -> None:
    key = project / "secret.key"
    key.unlink()
    complained(nurture("status"), "secrets.key_file: cannot read", "only a backup brings it back")
    key.write_text("another" * 10)
    complained(nurture("status"), "put the former key file back")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("leads", "show", "nobody@x.example"), "no lead has the address nobody@x.example"),
        (("leads", "add", ""), "the address is empty"),
        (("leads", "add", "nobody"), '"nobody" is not an address'),
        (("leads", "add", "a@b.example", "--set", "shoe=9"), '"shoe" is no field of a lead'),
        (("sequences", "launch", "nope"), "there is no sequences/nope.toml"),
        (("sequences", "enroll", "nope", "a@b.example"), "no sequence called nope is launched"),
        (("editions", "approve", "2026-13"), "2026-13 is no month"),
        (("editions", "approve", "2099-01"), "write templates/newsletter/2099-01.html first"),
        (("outbox", "show", "7"), "no message has the id 7"),
        (("why", "nobody@x.example"), "no lead or message is called nobody@x.example"),
        (("why", "7"), "no message has the id 7"),
        (("status", "--seen", "7"), "no alert 7 is open"),
        (("pause", "--mailbox", "nope"), "no mailbox is called nope; the configuration has sales"),
        (("suppress", "add", "nobody"), '"nobody" is not an address'),
        (("suppress", "add", "@foo"), '"@foo" is no domain; expected one such as x.example'),
        (("pause", "--domain", "foo"), '"foo" is no domain; expected one such as x.example'),
        (("inbox", "classify", "nothing.eml"), "nothing.eml: no such file or folder"),
    ],
)
def test_a_name_that_nothing_has(nurture: Nurture, words: tuple[str, ...], sentence: str) -> None:
    complained(nurture(*words), sentence)


@pytest.mark.parametrize(
    "words",
    [
        ("nope",),
        ("leads", "nope"),
        ("leads", "list", "--nope"),
        ("leads", "list", "--track", "nope"),
        ("outcome", "a@b.example", "maybe"),
        ("outcome", "a@b.example", "won", "5.5"),
        ("leads", "add", "a@b.example", "--set", "shoe"),
        ("pause", "--mailbox", "sales", "--domain", "x.example"),
    ],
)
def test_wrong_use_is_exit_status_2(nurture: Nurture, words: tuple[str, ...]) -> None:
    said = nurture(*words)

    assert said.status == 2
    assert "Error: " in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("leads", "list", "-n"),
        ("agenda", "-n"),
        ("status", "--seen"),
        ("inbox", "show"),
        ("tasks", "done"),
        ("outbox", "drop"),
    ],
)
def test_a_number_that_no_database_holds_is_wrong_use(
    nurture: Nurture, words: tuple[str, ...]
) -> None:
    said = nurture(*words, "9" * 30)
    assert said.status == 2
    assert said.err.endswith(": expected 9223372036854775807 or less\n")


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["", "json"])
def test_a_correction_says_what_a_mail_means(nurture: Nurture, form: tuple[str, ...]) -> None:
    """Else an opt-out would be lifted by a word that was left out."""
    said = nurture("inbox", "correct", "7", *form)
    assert said.status == 2
    assert "Error: Invalid value: say what it means, by --intent or --kind\n" in said.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("leads", "list", "--track", "x"), "'x' is not one of 'active', 'newsletter', 'none'\n"),
        (("outbox", "resolve", "1", "x"), "'x' is not one of 'sent', 'again', 'drop'\n"),
        (("leads", "list", "-n", "0"), "'--limit' / '-n': expected 1 or more\n"),
        (("leads", "add", "a@b.example", "--score", "x"), "'--score': expected a whole number\n"),
        (("demo", "--seconds", "x"), "'--seconds': expected a number\n"),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(
    nurture: Nurture, words: tuple[str, ...], sentence: str
) -> None:
    said = nurture(*words)
    assert said.status == 2
    assert said.err.endswith(sentence)
    assert "Value error" not in said.err
    assert "Input should" not in said.err
