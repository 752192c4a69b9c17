"""Delivery status notifications, as a receiving server writes them (RFC 3464, RFC 6522)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from worker.sandbox.capture import Captured


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a mail came back: the status of RFC 3463 and the words of the refusing server."""

    status: str
    diagnostic: str


HARD = Reason("5.1.1", "550 5.1.1 The email account that you tried to reach does not exist")
SOFT = Reason("4.2.2", "452 4.2.2 The email account that you tried to reach is over quota")

_REPORT = """\
From: Mail Delivery System <mailer-daemon@{domain}>
To: {sender}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{key}@{domain}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{key}"

--{key}
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.{domain}.

I'm sorry to have to inform you that your message could not be delivered to
one or more recipients. It's attached below.

<{recipient}>: host mx.{domain} said: {diagnostic}

--{key}
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{domain}
Arrival-Date: {arrival}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Remote-MTA: dns; mx.{domain}
Diagnostic-Code: smtp; {diagnostic}

--{key}
Content-Type: text/rfc822-headers

"""


def bounce(mail: Captured, recipient: str, reason: Reason, at: datetime) -> bytes:
    """Return the report that `mail` could not be delivered to `recipient`, with CRLF line ends.

    It goes to the envelope's sender from the null sender (RFC 3464 §2), and gives back the
    headers of the mail (RFC 6522 §4). The same arguments make the same bytes.
    """
    domain = recipient.rpartition("@")[2]
    report = _REPORT.format(
        domain=domain,
        sender=mail.sender,
        recipient=recipient,
        key=_key(mail, recipient, reason),
        date=format_datetime(at),
        arrival=format_datetime(mail.at),
        status=reason.status,
        diagnostic=reason.diagnostic,
    )
    headers = mail.raw.partition(b"\r\n\r\n")[0]
    end = f"\r\n\r\n--{_key(mail, recipient, reason)}--\r\n"
    return report.replace("\n", "\r\n").encode() + headers + end.encode()


def _key(mail: Captured, recipient: str, reason: Reason) -> str:
    subject = f"{mail.number} {recipient} {reason.status}".encode() + mail.raw
    return hashlib.sha256(subject).hexdigest()[:24]
