"""The demo's folder: it is a project like any other, and nobody else's is ever lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.checkup.check import check, failed
from worker.daemon.identity import identity
from worker.demo.project import CONFIG, LEADS, MARKER, write
from worker.errors import ConflictError
from worker.sandbox.cast import cast

MONTHS = ["2030-11", "2030-12", "2031-01", "2031-02", "2031-03", "2031-04"]


def make(folder: Path) -> None:
    write(folder, MONTHS, cast()[:3])


def test_it_passes_the_check_and_has_the_editions_that_are_needed(tmp_path: Path) -> None:
    make(tmp_path / "demo")
    findings = check(tmp_path / "demo" / CONFIG)
    assert not failed(findings), findings
    editions = (tmp_path / "demo" / "templates" / "newsletter").glob("20*.html")
    assert sorted(path.stem for path in editions) == MONTHS
    assert len((tmp_path / "demo" / LEADS).read_text("utf-8").splitlines()) == 4


def test_the_last_demo_is_replaced(tmp_path: Path) -> None:
    make(tmp_path / "demo")
    key = (tmp_path / "demo" / "secret.key").read_text("ascii")
    (tmp_path / "demo" / "nurture.db").write_text("of the last demo", "ascii")
    make(tmp_path / "demo")
    assert not (tmp_path / "demo" / "nurture.db").exists()
    assert (tmp_path / "demo" / "secret.key").read_text("ascii") != key


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    make(tmp_path)
    assert (tmp_path / MARKER).exists()


@pytest.mark.parametrize("foreign", ["folder", "file", "link"])
def test_what_is_not_its_own_is_left_alone(foreign: str, tmp_path: Path) -> None:
    folder, other = tmp_path / "demo", tmp_path / "other"
    if foreign == "file":
        folder.write_text("a letter", "ascii")
    elif foreign == "folder":
        folder.mkdir()
        (folder / "letter.txt").write_text("a letter", "ascii")
    else:
        make(other)
        folder.symlink_to(other)
    with pytest.raises(ConflictError, match=r"is not the demo's own.*--keep DIR"):
        make(folder)
    assert foreign != "folder" or (folder / "letter.txt").exists()


def test_one_that_is_in_use_is_left_alone(tmp_path: Path) -> None:
    make(tmp_path / "demo")
    with identity(tmp_path / "demo" / "state"), pytest.raises(ConflictError, match="runs on"):
        make(tmp_path / "demo")


def test_settings_of_the_environment_never_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NURTURE_DATABASE", "postgresql://localhost/leads")
    with pytest.raises(ConflictError, match="NURTURE_DATABASE would change"):
        make(tmp_path / "demo")
    assert not (tmp_path / "demo").exists()
