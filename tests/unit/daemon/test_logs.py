"""What libraries tell is told as all else is."""

from __future__ import annotations

import json
import logging
from io import StringIO

from worker.daemon.logs import Others, logger


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
