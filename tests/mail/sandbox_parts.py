"""Mail for the tests of the sandbox, as the worker would send it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.header import Header

from worker.sandbox.capture import Capture, Captured
from worker.sandbox.crowd import Crowd

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

EDITION = "Auto-Submitted: auto-generated\nList-Unsubscribe: <https://light.example/u>\n"

_MAIL = """\
From: Mira Light <mira@light.example>
To: {to}
Reply-To: Mira Light <mira+r7@light.example>
Subject: {subject}
Message-ID: <{key}@light.example>
References: <first@light.example>
{more}Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
"""


def raw_mail(
    to: str,
    key: str = "m1",
    subject: str = "Welcome",
    text: str = "Good to have you here.",
    more: str = "",
) -> bytes:
    """Return a mail of the worker's with CRLF line ends."""
    encoded = subject if subject.isascii() else Header(subject, "utf-8").encode()
    mail = _MAIL.format(to=to, key=key, subject=encoded, text=text, more=more)
    return mail.replace("\n", "\r\n").encode()


class Post:
    """A capture filled by hand; each mail is shown to the crowd."""

    def __init__(self, crowd: Crowd) -> None:
        self.capture = Capture()
        self._crowd = crowd

    def send(self, to: str, at: datetime, **parts: str) -> Captured:
        """Capture a mail to one recipient; its number keeps it unlike the others."""
        number = len(self.capture) + 1
        words = {"key": f"m{number}", "text": f"Chapter {number}.", **parts}
        raw = raw_mail(to, **words)
        mail = self.capture.add(at, f"mira+v{number}@light.example", (to,), raw)
        self._crowd.receive(mail)
        return mail
