"""What needs a person, and what a person decides about messages, holds and alerts."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from inspect import getsource
from pathlib import Path
from shlex import quote

import pytest

from tests.store.test_records import MAIL
from tests.unit.cli.conftest import Nurture
from worker.cli.advice import advice_on
from worker.clock import SystemClock
from worker.config import load
from worker.core import transitions
from worker.daemon.identity import identity
from worker.daemon.opening import open_database
from worker.engine.control import HELD_ALL
from worker.store import alerts, incoming
from worker.store.alerts import Alert

ASKED = sorted(set(re.findall(r'Ask\("(\w+)"\)', getsource(transitions))))


@pytest.fixture
def alarm(project: Path) -> Callable[[str, str, str], None]:
    """Raise an alert, as the engine would."""

    def run(kind: str, subject: str, text: str) -> None:
        settings = load(project / "config.toml")
        with closing(open_database(settings)) as database, database.write() as connection:
            alerts.raise_(connection, kind, subject, text, SystemClock().now())

    return run


def test_a_new_project_needs_nobody(nurture: Nurture) -> None:
    told = nurture("status").out

    assert "Nurture is not running here; `nurture run` starts it." in told
    assert "No alerts: nothing needs a person." in told
    assert "Times are those of UTC." in told


def test_status_knows_how_much_a_new_mailbox_may_send_today(nurture: Nurture) -> None:
    [mailbox] = nurture("status", "--json").json["mailboxes"]
    assert (mailbox["limit_today"], mailbox["daily_limit"]) == (20, 200)
    [row] = [line for line in nurture("status").out.splitlines() if "sales" in line]
    assert row.split()[-1] == "20"


def test_status_sees_a_running_worker(nurture: Nurture, project: Path) -> None:
    with identity(project / "state"):
        assert nurture("status", "--json").json["running"] is True
    assert nurture("status", "--json").json["running"] is False


def test_an_alert_stays_until_somebody_looked(
    nurture: Nurture, ada: str, alarm: Callable[[str, str, str], None]
) -> None:
    alarm("reply", ada, "Ada: “tell me\x1b[2J more”")
    told = " ".join(nurture("status").out.split())
    assert "1 alert" in told
    assert "“tell me [2J more”" in told
    assert f"`nurture leads resume {ada}`" in told

    number = nurture("status", "--json").json["alerts"][0]["id"]
    assert nurture("status", "--seen", str(number)).status == 0
    assert nurture("status", "--json").json["alerts"] == []


def test_what_stops_mail_is_the_last_and_never_left_out(
    nurture: Nurture, alarm: Callable[[str, str, str], None]
) -> None:
    alarm("mailbox", "sales", "the mailbox is paused")
    for number in range(120):
        alarm("late", f"message {number}", f"message {number} is late")
    said = nurture("status").out
    assert "121 alerts\nThe oldest 21 are left out; `nurture status --json` has them.\n" in said
    assert "message 20 is late" not in said
    assert said.index("message 21 is late") < said.index("the mailbox is paused")
    assert len(nurture("status", "--json").json["alerts"]) == 121


def test_what_held_everything_needs_nobody_once_it_goes_on(
    nurture: Nurture, alarm: Callable[[str, str, str], None]
) -> None:
    about = (*HELD_ALL, ("restored", "step:1:welcome"), ("mailbox", "sales"))
    for kind, subject in about:
        alarm(kind, subject, "…")
    nurture("pause")
    nurture("resume")
    left = [(one["kind"], one["subject"]) for one in nurture("status", "--json").json["alerts"]]
    assert left == [("restored", "step:1:welcome"), ("mailbox", "sales")]


def test_a_sequence_that_goes_on_closes_no_alert_about_a_mailbox_of_its_name(
    nurture: Nurture, ada: str, alarm: Callable[[str, str, str], None]
) -> None:
    alarm("mailbox", "welcome", "the mailbox welcome is paused")
    nurture("pause", "--sequence", "welcome")
    nurture("resume", "--sequence", "welcome")
    assert len(nurture("status", "--json").json["alerts"]) == 1


@pytest.mark.parametrize("kind", ASKED)
def test_whoever_is_asked_is_told_what_to_do(kind: str) -> None:
    assert advice_on(Alert(1, kind, "ada@analytical.example", "Ada: …", SystemClock().now()))


@pytest.mark.parametrize("address", ["`id`@x.example", "a|b&$ifs@x.example", "o'brien@x.example"])
def test_no_address_is_a_command_to_whoever_copies_one(nurture: Nurture, address: str) -> None:
    """All of these are addresses (RFC 5322 §3.2.3), and anybody can have one taken in."""
    alert = Alert(1, "reply", address, "…", SystemClock().now())
    assert f"`nurture leads resume {quote(address)}`" in advice_on(alert)
    nurture("leads", "add", address, "--consent", "form")
    assert quote(address) in nurture("leads", "hold", address).out
    assert quote(address) in nurture("leads", "show", address).out
    assert quote(address) in nurture("why", address).out


@pytest.mark.parametrize(
    ("words", "scope", "subject"),
    [
        ((), "everything", ""),
        (("--mailbox", "sales"), "mailbox", "sales"),
        (("--sequence", "welcome"), "sequence", "welcome"),
        (("--domain", "@X.Example"), "company", "x.example"),
    ],
)
def test_pause_and_resume(
    nurture: Nurture, ada: str, words: tuple[str, ...], scope: str, subject: str
) -> None:
    assert nurture("pause", *words, "a", "reason").status == 0
    assert "on hold already" in nurture("pause", *words).out
    holds = nurture("status", "--json").json["holds"]
    assert [(one["scope"], one["subject"], one["reason"]) for one in holds] == [
        (scope, subject, "a reason")
    ]
    assert "a reason" in nurture("status").out

    assert "goes on" in nurture("resume", *words).out
    assert nurture("status", "--json").json["holds"] == []
    assert "was not on hold" in nurture("resume", *words).out


def test_a_pause_of_a_domain_says_how_many_it_holds(nurture: Nurture, ada: str) -> None:
    domain = ada.partition("@")[2]
    said = nurture("pause", "--domain", domain).out
    assert f"The domain {domain} is on hold, with 1 lead there." in said
    assert "is on hold, with 0 leads there." in nurture("pause", "--domain", "slip.example").out


def test_resume_names_what_is_still_held(nurture: Nurture) -> None:
    nurture("pause")
    nurture("pause", "--mailbox", "sales")

    assert "Still on hold: 1; see `nurture status`." in nurture("resume").out


def test_a_planned_message_can_be_read_and_dropped(
    nurture: Nurture, ada: str, plan: Callable[[], None]
) -> None:
    plan()
    (message,) = nurture("outbox", "list", "--json").json
    number = str(message["id"])
    assert (message["recipient"], message["state"]) == (ada, "planned")
    assert ada in nurture("outbox", "list").out
    assert "Hello Ada," in nurture("outbox", "show", number).out
    assert nurture("outbox", "show", number, "--json").json["text"].startswith("Subject: ")

    assert nurture("outbox", "drop", number).status == 0
    said = nurture("outbox", "drop", number)
    assert said.status == 1
    assert said.err == f"message {number} cannot be dropped: it is cancelled\n"
    why = nurture("why", number)
    assert "a person dropped it" in why.out
    assert nurture("outbox", "list", "--state", "cancelled", "--json").json[0]["id"] == int(number)


def test_a_message_that_is_not_held_cannot_be_released(
    nurture: Nurture, ada: str, plan: Callable[[], None]
) -> None:
    plan()
    said = nurture("outbox", "release", "1")

    assert said.status == 1
    assert said.err.startswith("message 1 is not held")


def test_empty_lists_say_something_helpful(nurture: Nurture) -> None:
    for group in ("leads", "outbox", "inbox", "suppress"):
        said = nurture(group, "list")
        assert said.status == 0
        assert "`nurture " in said.out
        assert nurture(group, "list", "--json").json == []


def test_lists_say_how_many_there_are_of_what_was_asked_for(
    nurture: Nurture, ada: str, plan: Callable[[], None]
) -> None:
    plan()
    nurture("outbox", "drop", "1")
    for number in range(3):
        nurture("leads", "add", f"lead{number}@firm.example", "--stage", "decision")
        nurture("suppress", "add", f"other{number}@firm.example")
    assert "\n2 of 3 leads.\n" in nurture("leads", "list", "--track", "none", "-n", "2").out
    assert "\n2 of 3 leads.\n" in nurture("leads", "list", "--stage", "decision", "-n", "2").out
    assert "\n2 of 4 leads.\n" in nurture("leads", "list", "-n", "2").out
    assert "No lead is like that" in nurture("leads", "list", "--stage", "customer").out
    assert "\n1 of 1 message. " in nurture("outbox", "list", "--state", "cancelled").out
    assert "2 of 3 suppressions. " in nurture("suppress", "list", "-n", "2").out


def test_the_inbox_says_how_many_mails_came(nurture: Nurture, project: Path) -> None:
    mails = [replace(MAIL, uid=number, digest=f"d{number}") for number in range(3)]
    settings = load(project / "config.toml")
    with closing(open_database(settings)) as database, database.write() as connection:
        incoming.add(connection, mails)
    assert "\n2 of 3 mails; " in nurture("inbox", "list", "-n", "2").out


def test_mail_files_are_classified_without_a_project(
    nurture: Nurture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mail = (
        b"From: a@b.example\r\nTo: s@f.example\r\nSubject: Re: Rooms\r\n\r\nYes, please call.\r\n"
    )
    (tmp_path / "one.eml").write_bytes(mail)

    assert nurture("inbox", "classify", "one.eml", "--json").json["kind"] == "human"
    assert "human" in nurture("inbox", "classify", "one.eml").out


@pytest.mark.usefixtures("eighty")
def test_everything_fits_eighty_columns(
    nurture: Nurture, ada: str, plan: Callable[[], None]
) -> None:
    nurture("leads", "add", f"{'long' * 15}@{'longer' * 8}.example", "--company", "Long " * 30)
    plan()
    nurture("pause", *["because"] * 30)
    listings = (
        ("status",),
        ("why", ada),
        ("leads", "list"),
        ("leads", "show", ada),
        ("outbox", "list"),
        ("sequences", "list"),
        ("sequences", "show", "welcome"),
        ("editions", "list"),
    )
    for words in listings:
        lines = nurture(*words).out.splitlines()
        assert len(lines) > 1
        assert max(map(len, lines)) <= 80, f"{words} is too wide"
