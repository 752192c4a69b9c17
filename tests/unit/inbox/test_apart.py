"""Mail is read in a process that may die of it: the next mail is read all the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socketpair

import pytest

from worker.inbox import classify, learned, phrases, report
from worker.inbox.apart.__main__ import chores, do_until_asked
from worker.inbox.apart.reader import UNREAD, Reader
from worker.inbox.reading import Intent, Kind

HEADER = (
    b"From: Ada <ada@acme.example>\r\nSubject: Re: lamps\r\n"
    b"Date: Tue, 24 Nov 2026 09:00:00 +0000\r\n"
    b"In-Reply-To: <nurture.k3vjq2mwd5x7aplcz4tgy6hrsnbe2ouif3q7wam@lumen.example>\r\n"
)
MAIL = HEADER + b"\r\nAsk me in March.\r\n"
SLOW = HEADER + b"Content-Type: text/html\r\n\r\n" + b"<blockquote><p>a &amp; b</p>" * 60_000
"""A fifth of a second of CPU or more, where MAIL takes a hundredth even for the first time."""

BROKEN = HEADER + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b -\r\n" * 1_000_000
"""Eight megabytes in which no line is quite a boundary, a few tenths of a second to cut."""


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


def test_a_mail_is_read_as_without_the_process(reader: Reader) -> None:
    received_at = datetime(2026, 11, 24, tzinfo=UTC)
    assert reader.read(MAIL) == classify.read(MAIL)
    assert reader.read(b"hi", received_at=received_at) == classify.read(
        b"hi", received_at=received_at
    )
    assert reader.read_all([(MAIL, None), (b"", None)]) == [classify.read(MAIL), classify.read(b"")]


def test_a_mail_that_takes_too_long_costs_only_itself() -> None:
    with Reader(cpu_seconds=0.06) as reader:
        reader.read(MAIL)
        slow, after = reader.read_all([(SLOW, None), (MAIL, None)])
    assert (slow.kind, slow.intent, slow.confidence) == (Kind.HUMAN, Intent.UNKNOWN, 0.0)
    assert slow.why.startswith(f"{UNREAD} within 0.06 s")
    assert slow.envelope == classify.read(MAIL).envelope  # it still finds its lead
    assert after.kind is Kind.HUMAN


def test_a_mail_that_breaks_a_glance_costs_only_itself() -> None:
    with Reader(cpu_seconds=0.06) as reader:
        reader.read(MAIL)
        slow, after = reader.glances([(BROKEN, None), (MAIL, None)])
    assert (slow.kind, slow.confidence, slow.whole) == (Kind.HUMAN, 0.0, True)
    assert slow.envelope == classify.read(MAIL).envelope
    assert after == classify.glance(MAIL)


def test_a_process_that_was_killed_is_started_again(reader: Reader) -> None:
    before = reader.read(MAIL)
    process = reader._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert reader.read(MAIL) == before
    assert reader._process is not process


def test_who_hangs_up_before_the_answer_hears_no_complaint() -> None:
    """A worker that is killed leaves nothing in the log."""
    ours, theirs = socketpair()
    command = [sys.executable, "-P", "-m", "worker.inbox.apart", str(theirs.fileno()), "5"]
    fds = [theirs.fileno()]
    with subprocess.Popen(command, pass_fds=fds, stderr=subprocess.PIPE) as process:
        theirs.close()
        line = Connection(ours.detach())
        line.send((False, [(MAIL, None)]))
        line.close()
        _nothing, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")


def test_a_process_that_hangs_is_given_up() -> None:
    with Reader(wall_seconds=0.05) as reader:
        reader._started()
        process = reader._process
        assert process is not None
        os.kill(process.pid, signal.SIGSTOP)
        assert reader.read(MAIL).confidence == 0.0 or reader._process is not process
        assert process.wait() == -signal.SIGKILL


def test_the_process_ends_with_its_caller() -> None:
    ours, theirs = socketpair()
    command = [sys.executable, "-P", "-m", "worker.inbox.apart", str(theirs.fileno()), "5"]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    theirs.close()
    line = Connection(ours.detach())
    line.send((False, [(MAIL, None)]))
    assert line.recv() == [classify.read(MAIL)]
    line.close()
    assert process.wait() == 0


def test_a_folder_with_a_bad_file_is_classified_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a.eml").symlink_to(tmp_path / "gone")
    (tmp_path / "b.eml").write_bytes(MAIL)
    values = list(report.classified([tmp_path / "b.eml", tmp_path]))
    assert [value["intent"] for value in values] == ["not_now", "not_now"]
    (tmp_path / "c.eml").write_bytes(MAIL)
    (tmp_path / "c.eml").chmod(0)
    if os.access(tmp_path / "c.eml", os.R_OK):
        return  # root reads everything
    values = list(report.classified([tmp_path]))
    assert (values[1]["kind"], values[1]["confidence"]) == ("other", 0.0)
    assert "Permission denied" in values[1]["why"]


def test_what_is_no_text_is_printed_all_the_same(tmp_path: Path) -> None:
    name = os.fsdecode(b"x\xff.eml")
    (tmp_path / name).write_bytes(b"Content-Type: text/plain; charset=utf-7\n\n+2AA-hello")
    (value,) = report.classified([tmp_path])
    assert value["file"] == f"{tmp_path}/x\\udcff.eml"
    assert value["new_text"] == "\ufffdhello"
    json.dumps(value, ensure_ascii=False).encode()


def test_it_gets_ready_until_it_is_asked_and_goes_on_later() -> None:
    done: list[int] = []

    def numbers() -> Iterator[None]:
        for number in range(5):
            if number == 2:
                ours.send("a mail")
            done.append(number)
            yield

    one, other = socketpair()
    with Connection(one.detach()) as ours, Connection(other.detach()) as theirs:
        work = numbers()
        do_until_asked(work, theirs)
        assert done == [0, 1, 2]
        assert theirs.recv() == "a mail"
        do_until_asked(work, theirs)
        assert done == [0, 1, 2, 3, 4]


def test_all_that_it_gets_ready_can_be_made() -> None:
    learned._model.cache_clear()
    assert sum(1 for _ in chores()) > len(phrases.LANGUAGES)
    assert learned._model.cache_info().currsize == 1
