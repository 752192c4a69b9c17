"""The whole circle: sent over SMTP, answered by the crowd, read over IMAP, judged."""

from __future__ import annotations

import imaplib
import smtplib
from datetime import timedelta
from email import message_from_bytes

from tests.mail.sandbox_parts import START, raw_mail
from worker.clock import VirtualClock
from worker.sandbox.cast import cast
from worker.sandbox.crowd import Crowd
from worker.sandbox.judge import judge
from worker.sandbox.reactions import Letter
from worker.sandbox.server import MailServer

MIRA = "mira@light.example"
SECONDS = 20.0


def send_to_all(server: MailServer, crowd: Crowd) -> None:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=SECONDS) as client:
        client.login(MIRA, "lamp")
        for n, address in enumerate(crowd.recipients):
            client.sendmail(f"mira+v{n}@light.example", [address], raw_mail(address, f"k{n}"))


def react(server: MailServer, crowd: Crowd, clock: VirtualClock) -> None:
    for mail in server.capture.after():
        crowd.receive(mail)
    while (due := crowd.next_due()) is not None:
        clock.move_to(due)
        for reaction in crowd.due(clock.now()):
            if isinstance(reaction, Letter):
                server.deliver(reaction.to, reaction.raw)


def subjects(server: MailServer) -> list[str]:
    with imaplib.IMAP4(server.host, server.imap_port, timeout=SECONDS) as client:
        client.login(MIRA, "lamp")
        client.select("INBOX", readonly=True)
        _, found = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
    mails = [message_from_bytes(part[1]) for part in found if isinstance(part, tuple)]
    return [mail["Subject"] for mail in mails]


def test_the_cast_answers_a_first_mail() -> None:
    clock = VirtualClock(START)
    crowd = Crowd(role.recipient for role in cast())
    with MailServer(clock, {MIRA: "lamp"}) as server:
        send_to_all(server, crowd)
        react(server, crowd, clock)
        received = subjects(server)
        mails = server.capture.after()
    letters = [each for each in crowd.log if isinstance(each, Letter)]
    assert len(received) == len(letters) == 8
    assert received.count("Undelivered Mail Returned to Sender") == 2
    assert received.count("Re: Welcome") == 5
    assert received.count("Automatische Antwort: Welcome") == 1
    assert clock.now() == START + timedelta(days=9)
    assert judge(mails, crowd).holds
