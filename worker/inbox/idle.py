"""Waiting for the server to say that something has changed (RFC 2177)."""

from __future__ import annotations

import time

from worker.inbox.bell import Bell
from worker.inbox.wire import Wire


def idle(wire: Wire, seconds: float, bell: Bell) -> bool:
    """Return whether the server agreed to an IDLE.

    IDLE until the server says anything, `bell` rings or `seconds` of real time have passed.

    What was said is not looked at: the caller searches after every IDLE, whatever ended it. A
    server may speak before its go-ahead, and may end the IDLE itself. Raises what imaplib raises;
    a connection that is open at one end only shows when DONE gets no answer.
    """
    tag = wire.begin_idle()
    spoke = False
    while not wire.is_answered(tag) and not wire.take_response():
        spoke = True
    if not spoke:
        _wait_for_line(wire, time.monotonic() + seconds, bell)
    # The server may have ended the IDLE: then a DONE would be a command that it does not know.
    while wire.has_line and not wire.is_answered(tag):
        wire.take_response()
    return wire.end_idle(tag)


def _wait_for_line(wire: Wire, end: float, bell: Bell) -> None:
    while not wire.has_line:
        if not wire.has_pending and not bell.listen(wire.sock, end - time.monotonic()):
            return
        wire.fill()
