"""`nurture init` makes a project that passes its own check, and never writes over anything."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture
from worker.cli.main import main


def test_a_new_project_passes_the_check_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "new")]) == 0
    told = capsys.readouterr().out
    assert "nurture sandbox" in told
    monkeypatch.chdir(tmp_path / "new")

    assert main(["check"]) == 0
    assert "No error" in capsys.readouterr().out


def test_the_key_is_readable_by_its_owner_only(project: Path) -> None:
    assert stat.S_IMODE((project / "secret.key").stat().st_mode) == 0o600
    assert "secret.key" in (project / ".gitignore").read_text().splitlines()


def test_the_sample_list_can_be_imported(nurture: Nurture) -> None:
    report = nurture("leads", "import", "leads.csv", "--json").json

    assert (report["added"], report["rejected"], report["without_consent"]) == (3, 0, 0)


def test_a_folder_in_use_is_left_alone(nurture: Nurture, project: Path) -> None:
    before = sorted(path.name for path in project.iterdir())
    said = nurture("init", ".")

    assert said.status == 1
    assert said.err.startswith(". is not empty (it holds config.toml, ")
    assert sorted(path.name for path in project.iterdir()) == before


def test_a_folder_that_git_began_is_welcome(nurture: Nurture, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    (begun / ".git").mkdir(parents=True)
    (begun / ".gitignore").write_text("mine\n")

    assert nurture("init", str(begun)).status == 0
    assert (begun / ".gitignore").read_text() == "mine\n"
    assert (begun / "templates/welcome/welcome.html").is_file()


def test_the_way_into_a_folder_can_be_copied(nurture: Nurture) -> None:
    assert "\n  cd 'our leads'\n" in nurture("init", "our leads").out


def test_a_file_is_no_folder(nurture: Nurture) -> None:
    said = nurture("init", "config.toml")

    assert (said.status, said.out) == (1, "")
    assert said.err == "config.toml is a file; name a new or empty folder\n"
