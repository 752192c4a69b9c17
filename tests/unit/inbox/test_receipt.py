"""That a mail was read is no answer to it, however a program says so."""

from __future__ import annotations

import pytest

from worker.inbox import classify
from worker.inbox.reading import Kind


def mail(subject: str, text: str) -> bytes:
    lines = (
        "From: Ada <ada@acme.example>",
        f"Subject: {subject}",
        "Date: Tue, 24 Nov 2026 09:00:00 +0000",
        "In-Reply-To: <nurture.k3vjq2mwd5x7aplcz4tgy6hrsnbe2ouif3q7wam@lumen.example>",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
    )
    return "\r\n".join(lines).encode()


QUOTED = "Your message\n\n  To: Ada\n  Subject: Lamps\n  Sent: Monday, 23 November 2026 10:00\n\n"
DISPLAYED = "This is a Return Receipt for the mail that you sent. There is no guarantee "

RECEIPTS = [
    ("Read: Lamps", f"{QUOTED}was read on Tuesday, 24 November 2026 09:58:12."),
    ("Not read: Lamps", f"{QUOTED}was deleted without being read on Tuesday, 24 November 2026."),
    ("Return Receipt (displayed) - Lamps", f"{DISPLAYED}that the recipient has read it."),
    ("Gelesen: Lampen", "Ihre Nachricht\n  An: Ada\n\nwurde am 24.11.2026 um 09:58 gelesen."),
    ("Ungelesen gelöscht: Lampen", "Ihre Nachricht an Ada wurde gelöscht, ohne gelesen zu werden."),
    ("Lu : Lampes", "Votre message\n  À : Ada\n\na été lu le mardi 24 novembre 2026 09:58."),
    ("Leído: Lámparas", "El mensaje\n  Para: Ada\n\nfue leído el martes, 24 de noviembre de 2026."),
    ("Lida: Candeeiros", "A sua mensagem\n  Para: Ada\n\nfoi lida em terça-feira, 24 de novembro."),
    ("Letto: Lampade", "Il messaggio\n  A: Ada\n\nè stato letto il martedì 24 novembre 2026."),
    ("Gelezen: Lampen", "Uw bericht\n  Aan: Ada\n\nis gelezen op dinsdag 24 november 2026."),
    ("Przeczytano: Lampy", "Wiadomość\n  Do: Ada\n\nzostała przeczytana 24 listopada 2026."),
    ("Přečteno: Lampy", "Zpráva\n  Komu: Ada\n\nbyla přečtena 24. listopadu 2026."),
    ("Прочитано: Лампы", "Ваше сообщение\n  Кому: Ада\n\nбыло прочитано 24 ноября 2026 г."),
    ("Okundu: Lambalar", "İletiniz 24 Kasım 2026 tarihinde saat 09:58'de okundu."),
    ("已读: 灯具", "您的邮件\n  收件人: Ada\n\n已于 2026年11月24日 阅读。"),
    ("開封済み: 照明", "メッセージは 2026年11月24日に開封されました。"),
    ("읽음: 조명", "2026년 11월 24일 메시지를 읽었습니다."),
    ("Läst: Lampor", "Ditt meddelande\n  Till: Ada\n\nlästes den 24 november 2026."),
    ("Læst: Lamper", "Din meddelelse\n  Til: Ada\n\nblev læst den 24. november 2026."),
    ("Lest: Lamper", "Meldingen\n  Til: Ada\n\nble lest 24. november 2026."),
    ("Luettu: Lamput", "Viestisi\n  Vastaanottaja: Ada\n\nluettiin 24. marraskuuta 2026."),
]


REPORT = """From: Ada <ada@acme.example>
Content-Type: multipart/report; report-type={kind}; boundary=b

--b

It says so.
--b
Content-Type: message/{kind}

Final-Recipient: rfc822; ada@acme.example
{field}
--b--
"""
DISPOSITION = "Disposition: manual-action/MDN-sent-manually"


@pytest.mark.parametrize(
    ("kind", "field", "arrived"),
    [
        ("disposition-notification", f"{DISPOSITION}; displayed", True),
        ("disposition-notification", f"{DISPOSITION};\n deleted/error", True),
        ("disposition-notification", f"{DISPOSITION}; denied", True),  # RFC 2298 §3.2.6.2
        ("disposition-notification", f"{DISPOSITION}; failed", False),
        ("delivery-status", "Action: relayed\nStatus: 2.0.0", True),
        ("tlsrpt", "Policy: none", False),
    ],
)
def test_a_receipt_says_that_it_arrived(kind: str, field: str, arrived: bool) -> None:
    reading = classify.read(REPORT.format(kind=kind, field=field).encode())
    assert (reading.kind, reading.arrived) == (Kind.OTHER, arrived)


@pytest.mark.parametrize(("subject", "text"), RECEIPTS, ids=[one[0] for one in RECEIPTS])
def test_a_receipt_in_words_is_nobodys_answer(subject: str, text: str) -> None:
    reading = classify.read(mail(subject, text))
    assert reading.kind is Kind.OTHER
    assert reading.why.startswith("a receipt")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Lamps", "Your letter was read on the train, and I liked it."),
        ("Read: Lamps", "I have read it now. Please call me tomorrow."),
        ("Read: Lamps", "It was read on Monday. Could you send a price list?"),
        ("Opened a new office", "The office was opened on Monday. We need lamps."),
        ("Deleted scenes", "The letter was read by all of us."),
        ("Lest: Lamper", "Vi er interessert, ring meg."),
    ],
)
def test_whoever_writes_of_reading_is_a_person(subject: str, text: str) -> None:
    assert classify.read(mail(subject, text)).kind is Kind.HUMAN


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Report Domain: felt.example Submitter: firm.example Report-ID: <1@x>", Kind.OTHER),
        ("[Preview] Report domain: felt.example  Submitter: firm.example", Kind.OTHER),
        ("Re: Report Domain: felt.example Submitter: firm.example", Kind.HUMAN),
        ("Your report domain: which is it?", Kind.HUMAN),
    ],
)
def test_a_report_on_our_domain_is_nobodys_answer(subject: str, kind: Kind) -> None:
    raw = f"From: postmaster@firm.example\nSubject: {subject}\n\nSee the file.\n"
    assert classify.read(raw.encode()).kind is kind
