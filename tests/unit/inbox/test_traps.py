"""Mail made to hurt a parser ends in a reading, within a second of CPU."""

from __future__ import annotations

import pytest

from tests.unit.processor import processor_seconds
from worker.inbox import classify
from worker.inbox.reading import Kind

HEAD = (
    b"From: Ada <ada@acme.example>\r\nSubject: hello\r\nDate: Sun, 22 Nov 2026 10:00:00 +0100\r\n"
)
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def _nested(levels: int) -> bytes:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(levels)
    )
    return HEAD + head + TEXT + b"deep"


TRAPS = {
    "dots": b"From: " + b"." * 80_000 + b"\r\n\r\nhi",
    "parentheses": b"From: " + b"(" * 40_000 + b")" * 40_000 + b" <a@b.example>\r\n\r\nhi",
    "to_addresses": HEAD + b"To: " + b"a@b.example, " * 50_000 + b"\r\n\r\nhi",
    "quotes": b'From: "' + b'\\"' * 40_000 + b"\r\n\r\nhi",
    "encoded_words": HEAD + b"X: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nhi",
    "torn_words": b"Subject: " + b"=?utf-8?b?" * 20_000 + b"\r\n\r\nhi",
    "folds": b"Subject: a" + b"\r\n " * 60_000 + b"\r\n\r\nhi",
    "fields": b"X: y\r\n" * 100_000 + b"\r\nhi",
    "tags": HEAD + HTML + b"<a " * 50_000,
    "open_divs": HEAD + HTML + b"<div>" * 50_000 + b"</span>" * 50_000,
    "comments": HEAD + HTML + b"<!--" * 50_000,
    "entities": HEAD + HTML + b"&" * 200_000,
    "attributes": HEAD + HTML + b"<p " + b"style=" * 100_000 + b">",
    "levels": _nested(2_000),
    "rfc822": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + b"hi",
    "parts": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nx\r\n" * 50_000,
    "no_newline": HEAD + TEXT + b"a" * 2_000_000,
    "at_signs": HEAD + TEXT + b"@" * 500_000,
    "address_like": HEAD + TEXT + b"a.b-c@d." * 100_000,
    "colons": HEAD + TEXT + b"From: x\n" * 100_000,
    "attributions": HEAD + TEXT + b"On 1 Jan 2026 at 10:00 someone wrote:\n" * 50_000,
    "quoted": HEAD + TEXT + b"> " * 500_000,
    "dashes": HEAD + TEXT + b"-" * 500_000 + b"\n" + b"-- \n" * 100_000,
    "blank": HEAD + TEXT + b"\n \n" * 300_000,
    "words": HEAD + TEXT + b"out of the office until not interested " * 20_000,
    "wishes": HEAD + TEXT + b"call me? no. stop. yes. " * 1_000,
    "ends": HEAD + TEXT + b"ask me again at the " + b"end of the " * 20_000,
    "halves": HEAD + TEXT + b"first half of second half of march of next year " * 10_000,
    "customers": HEAD + TEXT + b"how do customers unsubscribe " * 5_000 + b"?",
    "commands": HEAD + TEXT + b"stop\n\n" * 50_000,
    "footers": HEAD + TEXT + b"if you no longer wish to receive\n" * 20_000,
    "pointers": HEAD + TEXT + b"in March, after that until May, danach im Juni. " * 20_000,
    "numbers": HEAD + TEXT + b"until 1/2/3 4.5. 2026 " * 40_000,
    "qp": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n" + TEXT + b"=\n=" * 300_000,
    "base64": HEAD + b"Content-Transfer-Encoding: base64\r\n" + TEXT + b"=A=" * 300_000,
    "charset": HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"-\xff" * 100_000,
    "report": HEAD
    + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    + b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n\r\n" * 20_000,
    "daemon": b"From: mailer-daemon@x.example\r\nSubject: failure notice\r\n\r\n"
    + b"<a@b.example>: no such user\r\nReceived: from\r\n" * 20_000,
    "nothing": b"",
    "nul": b"\x00" * 10_000,
    "only_boundary": HEAD + b'Content-Type: multipart/alternative; boundary=""\r\n\r\n----\r\n',
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_read_in_a_second(name: str) -> None:
    classify.read(HEAD + TEXT + b"warm up")
    with processor_seconds(1):
        reading = classify.read(TRAPS[name])
    assert reading.kind in Kind
