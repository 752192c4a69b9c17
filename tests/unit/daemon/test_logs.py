"""What libraries tell is told as all else is."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from worker.daemon.logs import Others, logger

FOREIGN = "550 5.1.1 <a@b> ü € \ud800 \x85 \x1b]0;owned\x07 \x9b31m\r\n2026-11-29 all is well"


def told(form: str, encoding: str, message: str) -> str:
    """Return what comes out at the standard error of a terminal with this encoding."""
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding=encoding, errors="backslashreplace", newline="\n")
    logger(form, "info", stream).info(message, action="message.refused", said=message)
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252"])
def test_whatever_a_server_says_is_one_object_on_a_line(encoding: str) -> None:
    line = told("json", encoding, FOREIGN)
    assert line.count("\n") == 1
    assert json.loads(line)["event"] == json.loads(line)["said"] == FOREIGN


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_whatever_a_server_says_is_one_line_that_no_terminal_obeys(encoding: str) -> None:
    line = told("text", encoding, FOREIGN)
    assert line.count("\n") == 1
    assert line.rstrip("\n").isprintable()
    assert "550 5.1.1 <a@b>" in line


def test_where_a_fault_was_is_told_on_lines_of_its_own() -> None:
    stream = StringIO()
    try:
        raise ValueError("\x1b[2J")
    except ValueError:
        logger("text", "info", stream).error("it failed", exc_info=True)
    first, *trace = stream.getvalue().splitlines()
    assert first.endswith("it failed")
    assert trace[0].startswith("Traceback")
    assert all(map(str.isprintable, trace))


def test_a_disk_without_room_for_logs_stops_nobody() -> None:
    stream = Path("/dev/full").open("w", buffering=1)  # noqa: SIM115 (to close it fails as well)
    try:
        log = logger("text", "info", stream)
        log.info("nurture runs", action="started")
        log.info("nurture has stopped", action="stopped")
    finally:
        with suppress(OSError):
            stream.close()


def test_what_is_told_elsewhere_is_a_line_of_ours() -> None:
    stream = StringIO()
    place = {"name": "worker.inbox.watch", "levelname": "ERROR", "levelno": logging.ERROR}
    record = logging.makeLogRecord({**place, "msg": "mailbox %s:\nit is away", "args": ("sales",)})
    Others(logger("json", "info", stream)).handle(record)
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp")
    assert line == {
        "event": "mailbox sales: it is away",
        "level": "error",
        "action": "watch.error",
    }
