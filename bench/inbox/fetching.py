"""Fetching a mailbox whole and doing nothing with it: what a catch-up is held against."""

from __future__ import annotations

import imaplib
import time
from itertools import islice

from imap_tools import MailBoxUnencrypted

from tests.servers.dovecot import Mailbox

BATCH = 500


def in_batches(box: Mailbox, count: int) -> float:
    """Return mails a second, 500 to a command, not looked at: as fast as Python fetches."""
    begun = time.monotonic()
    client = imaplib.IMAP4(box.host, box.port)
    client.login(box.username, box.password)
    client.select("INBOX", readonly=True)
    seen = 0
    for first in range(1, count + 1, BATCH):
        _kind, data = client.uid("FETCH", f"{first}:{first + BATCH - 1}", "(BODY.PEEK[])")
        seen += sum(isinstance(one, tuple) for one in data)
    client.logout()
    assert seen == count
    return count / (time.monotonic() - begun)


def one_by_one(box: Mailbox, count: int) -> float:
    """Return mails a second as imap-tools fetches by itself: each by a command of its own."""
    begun = time.monotonic()
    with MailBoxUnencrypted(box.host, box.port).login(box.username, box.password) as client:
        seen = sum(1 for _ in islice(client.fetch(mark_seen=False), count))
    assert seen == count
    return count / (time.monotonic() - begun)
