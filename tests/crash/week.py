"""A week's mail that waits in a real Dovecot, the real daemon that catches up with it, and a judge.

One mail in ten answers what a lead was sent, by the Message-ID that the receiver saw; now and then
an answer lies there a second time; the others are nobody's. Each answer has a number in its words.
The judge knows the mailbox, and reads what came of it with a driver of its own.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import compat32
from functools import partial
from itertools import pairwise
from typing import Any

from tests.crash.daemon import daemon
from tests.crash.project import US, Project
from tests.crash.settling import recover, until
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink

USER = "grace"
ANSWERED = 10
"""One mail in so many is an answer."""
AGAIN = 90
"""Every so many mails the answer before comes again."""
HANG = 900.0
_STRANGER = "Dear all,\r\n\r\nhere are the minutes of the meeting; the next one is on Monday."


@dataclass(frozen=True)
class Caught:
    """What came of a catch-up.

    `lost` answers had no effect, `repeated` ones several; `unread` mails were not applied, and
    `disordered` ones not in their place. `peak` is the most memory that a daemon had, in bytes.
    """

    answers: int
    lost: int
    repeated: int
    unread: int
    disordered: int
    peak: int

    @property
    def is_clean(self) -> bool:
        """Whether every mail was applied once, in its place."""
        return not (self.lost or self.repeated or self.unread or self.disordered)


def catch_up(project: Project, sink: SmtpSink, server: Dovecot, mails: int, kills: int) -> Caught:
    """Let leads get an email, and a week pass; end the daemon again and again as it catches up.

    It is killed so many times, and stopped once after them, which it must do cleanly.
    """
    leads = max(1, mails // (2 * ANSWERED))
    project.enroll(leads)
    recover(project)
    project.watch(server.mailbox(USER), server.uidvalidity(USER))
    server.pour(USER, _mails(sink, mails))
    peak = 0
    lives = kills + 2
    for number in range(1, lives + 1):
        with daemon(project.config) as running:
            until(lambda: running.is_up, running, HANG)  # the life before may have done it all
            until(partial(_has_applied, project, mails * number // lives), running, HANG)
            peak = max(peak, running.peak)
            status = running.kill() if number <= kills else running.stop()
            assert number <= kills or status == 0, (status, running.said())
    return _judged(project, mails, peak)


def _has_applied(project: Project, count: int) -> bool:
    """Tell whether so many mails were applied: the mark of the inbox says so."""
    [mark] = _asked(project, "SELECT uid FROM folder WHERE folder = 'INBOX'")
    return bool(mark >= count)


def _mails(sink: SmtpSink, count: int) -> Iterator[bytes]:
    """Make the mails of the week, in their order."""
    parser = BytesHeaderParser(policy=compat32)
    sent = [
        (mail.recipients[0].strip("<>"), str(parser.parsebytes(mail.content)["Message-ID"]))
        for mail in sink.messages()
    ]
    answer = b""
    for number in range(count):
        if number % ANSWERED == 0:
            sender, answers = sent[number // ANSWERED % len(sent)]
            answer = _mail(number, sender, _words(number), f"In-Reply-To: {answers}")
        if number % ANSWERED == 0 or number % AGAIN == 1:
            yield answer
        else:
            yield _mail(number, f"someone{number}@elsewhere.example", _STRANGER)


def _mail(number: int, sender: str, words: str, *fields: str) -> bytes:
    lines = (
        f"From: {sender}",
        f"To: {US}",
        "Subject: Re: welcome",
        "Date: Thu, 26 Nov 2026 09:00:00 +0000",
        f"Message-ID: <{number}.week@mail.example>",
        *fields,
        "",
        words,
        "",
    )
    return "\r\n".join(lines).encode()


def _words(number: int) -> str:
    return f"How loud is number {number}?"


def _judged(project: Project, mails: int, peak: int) -> Caught:
    """Hold what the tables say against what lay in the mailbox."""
    due = [_words(number) for number in range(0, mails, ANSWERED)]
    done = _asked(project, "SELECT summary FROM touch WHERE direction = 'in' ORDER BY id")
    times, places = Counter(done), {words: place for place, words in enumerate(due)}
    uids = _asked(project, "SELECT uid FROM incoming ORDER BY id")
    return Caught(
        answers=len(due),
        lost=sum(times[one] == 0 for one in due),
        repeated=len(done) - len(times),
        unread=mails - len(set(uids)),
        disordered=_out_of_place(uids) + _out_of_place([places[one] for one in times]),
        peak=peak,
    )


def _out_of_place(numbers: list[int]) -> int:
    """Count what does not come after what stands before it; twice the same is out of place, too."""
    return sum(after <= before for before, after in pairwise(numbers))


def _asked(project: Project, question: str) -> list[Any]:
    file = project.database.url.database
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=60)) as connection:
        return [row[0] for row in connection.execute(question)]
