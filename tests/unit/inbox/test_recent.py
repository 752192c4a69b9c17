"""A mail that was glanced at is read as any other, without being taken apart again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.corpus.cases import FOLDER
from worker.inbox import classify
from worker.inbox.apart.recent import Recent
from worker.inbox.reading import Intent, Reading

MAILS = [path.read_bytes() for path in sorted(FOLDER.rglob("*.eml"))]
HEAD = b"From: bo@x.example\nSubject: Re: lamps\n\n"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_it_is_read_as_any_other() -> None:
    recent = Recent()
    for raw in MAILS:
        assert recent.glance(raw, received_at=NOW) == classify.glance(raw, received_at=NOW)
        assert recent.read(raw, received_at=NOW) == classify.read(raw, received_at=NOW)


def test_it_is_not_taken_apart_again_until_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    recent, raw = Recent(), HEAD + b"Not interested.\n"
    recent.glance(raw, received_at=None)
    whole, anew = classify.read, list[bytes]()

    def noted(raw: bytes, *, received_at: datetime | None) -> Reading:
        anew.append(raw)
        return whole(raw, received_at=received_at)

    monkeypatch.setattr(classify, "read", noted)
    assert recent.read(raw, received_at=None).intent is Intent.NOT_INTERESTED
    assert recent.read(raw, received_at=NOW).envelope.sent_at == NOW
    assert anew == [raw]
    recent.forget()
    recent.read(raw, received_at=None)
    assert anew == [raw, raw]


def test_mails_that_begin_alike_are_not_taken_for_each_other() -> None:
    recent, quoted = Recent(), b"\n> and so on" * 1_000
    one, other = (
        HEAD + quoted + b"\n\n" + end for end in (b"Not interested.", b"Call me, please.")
    )
    for raw in (one, other):
        recent.glance(raw, received_at=None)
    assert recent.read(one, received_at=None) == classify.read(one)
    assert recent.read(other, received_at=None) == classify.read(other)
    assert classify.read(one) != classify.read(other)
