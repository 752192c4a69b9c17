"""smtp-sink keeps what it takes, and its flags work."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.servers.smtp_sink import SmtpSink

Start = Callable[..., SmtpSink]

SENDER = "robot@example.com"
MAIL = b"Subject: Welcome\r\n\r\n.\r\n..two\r\n\r\n\r\nend\r\n"


def send(sink: SmtpSink, *recipients: str, content: bytes = MAIL) -> None:
    with closing(smtplib.SMTP(sink.host, sink.port, timeout=10)) as smtp:
        smtp.sendmail(SENDER, recipients, content, ["BODY=8BITMIME"])


def test_keeps_envelope_and_bytes(smtp_sink: Start) -> None:
    sink = smtp_sink()
    send(sink, "bob@example.com", "cy@example.com")
    send(sink, "ada@example.com", content=b"Received: from elsewhere\r\n\r\n")
    ada, both = sink.messages()
    assert ada.recipients == ("<ada@example.com>",)
    assert ada.content == b"Received: from elsewhere\r\n\r\n"
    assert both.recipients == ("<bob@example.com>", "<cy@example.com>")
    assert both.mail == f"<{SENDER}> BODY=8BITMIME"
    assert both.content == MAIL


def test_keeps_what_it_took_but_never_answered(smtp_sink: Start) -> None:
    sink = smtp_sink("-q", ".")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(sink, "ada@example.com")
    assert [taken.content for taken in sink.messages()] == [MAIL]


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        (("-f", "DATA"), smtplib.SMTPDataError),
        (("-r", "RCPT"), smtplib.SMTPRecipientsRefused),
        (("-Q", "MAIL"), smtplib.SMTPSenderRefused),
    ],
)
def test_keeps_nothing_that_it_refused(
    smtp_sink: Start, flags: tuple[str, ...], error: type[smtplib.SMTPException]
) -> None:
    sink = smtp_sink(*flags)
    with pytest.raises(error):
        send(sink, "ada@example.com")
    assert sink.messages() == []


def test_comes_back_with_what_it_had(smtp_sink: Start) -> None:
    sink = smtp_sink()
    send(sink, "ada@example.com")
    sink.stop()
    with pytest.raises(ConnectionRefusedError):
        send(sink, "ada@example.com")
    sink.start()
    send(sink, "bob@example.com")
    assert len(sink.messages()) == 2
