"""The journal: what was written is read again, and what had no room is told."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from worker.daemon.journal import Journal
from worker.daemon.seen import Seen
from worker.engine.restored import Entry
from worker.errors import StoreError

AT = datetime(2027, 1, 4, 9, tzinfo=UTC)


def entry(number: int, key: str = "step:1:welcome", lead_id: int | None = 7) -> Entry:
    return Entry(
        at=AT.isoformat(),
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


def write(journal: Journal, *entries: Entry) -> None:
    """Write what one group commit let go."""
    journal.write([one[1:] for one in entries], AT)


def line(one: Entry) -> bytes:
    """Return an entry as earlier versions wrote it."""
    return json.dumps(one._asdict()).encode() + b"\n"


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
    write(journal, *written)
    write(journal, entry(3))
    assert list(journal.entries()) == [*written, entry(3)]
    assert journal.newest(2) == [written[1], entry(3)]


def test_the_newest_are_found_behind_whatever_there_is(tmp_path: Path) -> None:
    """All that stands before them is a hole here, which no memory would hold."""
    write(Journal(tmp_path), entry(1))
    (file,) = tmp_path.iterdir()
    os.truncate(file, 1 << 36)
    journal = Journal(tmp_path)
    written = [entry(number, f"step:{number}:{'x' * 500 * number}") for number in range(9)]
    write(journal, *written)
    assert journal.newest(5) == written[-5:]
    assert journal.newest(8) == written[-8:]


def test_fewer_than_were_asked_for_are_all(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.newest(5) == []
    write(journal, entry(1), entry(2))
    assert journal.newest(5) == journal.newest(2) == [entry(1), entry(2)]


def test_a_file_of_the_future_hides_none_that_is_newer(tmp_path: Path) -> None:
    """The clock was ahead for a day, and was set right: what it named sorts last for a year."""
    journal = Journal(tmp_path)
    journal.write([entry(1)[1:]], AT + timedelta(days=365))
    write(journal, entry(2), entry(3))
    assert [one.id for one in journal.newest(1)] == [3, 1]


def test_what_had_no_room_for_all_is_told(tmp_path: Path) -> None:
    """Half a line is no line: whoever wrote it must not go on as if it were there."""
    journal = Journal(tmp_path)
    with room_for(len(line(entry(1))) + 10):
        write(journal, entry(1))
        with pytest.raises(StoreError, match="no room is left"):
            write(journal, entry(2))
    assert list(journal.entries()) == [entry(1)]
    for number in (2, 3):
        write(journal, entry(number))
    assert list(journal.entries()) == [entry(1), entry(2), entry(3)]


@pytest.mark.parametrize("room", [b"", bytes(1000)])
def test_the_first_line_after_a_torn_one_is_whole(tmp_path: Path, room: bytes) -> None:
    """A crash tore the last line; the worker that starts again writes on in the same file."""
    for number in (1, 2):
        write(Journal(tmp_path), entry(number))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes().rstrip(b"\0")[:-20] + room)
    journal = Journal(tmp_path)
    for number in (3, 4):
        write(journal, entry(number))
    assert [one.id for one in journal.entries()] == [1, 3, 4]


@pytest.mark.parametrize(
    "damage", [{"at": "2027-91-04"}, {"due_at": "then"}, {"kind": "stop"}, {"at": 5}]
)
def test_a_line_that_means_nothing_is_passed_over(tmp_path: Path, damage: dict[str, Any]) -> None:
    journal = Journal(tmp_path)
    write(journal, entry(1))
    bad = entry(2)._replace(**damage)
    (tmp_path / "journal-2027-01-05.jsonl").write_bytes(line(bad) + line(entry(3)))
    assert list(journal.entries()) == journal.newest(2) == [entry(1), entry(3)]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Whoever passed over it would send again what it knows."""
    path = tmp_path / "journal-2027-01-04.jsonl"
    path.mkdir()
    told = f"{path} cannot be read, .*: Is a directory"
    with pytest.raises(StoreError, match=told):
        Journal(tmp_path).newest(1)
    with pytest.raises(StoreError, match=told):
        next(Journal(tmp_path).entries())


def test_what_was_seen_last_and_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "seen.json").mkdir()
    with pytest.raises(StoreError, match=r"seen\.json cannot be read: Is a directory"):
        Seen(tmp_path).read()


def test_a_file_becomes_longer_once_for_many_lines(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    write(journal, entry(1))
    (file,) = tmp_path.iterdir()
    before = file.stat().st_size
    written = [entry(number) for number in range(2, 9)]
    for one in written:
        write(journal, one)
    assert file.stat().st_size == before
    many = [entry(number, "x" * 1000) for number in range(2000)]
    write(journal, *many)
    assert file.stat().st_size > before
    assert list(journal.entries()) == [entry(1), *written, *many]
    assert journal.newest(3) == many[-3:]


def test_nobody_writes_over_what_another_wrote(tmp_path: Path) -> None:
    """There is one worker to a state directory; if ever there are two, they lose nothing."""
    one, other = Journal(tmp_path), Journal(tmp_path)
    for number in range(1, 7):
        write(one if number % 2 else other, entry(number))
    assert [found.id for found in one.entries()] == [1, 2, 3, 4, 5, 6]


def test_days_are_kept_for_a_month(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number, age in enumerate([31, 30, 0], start=1):
        journal.write([entry(number)[1:]], AT - timedelta(days=age))
    journal.forget(AT.date())
    assert [one.id for one in journal.entries()] == [2, 3]


def test_what_an_earlier_version_wrote_is_read(tmp_path: Path) -> None:
    earlier = [entry(number) for number in range(1, 5)]
    (tmp_path / "journal-2027-01-04.jsonl").write_bytes(b"".join(map(line, earlier)))
    journal = Journal(tmp_path)
    write(journal, entry(5), entry(6))
    assert list(journal.entries()) == [*earlier, entry(5), entry(6)]
    assert journal.newest(3) == [earlier[-1], entry(5), entry(6)]
