"""A check finds everything in one run, and says where."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.unit.checkup.conftest import SHIPPED
from tests.unit.checkup.project import edit, found
from worker.checkup.check import check, failed
from worker.checkup.finding import Finding, Severity


def test_what_is_shipped_is_right(project: Path) -> None:
    findings = check(project)
    assert not failed(findings)
    assert {finding.severity for finding in findings} <= {Severity.ADVICE}


def test_few_touches_are_advice(project: Path) -> None:
    for path in (project.parent / "sequences").glob("*.toml"):
        if path.stem not in ("cross-sell", "welcome"):
            path.unlink()
    assert found(project, Severity.ADVICE) == [
        "sequences/cross-sell.toml: one touch; leads are rarely won before the fifth",
        "sequences/welcome.toml: 2 touches; leads are rarely won before the fifth",
    ]


@pytest.mark.parametrize("name", sorted(each.stem for each in (SHIPPED / "sequences").iterdir()))
def test_a_shipped_sequence_can_be_deleted(project: Path, name: str) -> None:
    """Its emails stay, and are read as what they are: letters to owners have no way out."""
    (project.parent / f"sequences/{name}.toml").unlink()
    assert found(project) == found(project, Severity.WARNING) == []


def test_all_files_are_checked_in_one_run(project: Path) -> None:
    root = project.parent
    edit(project, 'company = "Yourfirm"', 'compny = "Yourfirm"')
    edit(root / "sequences/welcome.toml", "welcome/features.html", "welcome/featurs.html")
    edit(root / "sequences/cross-sell.toml", "title", "titel")
    errors = found(project)
    assert failed(check(project))
    assert [error.split(":")[0] for error in errors] == [
        "config.toml",
        "config.toml",
        "sequences/cross-sell.toml",
        "sequences/cross-sell.toml",
        "sequences/welcome.toml",
    ]
    assert errors[-1].endswith(
        'no template "welcome/featurs.html" in the folder templates; '
        'perhaps "welcome/features.html" was meant'
    )


def test_a_sequence_names_a_mailbox_that_is_there(project: Path) -> None:
    edit(project.parent / "sequences/cross-sell.toml", "title", 'from = "office"\ntitle')
    (error,) = found(project)
    assert error.endswith('from: no mailbox is called "office"; the configuration has sales, owner')
    edit(project, 'name = "sales"', 'name = "sa les"')
    (error,) = found(project)
    assert error.startswith("config.toml:"), "mailboxes are not known: nothing is said of them"


def test_the_key_is_there_and_private(project: Path) -> None:
    key = project.parent / "secret.key"
    key.chmod(0o644)
    assert found(project, Severity.WARNING) == [
        (
            "config.toml: secrets.key_file: others on this machine can read secret.key; "
            "run `chmod 600 secret.key`"
        )
    ]
    key.unlink()
    (error,) = found(project)
    assert error.startswith("config.toml: secrets.key_file: cannot read")


def test_password_files_are_private(project: Path) -> None:
    edit(project, 'password = "sandbox"', 'password_file = "ada.password"')
    password = project.parent / "ada.password"
    password.write_text("sandbox")
    password.chmod(0o640)
    (warning,) = found(project, Severity.WARNING)
    assert warning.startswith("config.toml: mailbox[1].smtp.password_file: others on this machine")
    password.chmod(0o600)
    assert found(project, Severity.WARNING) == []


def test_the_database_is_private(project: Path) -> None:
    database = project.parent / "nurture.db"
    database.touch(mode=0o600)
    assert found(project, Severity.WARNING) == []
    database.chmod(0o644)
    (warning,) = found(project, Severity.WARNING)
    assert warning.endswith("can read nurture.db; run `chmod 600 nurture.db`")


def test_passwords_in_the_configuration_are_private(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.chmod(0o644)
    assert found(project, Severity.WARNING) == [], "that of the sandbox is no secret"
    text = project.read_text()
    for side in ("smtp", "imap"):
        text = text.replace('host = "127.0.0.1"', f'host = "{side}.firm.example"', 1)
    text = text.replace('"none"', '"tls"').replace('"sandbox"', '"hush-hush"', 1)
    project.write_text(text.replace('"sandbox"', '"hush"', 1))
    monkeypatch.setenv("NURTURE_DATABASE", "postgresql://nurture:unwritten@127.0.0.1/nurture")
    assert found(project, Severity.WARNING) == [
        (
            f"config.toml: mailbox[1].{side}.password: others on this machine can read "
            "config.toml, and a password in it; run `chmod 600 config.toml`"
        )
        for side in ("smtp", "imap")
    ]
    project.chmod(0o600)
    assert found(project, Severity.WARNING) == []


def test_a_password_of_the_database_is_private(project: Path) -> None:
    project.chmod(0o644)
    edit(
        project,
        '#database = "sqlite:///nurture.db"',
        'database = "postgresql://n:hush@127.0.0.1/n"',
    )
    (warning,) = found(project, Severity.WARNING)
    assert warning.startswith("config.toml: database: others on this machine can read config.toml")


@pytest.mark.parametrize(
    ("url", "is_proven"),
    [
        ("postgresql://nurture@db.firm.example/nurture", False),
        ("postgresql://nurture@db.firm.example/nurture?sslmode=require", False),
        ("postgresql://nurture@/nurture?host=10.0.0.5", False),
        ("postgresql://nurture@db.firm.example/nurture?sslmode=verify-full", True),
        ("postgresql://nurture@db.firm.example/nurture?sslrootcert=system", True),
        ("postgresql://nurture@[::1]/nurture", True),
        ("postgresql:///nurture?host=/run/postgresql", True),
    ],
)
def test_a_database_elsewhere_is_to_show_who_it_is(
    project: Path, monkeypatch: pytest.MonkeyPatch, url: str, is_proven: bool
) -> None:
    monkeypatch.setenv("NURTURE_DATABASE", url)
    warnings = found(project, Severity.WARNING)
    assert is_proven != any("?sslmode=verify-full" in warning for warning in warnings)


def test_folders_that_cannot_be_read_are_told(project: Path) -> None:
    """It ended in a traceback, and templates that are there were to be written."""
    with tempfile.TemporaryDirectory() as elsewhere:
        Path(elsewhere).chmod(0o755)  # the folders of tests are for one user alone
        moved = Path(shutil.copytree(project.parent, Path(elsewhere) / "project"))
        moved.chmod(0o755)
        (moved / "sequences").chmod(0)
        (moved / "templates" / "welcome").chmod(0)
        with somebody_else():
            errors = found(moved / "config.toml")
    assert "sequences: the folder cannot be read: Permission denied" in errors
    assert "templates/welcome: the folder cannot be read: Permission denied" in errors


@contextmanager
def somebody_else() -> Iterator[None]:
    """Be a user whom permissions concern."""
    us = os.geteuid()
    if us == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(us)


def test_keys_that_sign_are_private(project: Path) -> None:
    table = """[[mailbox.dkim]]
domain = "yourfirm.example"
selector = "nurture"
key_file = "dkim.pem"
"""
    edit(project, "#[[mailbox.dkim]]", table)
    key = Ed25519PrivateKey.generate()
    path = project.parent / "dkim.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o644)
    (warning,) = found(project, Severity.WARNING)
    assert warning == (
        "config.toml: mailbox[1].dkim[1].key_file: others on this machine can read dkim.pem; "
        "run `chmod 600 dkim.pem`"
    )
    path.unlink()
    (error,) = found(project)
    assert "mailbox[1].dkim[1].key_file: cannot read" in error


def test_an_absence_names_a_deputy(project: Path) -> None:
    owner = """[[owner]]
name = "Ada"
address = "ada@yourfirm.example"
absent_from = 2027-08-02
"""
    edit(project, "#[[owner]]", owner)
    (warning,) = found(project, Severity.WARNING)
    assert warning.startswith("config.toml: owner[1].deputy: nobody takes over while Ada is absent")


def test_a_variable_that_sets_nothing_is_a_warning(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NURTURE_LANGUGE", "de")
    (warning,) = found(project, Severity.WARNING)
    assert warning.startswith("environment: NURTURE_LANGUGE: no setting is called languge")


@pytest.mark.parametrize("called", ["Yourfirm", "yourfirm", "The Yourfirm Team", "a@b.example"])
def test_a_person_is_behind_every_mailbox(project: Path, called: str) -> None:
    edit(project, 'from_name = "Ada from Yourfirm"', f'from_name = "{called}"')
    (error,) = found(project)
    assert error == (
        "config.toml: mailbox[1].from_name: expected the name of a person who reads the answers, "
        f'not "{called}"'
    )


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    assert [str(finding) for finding in check(tmp_path / "config.toml")] == [
        f"{tmp_path}/config.toml: cannot be read: No such file or directory",
        "sequences: there is no sequence; write one, or begin with `nurture init`",
    ]


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (Finding(Severity.ERROR, "a.toml", 3, "k", "m"), "a.toml:3: k: m"),
        (Finding(Severity.ERROR, "a.toml", None, "k", "m"), "a.toml: k: m"),
        (Finding(Severity.ERROR, "a.toml", 3, None, "m"), "a.toml:3: m"),
    ],
)
def test_findings_are_written_as_compilers_do(finding: Finding, text: str) -> None:
    assert str(finding) == text


def test_a_sequence_that_is_not_read_is_told(project: Path) -> None:
    sequences = project.parent / "sequences"
    (sequences / "spring").mkdir()
    for name in ("spring/fair.toml", "LATER.TOML"):
        (sequences / name).write_bytes((sequences / "welcome.toml").read_bytes())
    told = "it is not read: a sequence is right in the folder sequences, as NAME.toml"
    assert found(project, Severity.WARNING) == [
        f"sequences/{name}: {told}" for name in ("LATER.TOML", "spring/fair.toml")
    ]


def test_what_editors_and_other_machines_leave_behind_is_nothing(project: Path) -> None:
    for name in (
        "sequences/._welcome.toml",
        "sequences/.old/welcome.toml",
        "templates/._layout.html",
        "templates/.old/a.png",
    ):
        path = project.parent / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\0\xff")
    (project.parent / "sequences/.#welcome.toml").symlink_to("somebody@somewhere.1")
    assert found(project) == found(project, Severity.WARNING) == []
