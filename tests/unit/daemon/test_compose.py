"""Accounts are made as the configuration has them."""

from __future__ import annotations

from pathlib import Path

from tests.unit.config.project import LEAST, written
from worker.config import load
from worker.daemon.compose import smtp_account
from worker.delivery.account import Account

LOGIN = 'host = "smtp.firm.example", username = "ada", password = "hush-hush"'


def account(folder: Path, smtp: str) -> Account:
    assert LOGIN in LEAST
    settings = load(written(folder, LEAST.replace(LOGIN, smtp)))
    (mailbox,) = settings.mailbox
    return smtp_account(settings, mailbox)


def test_a_password_goes_readable_where_that_is_allowed(tmp_path: Path) -> None:
    insecure = f'{LOGIN}, security = "none", allow_insecure = true'
    assert account(tmp_path, insecure).password == "hush-hush"


def test_the_name_that_we_greet_by_can_be_set(tmp_path: Path) -> None:
    assert account(tmp_path, LOGIN).helo == ""
    assert account(tmp_path, f'{LOGIN}, helo = "mail.firm.example"').helo == "mail.firm.example"
