"""What settings hold, where they come from, and what they never show."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.config.project import LEAST, faults, written
from worker.config import find, load, read
from worker.config.policy import PolicyTable
from worker.config.values import LONGEST, read_span
from worker.core.facts import Policy
from worker.errors import ConfigError


def test_the_least_there_is(tmp_path: Path) -> None:
    settings = load(written(tmp_path, LEAST))
    assert settings.database_url == f"sqlite:///{tmp_path}/nurture.db"
    assert settings.state_folder == tmp_path / "state"
    assert settings.policy.facts() == Policy()
    mailbox = settings.mailbox[0]
    assert (mailbox.smtp.port, mailbox.imap.port) == (465, 993)
    assert mailbox.imap.folders == ("INBOX",)
    assert mailbox.imap.poll == timedelta(minutes=1)


def test_the_policy_has_a_key_for_every_rule() -> None:
    assert list(PolicyTable.model_fields) == [field.name for field in fields(Policy)]


def test_settings_are_frozen(tmp_path: Path) -> None:
    settings = load(written(tmp_path, LEAST))
    with pytest.raises(ValidationError):
        setattr(settings, "zone", "Europe/Berlin")  # noqa: B010 - mypy knows it as well
    with pytest.raises(ValidationError):
        setattr(settings.log, "level", "debug")  # noqa: B010


@pytest.mark.parametrize(
    ("url", "resolved"),
    [
        ("sqlite:///a/b.db", "sqlite:///{root}/a/b.db"),
        ("sqlite:////var/b.db", "sqlite:////var/b.db"),
        ("postgresql://u:p@h/n", "postgresql+psycopg://u:p@h/n"),
        ("postgresql+psycopg://u:p@h/n", "postgresql+psycopg://u:p@h/n"),
        ("postgresql://u:p/?#[]%40:s@h:5432/n", "postgresql+psycopg://u:p/?#[]%40:s@h:5432/n"),
        ("postgresql://u@[::1]:5432/n", "postgresql+psycopg://u@[::1]:5432/n"),
        ("postgresql:///n?host=/run", "postgresql+psycopg:///n?host=/run"),
        ("postgresql://", "postgresql+psycopg://"),
    ],
)
def test_database_urls(tmp_path: Path, url: str, resolved: str) -> None:
    settings = load(written(tmp_path, f'database = "{url}"\n{LEAST}'))
    assert settings.database_url == resolved.format(root=tmp_path)


def test_no_secret_is_printed(tmp_path: Path) -> None:
    text = 'database = "postgresql://u:hush-hush@h/n"\n' + LEAST
    settings = load(written(tmp_path, text))
    assert "hush" not in f"{settings!r} {settings} {settings.model_dump()}"
    wrong = text.replace("postgresql:", "mysql:").replace('"hush-hush" }', "4711 }")
    assert len(faults(tmp_path, wrong)) == 3
    assert not re.search("hush|4711", " ".join(faults(tmp_path, wrong)))


def test_the_configuration_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, LEAST)
    monkeypatch.chdir(tmp_path)
    assert find().resolve() == path
    assert find(tmp_path) == path
    monkeypatch.setenv("NURTURE_CONFIG", str(tmp_path / "other.toml"))
    with pytest.raises(ConfigError, match=r"other\.toml: there is no such file; make a project"):
        find()
    assert find(path) == path


def test_what_cannot_be_read_ends_in_a_sentence(tmp_path: Path) -> None:
    assert str(read(tmp_path)[1][0]).endswith("cannot be read: Is a directory")
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe")
    assert str(read(path)[1][0]).startswith("config.toml:1: this is not UTF-8")


@given(st.integers(0, 999_999), st.sampled_from(["second", "minute", "hour", "day", "week"]))
def test_spans_are_read_in_every_unit(amount: int, unit: str) -> None:
    span = timedelta(**{f"{unit}s": amount})
    assume(span <= LONGEST)
    assert read_span(f"{amount} {unit}s") == read_span(f"{amount} {unit}") == span


@pytest.mark.parametrize("key", ["doubt_ends", "outcome_asked", "late_after"])
@pytest.mark.parametrize("span", ["999999 weeks", "3641 days"])
def test_no_span_is_longer_than_ten_years(tmp_path: Path, key: str, span: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[policy]\n{key} = "{span}"\n')
    said = "\n".join(map(str, read(path)[1]))
    expected = (
        f'policy.{key}: expected a time of 520 weeks at most, which is ten years, got "{span}"'
    )
    assert expected in said


@given(st.text() | st.integers() | st.none())
def test_what_is_no_span_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected a time such as"):
        read_span(value)


@pytest.mark.parametrize(
    ("written_as", "read_as"),
    [("DE", "DE"), ("germany", "DE"), ("de-BY", "DE-BY"), ("Guinea-Bissau", "GW"), ("UK", "GB")],
)
def test_a_country_goes_by_name_or_code(tmp_path: Path, written_as: str, read_as: str) -> None:
    settings = load(written(tmp_path, f'country = "{written_as}"\n{LEAST}'))
    assert settings.country == read_as


def test_closed_days_are_dates_or_days_of_every_year(tmp_path: Path) -> None:
    text = f'closed_days = [2026-12-28, "2027-05-03", "02-29"]\n{LEAST}'
    assert load(written(tmp_path, text)).closed_days == ("2026-12-28", "2027-05-03", "02-29")
