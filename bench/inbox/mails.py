"""Mailboxes as they are after a week away, mail by mail: each function makes the one of a number.

- `minutes`: one in ten is an answer of a lead; the others are people's, and nobody's; 2.4 kB each
- `answers`: all are answers of leads, 2.4 kB each
- `week`: of twenty, eight newsletters of 50 kB and three or four notices of programs; five mails
  of people who are no leads, one of them with a file of 200 kB; two answers of leads, an absence,
  and at every second turn a bounce. All came over four servers, with a header of 3 kB; 37 kB each
"""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Iterable

from tests.mail.station import MAILBOX, SETUP, US, address, answer

LEADS = 200
"""How many have been written to, and may answer."""
_QUOTE = "\r\n\r\nOn Wed, 25 Nov 2026 at 10:00, Grace Hopper wrote:\r\n" + "\r\n".join(
    f"> This is line {number} of what was written before, as people leave it."
    for number in range(31)
)
_SEAL = "".join(f"\r\n\t{'QnJhdm8gZm9yIHJlYWRpbmcgdGhpcyBmYXI' * 2}" for _ in range(5))
_WAY = "\r\n".join(
    (
        *(
            f"Received: from mx{hop}.relay.example (mx{hop}.relay.example [192.0.2.{hop}])\r\n"
            f"\tby mx{hop + 1}.relay.example (Postfix) with ESMTPS id 4F{hop}7C3Bq2z9;\r\n"
            f"\tThu, 26 Nov 2026 09:00:0{hop} +0000 (UTC)"
            for hop in range(4)
        ),
        f"ARC-Seal: i=1; a=rsa-sha256; d=relay.example; s=arc; cv=none; b={_SEAL}",
        f"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=relay.example; b={_SEAL}",
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=relay.example; s=1; b={_SEAL}",
        "Authentication-Results: mx.felt.example; dkim=pass header.d=relay.example; spf=pass",
        *(f"X-Relay-Note-{number}: {'0123456789abcdef' * 3}" for number in range(20)),
    )
)
_PARAGRAPH = (
    '<table width=3D"100%"><tr><td style=3D"padding:0 0 12px 0;font-size:16px">'
    "What a quiet room is worth, in a sentence or two, with <a href=3D"
    '"https://news.example/r/0123456789abcdef">a link that is counted</a>.</td></tr></table>'
)
_FILE = encodebytes(bytes(range(256)) * 600).replace(b"\n", b"\r\n").decode()


def minutes(nonce: int) -> bytes:
    """One in ten an answer; the others the minutes of a meeting, quoting as people do."""
    if nonce % 10 == 0:
        return answers(nonce // 10, nonce)
    raw = answer(0, f"Dear all,\r\n\r\nhere are the minutes, number {nonce}.{_QUOTE}", nonce)
    lines = [one for one in raw.split(b"\r\n") if not one.startswith((b"In-Reply-To", b"From"))]
    return b"\r\n".join([f"From: someone{nonce}@elsewhere.example".encode(), *lines])


def answers(number: int, nonce: int | None = None) -> bytes:
    """An answer of a lead, above a quote of what it answers."""
    place = number if nonce is None else nonce
    return answer(number % LEADS + 1, f"How loud is it?{_QUOTE}", place)


def week(nonce: int) -> bytes:
    """What a salesperson finds on Monday."""
    match nonce % 20:
        case 0 | 10:
            return _lead(nonce, "Re: Welcome", "How loud is it?")
        case 5:
            away = "I am out of the office until 3 December 2026."
            return _lead(nonce, "Automatic reply: Welcome", away, "Auto-Submitted: auto-replied")
        case 15 if nonce % 40 == 15:
            return _bounce(nonce)
        case 11 | 12 | 13 | 15:
            return _notice(nonce)
        case 14 | 16 | 17 | 18 | 19:
            return _person(nonce, with_file=nonce % 20 == 19)
        case _:
            return _newsletter(nonce)


def _lead(nonce: int, subject: str, words: str, *fields: str) -> bytes:
    number = nonce // 5 % LEADS + 1
    thread = f"In-Reply-To: <{SETUP.message_id(SETUP.mailbox(MAILBOX), number)}>"
    head = (f"From: {address(number)}", f"Subject: {subject}", thread, *fields)
    return _mail(nonce, head, _alternative(words + _QUOTE, _html(words)))


def _person(nonce: int, *, with_file: bool) -> bytes:
    words = f"Dear all,\r\n\r\nhere is number {nonce}; what do you think of it?{_QUOTE}"
    sender = f"From: Somebody <someone{nonce}@elsewhere.example>"
    head = (sender, "Subject: Re: the plan", "In-Reply-To: <plan.1@elsewhere.example>")
    parts = [_alternative(words, _html(words))]
    if with_file:
        kind = "Content-Type: application/pdf\r\nContent-Disposition: attachment"
        parts.append(f"{kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n{_FILE}")
    return _mail(nonce, head, _multipart("mixed", parts) if with_file else parts[0])


def _newsletter(nonce: int) -> bytes:
    head = (
        f"From: News <news@paper{nonce % 50}.example>",
        f"Subject: What happened, number {nonce}",
        "List-Unsubscribe: <https://paper.example/u/1>",
        "Precedence: bulk",
    )
    return _mail(nonce, head, _alternative("Read this online.\r\n" * 100, _html("", 200)))


def _notice(nonce: int) -> bytes:
    sender = f"From: Tracker <noreply@tool{nonce % 5}.example>"
    head = (sender, f"Subject: Issue {nonce} was changed", "Auto-Submitted: auto-generated")
    words = f"Issue {nonce} was changed.\r\n" * 20
    return _mail(nonce, head, _alternative(words, _html(words, 10)))


def _bounce(nonce: int) -> bytes:
    number = nonce // 5 % LEADS + 1
    report = (
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address(number)}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    )
    sent = SETUP.message_id(SETUP.mailbox(MAILBOX), number)
    copy = f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{sent}>\r\n"
    told = "Content-Type: text/plain\r\n\r\nThis mail could not be delivered.\r\n"
    head = ("From: mailer-daemon@relay.example", "Subject: Undelivered Mail Returned to Sender")
    return _mail(nonce, head, _multipart("report", (told, report, copy)))


def _html(words: str, paragraphs: int = 20) -> str:
    return f"<html><body><p>{words}</p>{'='.join((_PARAGRAPH,) * paragraphs)}</body></html>"


def _alternative(plain: str, html: str) -> str:
    """A text in both forms; its HTML is quoted-printable already."""
    text = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{plain}\r\n"
    kind = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
    return _multipart("alternative", (text, f"{kind}\r\n\r\n{html}\r\n"))


def _multipart(kind: str, parts: Iterable[str]) -> str:
    mark = f"=_{kind}_0123456789"
    body = "".join(f"--{mark}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n{body}--{mark}--\r\n'


def _mail(nonce: int, head: Iterable[str], body: str) -> bytes:
    common = (
        f"To: {US}",
        "Date: Thu, 26 Nov 2026 09:00:00 +0000",
        f"Message-ID: <{nonce}@w.example>",
    )
    return "\r\n".join((_WAY, *head, *common, "MIME-Version: 1.0", body)).encode()
