"""What `inbox classify` says for files and folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from worker.errors import InputError
from worker.inbox import report

MAIL = (
    b"From: a@b.example\nDate: Tue, 24 Nov 2026 09:00:00 +0000\nSubject: Re: x\n\nAsk me in March."
)


def test_one_value_for_each_file(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(MAIL)
    (tmp_path / "a.eml").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("no mail")
    values = list(report.classified([tmp_path, tmp_path / "b.eml"]))
    assert [Path(value["file"]).name for value in values] == ["a.eml", "b.eml", "b.eml"]
    assert json.loads(json.dumps(values[1])) == {
        "file": str(tmp_path / "b.eml"),
        "kind": "human",
        "recipients": [],
        "bounce_type": None,
        "reason": None,
        "original_message_id": None,
        "new_text": "Ask me in March.",
        "return_date": None,
        "intent": "not_now",
        "until": "2027-03-01",
        "confidence": values[1]["confidence"],
        "why": values[1]["why"],
    }
    assert 0.0 <= values[1]["confidence"] <= 1.0


def test_of_a_file_that_is_no_mail_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('# database: here\n[database]\nurl = "sqlite:///x"\n')
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "mail.eml").write_bytes(b"\r\nFrom a@b.example Tue Nov 24\r\n" + MAIL)
    values = list(report.classified([tmp_path / "config.toml", tmp_path]))
    assert [value["kind"] for value in values] == ["other", "other", "human"]
    for value in values[:2]:
        assert value["why"].startswith("this is no mail:")
        assert value["confidence"] == 0.0


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        list(report.classified([tmp_path / "missing.eml"]))
    with pytest.raises(InputError, match="no mail in this folder"):
        list(report.classified([tmp_path]))
