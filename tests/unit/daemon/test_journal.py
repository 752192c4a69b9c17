"""The journal: what was written is read again, and what had no room is told."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from worker.daemon.journal import Journal
from worker.engine.restored import Entry
from worker.errors import StoreError

TODAY = date(2027, 1, 4)


def entry(number: int, key: str = "step:1:welcome", lead_id: int | None = 7) -> Entry:
    return Entry(
        at="2027-01-04T09:00:00+00:00",
        id=number,
        key=key,
        rfc_id=f"m{number}@felt.example",
        kind="step",
        recipient="ada@engines.example",
        mailbox="sales",
        template="welcome.html",
        bundle="b1",
        due_at="2027-01-04T08:00:00+00:00",
        lead_id=lead_id,
    )


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file of this process become larger."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


@pytest.mark.parametrize(
    "key", ['a "quoted" %s key', "back\\slash", "two\nlines", "Björn ☃ 🐍", ""]
)
def test_what_was_written_is_read_again(tmp_path: Path, key: str) -> None:
    journal = Journal(tmp_path)
    written = [entry(1, key), entry(2, lead_id=None)]
    journal.write(written, TODAY)
    journal.write([entry(3)], TODAY)
    assert list(journal.entries()) == [*written, entry(3)]
    assert journal.newest(2) == [written[1], entry(3)]


def test_the_newest_are_found_behind_whatever_there_is(tmp_path: Path) -> None:
    """All that stands before them is a hole here, which no memory would hold."""
    journal = Journal(tmp_path)
    journal.write([entry(1)], TODAY)
    (file,) = tmp_path.iterdir()
    os.truncate(file, 1 << 36)
    written = [entry(number, f"step:{number}:{'x' * 500 * number}") for number in range(9)]
    journal.write(written, TODAY)
    assert journal.newest(5) == written[-5:]
    assert journal.newest(8) == written[-8:]


def test_fewer_than_were_asked_for_are_all(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.newest(5) == []
    journal.write([entry(1), entry(2)], TODAY)
    assert journal.newest(5) == journal.newest(2) == [entry(1), entry(2)]


def test_what_had_no_room_for_all_is_told(tmp_path: Path) -> None:
    """Half a line is no line: whoever wrote it must not go on as if it were there."""
    journal = Journal(tmp_path)
    journal.write([entry(1)], TODAY)
    (file,) = tmp_path.iterdir()
    with (
        room_for(file.stat().st_size + 10),
        pytest.raises(StoreError, match="no room is left"),
    ):
        journal.write([entry(2)], TODAY)
    assert list(journal.entries()) == [entry(1)]
    for number in (2, 3):
        journal.write([entry(number)], TODAY)
    assert list(journal.entries()) == [entry(1), entry(2), entry(3)]


def test_the_first_line_after_a_torn_one_is_whole(tmp_path: Path) -> None:
    """A crash tore the last line; the worker that starts again writes on in the same file."""
    Journal(tmp_path).write([entry(1), entry(2)], TODAY)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    journal = Journal(tmp_path)
    for number in (3, 4):
        journal.write([entry(number)], TODAY)
    assert [one.id for one in journal.entries()] == [1, 3, 4]
