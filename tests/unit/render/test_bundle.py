"""Bundles: what was published together, read from a folder and named by its hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.errors import TemplateError
from worker.render.bundle import LARGEST_FILE, Bundle, load, read


def test_a_folder_is_read_by_path(tmp_path: Path) -> None:
    (tmp_path / "welcome").mkdir()
    (tmp_path / "welcome" / "hello.html").write_text("\ufeffä", encoding="utf-8")
    (tmp_path / "layout.html").write_text("x", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    assert load(tmp_path).files == {"layout.html": "x", "welcome/hello.html": "ä"}


def test_a_file_that_is_no_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(TemplateError, match=r"a\.html:2: it is not UTF-8; save it as UTF-8"):
        load(tmp_path)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"x" * (LARGEST_FILE + 1))
    with pytest.raises(TemplateError, match="it has 256,001 bytes; expected at most 256,000"):
        load(tmp_path)


def test_all_files_that_are_wrong_are_named_as_templates_name_them(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "a.html").write_bytes(b"\xff")
    (tmp_path / "b.html").write_bytes(b"b")
    (tmp_path / "images" / "c.png").write_bytes(b"c")
    found, wrong = read(tmp_path)
    assert found.files == {"a.html": "", "b.html": "b", "images/c.png": ""}
    assert list(map(str, wrong)) == [
        "a.html:1: it is not UTF-8; save it as UTF-8",
        "images/c.png: it is no png image, as its name says",
    ]


def test_the_hash_names_paths_and_texts_and_not_their_order() -> None:
    one = Bundle({"a": "bc", "d": ""})
    assert one.hash == Bundle({"d": "", "a": "bc"}).hash
    others = [{"a": "b", "cd": ""}, {"ab": "c", "d": ""}, {"a": "bc"}, {"a": "bc", "d": "x"}]
    assert len({one.hash, *(Bundle(files).hash for files in others)}) == 5


def test_narrowing_keeps_only_what_is_named() -> None:
    whole = Bundle({"a": "1", "b": "2"})
    assert whole.narrow({"b"}).files == {"b": "2"}
    with pytest.raises(TemplateError, match="c: there is no such template"):
        whole.narrow({"c"})


def test_a_link_shows_no_file_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("hush")
    folder = tmp_path / "templates"
    (folder / "..data").mkdir(parents=True)
    (folder / "..data" / "real.html").write_text("x")
    (folder / "mounted.html").symlink_to("..data/real.html")  # as Kubernetes mounts files
    assert load(folder).files == {"mounted.html": "x"}
    (folder / "a.html").symlink_to(tmp_path / "secret.key")
    with pytest.raises(TemplateError, match=r"a\.html: it is a link to a file elsewhere"):
        load(folder)
