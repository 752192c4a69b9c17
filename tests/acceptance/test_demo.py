"""The whole demo, on the virtual clock: what it shows, what it claims, and how it ends."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import smtplib
import subprocess
import threading
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.acceptance.demo_parts import START, console, in_lines, interfering, record_of, text
from worker.demo import run
from worker.demo.checks import checks
from worker.demo.happening import Happening, Kind
from worker.demo.record import Record
from worker.demo.summary import SHOWN, commands
from worker.demo.world import World
from worker.sandbox.reactions import Kind as Reaction
from worker.sandbox.reading import header, parse
from worker.store import alerts, holds


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The evidence of one undisturbed play."""
    folder = tmp_path_factory.mktemp("play") / "demo"
    return record_of(folder, START, in_lines(console()))


def kinds(record: Record, address: str) -> list[Kind]:
    return [mail.kind for mail in record.to(address)]


def test_the_judge_finds_nothing_and_every_claim_holds(record: Record) -> None:
    assert record.verdict.violations == ()
    assert [check for check in checks(record) if not check.holds] == []


def test_every_lead_is_welcomed_at_once_by_day_and_by_night(record: Record) -> None:
    welcomes = record.of(Kind.WELCOME)
    assert {mail.address: mail.at for mail in welcomes} == record.came
    assert len(welcomes) == len(record.came) == 24
    assert {mail.at.hour for mail in welcomes} & set(range(5)), "nobody came in at night"
    assert any(mail.at.weekday() >= 5 for mail in welcomes), "nobody came in on a weekend"


def test_a_silent_lead_gets_all_and_then_one_edition_a_month(record: Record) -> None:
    mails = record.to("lars@nilsson.example")
    assert [mail.kind for mail in mails] == [
        Kind.WELCOME,
        Kind.FEATURES,
        Kind.EDITION,
        Kind.EDITION,
    ]
    assert [mail.at.month for mail in mails[2:]] == [2, 3]


def test_who_buys_gets_the_cross_sell_and_no_newsletter(record: Record) -> None:
    assert kinds(record, "ada@analytical.example") == [Kind.WELCOME, Kind.CROSS_SELL]
    assert kinds(record, "mei.tan@harbourfoods.example") == [Kind.WELCOME, Kind.CROSS_SELL]


def test_whoever_replies_or_opts_out_is_left_in_peace(record: Record) -> None:
    bought = {one.address for one in record.crowd.log if one.kind is Reaction.PURCHASE}
    last_word = (Reaction.REPLY, Reaction.OPT_OUT)
    spoke = [one for one in record.crowd.log if one.kind in last_word]
    assert len(spoke) == 10
    for one in spoke:
        if one.address not in bought:
            assert all(mail.at <= one.when.at for mail in record.to(one.address))


def test_an_edition_is_answered_and_a_person_takes_over(record: Record) -> None:
    assert kinds(record, "yuki@satodesign.example")[-1] is Kind.EDITION
    assert kinds(record, "yuki@satodesign.example").count(Kind.EDITION) == 1


def test_after_an_absence_the_wait_goes_on_where_it_stood(record: Record) -> None:
    welcome, features, *editions = record.to("h.schmidt@nordlicht.example")
    assert features.kind is Kind.FEATURES
    assert (features.at - welcome.at).days > 14
    assert [mail.kind for mail in editions] == [Kind.EDITION]


def test_a_full_mailbox_is_tried_again_and_a_dead_one_is_not(record: Record) -> None:
    assert len(kinds(record, "rosa@martins.example")) > 1
    assert kinds(record, "peter.novak@novak.example") == [Kind.WELCOME]


def test_lines_are_plain_and_the_commands_it_names_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my demo"
    assert run.main(plain=None, keep=folder) == 0  # pytest captures: there is no terminal
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert " holds" in out
    assert "BROKEN" not in out
    for command in commands(folder):
        assert f"  {command}\n" in out
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), command
        assert "ada@" in done.stdout or SHOWN not in command


def test_it_fails_where_the_judge_finds_a_violation(tmp_path: Path) -> None:
    planted: list[str] = []

    def write_to_who_replied(one: Happening, world: World, _stopping: asyncio.Event) -> None:
        if one.kind is Kind.OUTCOME and not planted:
            planted.append(one.address)
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = "sally@fellwether.example", one.address, "!"
            mail["Message-ID"] = "<planted@fellwether.example>"
            account = world.settings.mailbox[0].smtp
            assert account.password is not None
            with smtplib.SMTP(world.server.host, world.server.smtp_port) as smtp:
                smtp.login(account.username, account.password.get_secret_value())
                smtp.send_message(mail)

    printed = console()
    status = run.show(printed, tmp_path / "demo", START, interfering(write_to_who_replied))
    assert status == 1
    assert f"{planted[0]} was mailed “!”" in text(printed)
    assert "mailed after replying                          1   BROKEN" in text(printed)


def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    def interrupt(one: Happening, _world: World, _stopping: asyncio.Event) -> None:
        if one.kind is Kind.REPLY:
            os.kill(os.getpid(), signal.SIGINT)

    threads, printed = threading.active_count(), console()
    handler = signal.getsignal(signal.SIGINT)
    status = run.show(printed, tmp_path / "demo", START, interfering(interrupt))
    assert status == run.INTERRUPTED
    assert text(printed) == ""
    assert threading.active_count() == threads
    assert signal.getsignal(signal.SIGINT) is handler


def test_what_nobody_understands_is_looked_at_by_sally(tmp_path: Path) -> None:
    lars, told, open_alerts = "lars@nilsson.example", [], []

    def leave(one: Happening, world: World, stopping: asyncio.Event) -> None:
        if one.kind is Kind.WELCOME and one.address == lars:
            world.server.deliver("sally@fellwether.example", _is_challenged(world, lars))
        elif one.kind in (Kind.HARD_BOUNCE, Kind.OUTCOME):
            told.append(f"{one.address}: {one.text}")
            with world.reading() as desk:
                asked = [alert.subject for alert in alerts.open_now(desk.connection)]
                held = holds.open_now(desk.connection, desk.now)
            open_alerts.append((asked, sum(hold.until is None for hold in held)))
            if one.kind is Kind.OUTCOME:
                stopping.set()

    run.show(console(), tmp_path / "demo", START, interfering(leave))
    assert open_alerts == [([lars], 1), ([], 0)]
    assert told[1] == f"{lars}: read: no answer, it goes on"


def _is_challenged(world: World, address: str) -> bytes:
    """Return what a robot writes that lets nobody through whom it does not know."""
    [mail] = world.server.capture.to(address)
    answer = EmailMessage()
    answer["From"], answer["To"] = address, header(parse(mail.raw), "Reply-To")
    answer["Subject"], answer["Auto-Submitted"] = "Please confirm your message", "auto-replied"
    answer["In-Reply-To"] = header(parse(mail.raw), "Message-ID")
    answer.set_content("Prove that you are human: click on the link, and your mail is delivered.")
    return answer.as_bytes()
