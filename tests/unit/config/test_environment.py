"""Variables, credentials and secret files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.unit.config.project import LEAST, faults, written
from worker.config import load
from worker.config.checks import strange_variables
from worker.config.secret import make_key, open_to_others, read_key
from worker.daemon.compose import smtp_account
from worker.errors import ConfigError

_NOBODY = 65534


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NURTURE_SENDER__COMPANY", "Other")
    monkeypatch.setenv("NURTURE_POLICY", '{"weekly_cap": 7}')
    monkeypatch.setenv("NURTURE_NEWSLETTER__DAY", "5")
    monkeypatch.setenv("NURTURE_POLICY__REQUIRE_CONSENT", "false")
    monkeypatch.setenv("NURTURE_LANGUAGE", "")
    settings = load(written(tmp_path, 'language = "de"\n' + LEAST))
    assert settings.sender.company == "Other"
    assert settings.sender.postal_address == "1 Street"
    assert (settings.policy.weekly_cap, settings.policy.require_consent) == (7, False)
    assert settings.newsletter.day == 5
    assert settings.language == "de"


def test_faults_of_the_environment_name_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NURTURE_LOG__LEVEL", "loud")
    monkeypatch.setenv("NURTURE_LOG__LEVL", "info")
    assert faults(tmp_path, LEAST) == [
        (
            'environment: NURTURE_LOG__LEVEL: expected "debug", "info", "warning" or "error", '
            'got "loud"'
        ),
        (
            'environment: NURTURE_LOG__LEVL: not understood; perhaps "level" was meant; '
            "known keys are format, level"
        ),
    ]
    monkeypatch.setenv("NURTURE_LOG", "loud")
    (found,) = faults(tmp_path, LEAST)
    assert found.startswith('environment: error parsing value for field "log"')


def test_a_variable_sets_no_part_of_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file was blamed, which was right."""
    monkeypatch.setenv("NURTURE_MAILBOX__0__SMTP__PASSWORD", "hush-hush")
    assert faults(tmp_path, LEAST) == [
        (
            "environment: NURTURE_MAILBOX__0__SMTP__PASSWORD: a variable cannot set a part of a "
            "list: set mailbox in the file, where password_env names a variable for a password"
        )
    ]


def test_variables_that_set_nothing_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NURTURE_STAT_DIR", "x")
    monkeypatch.setenv("NURTURE_LOG__LEVEL", "info")
    monkeypatch.setenv("NURTURE_CONFIG", "x")
    assert [str(error) for error in strange_variables()] == [
        (
            "environment: NURTURE_STAT_DIR: no setting is called stat_dir; "
            'perhaps "state_dir" was meant'
        )
    ]


def test_passwords_come_from_files_and_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADA_PASSWORD", "from the environment")
    (tmp_path / "ada.password").write_text("from the file\n")
    text = LEAST.replace('password = "hush-hush"', 'password_file = "ada.password"', 1)
    text = text.replace('password = "hush-hush"', 'password_env = "ADA_PASSWORD"')
    mailbox = load(written(tmp_path, text)).mailbox[0]
    assert mailbox.smtp.secret(tmp_path) == SecretStr("from the file")
    assert mailbox.imap.secret(tmp_path) == SecretStr("from the environment")


def test_a_credential_of_systemd_comes_before_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "ada.password").write_text("credential")
    (credentials / "nurture_database").write_text("postgresql://u:p@h/n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    text = LEAST.replace('password = "hush-hush"', 'password_file = "ada.password"')
    settings = load(written(tmp_path, text))
    assert settings.mailbox[0].smtp.secret(tmp_path) == SecretStr("credential")
    assert settings.database_url == "postgresql+psycopg://u:p@h/n"


def test_an_account_without_login(tmp_path: Path) -> None:
    local = LEAST.replace(
        'host = "smtp.firm.example", username = "ada", password = "hush-hush"',
        'host = "127.0.0.1", security = "none"',
    )
    smtp = load(written(tmp_path, local)).mailbox[0].smtp
    assert (smtp.port, smtp.secret(tmp_path)) == (25, SecretStr(""))
    insecure = local.replace("127.0.0.1", "10.0.0.1").replace(
        '"none"', '"none", allow_insecure=true'
    )
    assert load(written(tmp_path, insecure)).mailbox[0].smtp.allow_insecure


def test_an_account_whose_password_can_be_read_is_used_where_that_is_allowed(
    tmp_path: Path,
) -> None:
    """It passed the check, and no worker started with it."""
    readable = LEAST.replace("smtp = {", 'smtp = { security = "none", allow_insecure = true,')
    settings = load(written(tmp_path, readable))
    assert smtp_account(settings, settings.mailbox[0]).password == "hush-hush"


def test_the_key_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    with pytest.raises(ConfigError, match=r"secrets.key_file: cannot read .*nurture init"):
        read_key(path, tmp_path)
    make_key(path)
    assert not open_to_others(path)
    key = read_key(Path("secret.key"), tmp_path)
    assert len(key) == 64
    with pytest.raises(FileExistsError):
        make_key(path)
    assert read_key(path, tmp_path) == key
    path.write_text("too short")
    with pytest.raises(ConfigError, match="expected 32 bytes or more"):
        read_key(path, tmp_path)
    path.write_bytes(b"\xff" * 32)
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        read_key(path, tmp_path)
    path.chmod(0o644)
    assert open_to_others(path)


def test_a_key_of_somebody_else_is_for_its_user(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    make_key(path)
    path.chmod(0)
    us = os.geteuid()
    if us == 0:  # who may read everything
        os.seteuid(_NOBODY)
    try:
        with pytest.raises(ConfigError, match="Permission denied; run this as the worker's user"):
            read_key(path, tmp_path)
    finally:
        os.seteuid(us)
