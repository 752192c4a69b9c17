"""Why deliveries fail, hard or soft."""

from __future__ import annotations

import pytest

from tests.corpus.refusals import Refusal, refusals
from worker.core.refusal import status_of
from worker.inbox import classify
from worker.inbox.bounces import reasons, statuses
from worker.inbox.reading import BounceType, Kind, Reason

HARD, SOFT = BounceType.HARD, BounceType.SOFT


@pytest.mark.parametrize(
    ("diagnosis", "status", "reason", "kind"),
    [
        ("550 5.1.1 no such user", "5.1.1", Reason.USER_UNKNOWN, HARD),
        ("", "5.1.2", Reason.HOST_UNKNOWN, HARD),
        ("552 5.0.0 mailbox is full", "5.0.0", Reason.MAILBOX_FULL, SOFT),
        ("", "4.4.7", Reason.EXPIRED, SOFT),
        ("connect: Connection refused", "5.4.1", Reason.NETWORK, SOFT),
        ("550 5.7.26 SPF check failed", "5.7.26", Reason.AUTHENTICATION, HARD),
        ("421 too many connections from your host", "", Reason.RATE, SOFT),
        ("554 blocked using bl.example blocklist", "", Reason.SPAM, HARD),
        ("451 4.3.5 internal error", "4.3.5", Reason.SYSTEM, SOFT),
        ("message exceeds maximum message size", "5.3.4", Reason.SIZE, HARD),
        ("we know nothing", "", Reason.OTHER, SOFT),
        ("Das Postfach hat sein Speicherlimit erreicht", "", Reason.MAILBOX_FULL, SOFT),
        ("dit e-mailadres bestaat niet (meer)", "", Reason.USER_UNKNOWN, HARD),
        ("查無此使用者", "", Reason.USER_UNKNOWN, HARD),
        ("le domaine n'existe pas", "", Reason.HOST_UNKNOWN, HARD),
        ("450 4.1.1 user unknown, try later", "4.1.1", Reason.USER_UNKNOWN, SOFT),
        ("535 5.7.8 Username not accepted", "5.7.8", Reason.AUTHENTICATION, HARD),
        ("550 5.1.90 You have reached your limit", "5.1.90", Reason.RATE, SOFT),
        ("retry timeout exceeded: connect: Connection refused", "", Reason.NETWORK, SOFT),
        ("The domain firm.example does not exist", "", Reason.HOST_UNKNOWN, HARD),
        (
            "host mx1.firm.example[192.0.2.4] said: 550 user not found",
            "",
            Reason.USER_UNKNOWN,
            HARD,
        ),
        ("host mx.firm.example [192.0.2.4]: 550 unknown user", "", Reason.USER_UNKNOWN, HARD),
        ("552 5.1.1 Boite du destinataire pleine OFR_417", "5.1.1", Reason.MAILBOX_FULL, SOFT),
        ("551 User not local; please try <b@new.example>", "", Reason.MOVED, HARD),
        ("550 Attachments ending in .zip are not welcome", "", Reason.CONTENT, HARD),
        ("존재하지 않는 메일 계정입니다", "", Reason.USER_UNKNOWN, HARD),
        ("Host not found, try again", "4.4.3", Reason.NETWORK, SOFT),
        ("Im Postfach ist nicht genügend Platz", "", Reason.MAILBOX_FULL, SOFT),
    ],
)
def test_a_diagnosis(diagnosis: str, status: str, reason: Reason, kind: BounceType) -> None:
    assert reasons.reason_of(diagnosis, status) is reason
    assert reasons.bounce_type(reason, diagnosis, status) is kind


def test_a_code_is_a_code_only_as_a_whole() -> None:
    assert statuses.find("host 10.5.1.1 said 2.0.0 and then 5.2.2") == "5.2.2"
    assert statuses.find("version 15.1.10.2") == ""
    assert statuses.find("blocked by Filter/5.1.2 engine") == ""


def test_the_letter_says_what_a_diagnosis_and_a_class_do_not() -> None:
    letter = "due to being unable to connect successfully to the destination mail server"
    assert reasons.reason_of("", "4.4.7") is Reason.EXPIRED
    assert reasons.reason_of("", "4.4.7", letter) is Reason.NETWORK
    assert reasons.reason_of("550 5.1.1 no such user", "5.1.1", letter) is Reason.USER_UNKNOWN


def test_what_another_server_said_begins_with_the_line_of_its_code() -> None:
    letter = "I did not get through.\n\nb@x.example:\nSorry, no mailbox here. (#5.1.1)\n\nMore.\n"
    assert reasons.part_with_code(letter) == "Sorry, no mailbox here. (#5.1.1)"
    assert reasons.part_with_code("It was not delivered.") == ""


_REPORT = b"""From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

%s
Action: failed
Status: 5.1.1
--b--
"""


@pytest.mark.parametrize(
    ("fields", "recipient"),
    [
        (b"Final-Recipient: rfc822; lea+x@firm.example", "lea+x@firm.example"),
        (
            (
                b"Original-Recipient: rfc822;lea+2Bx@firm.example\n"
                b"Final-Recipient: rfc822; lea+x@firm.example"
            ),
            "lea+x@firm.example",
        ),
        (
            (
                b"Original-Recipient: rfc822;lea+2bx@firm.example\n"
                b"Final-Recipient: rfc822; box7@firm.example"
            ),
            "lea+2bx@firm.example",
        ),
        (b"Final-Recipient: utf-8; j\\x{F6}rg@firm.example", "jörg@firm.example"),
        (b"Final-Recipient: utf-8; a\\x{D800}b@firm.example", "x{d800}b@firm.example"),
    ],
)
def test_an_address_may_come_encoded(fields: bytes, recipient: str) -> None:
    assert classify.read(_REPORT % fields).recipients == (recipient,)


def test_where_it_failed_is_told_beside_whom_we_wrote_to() -> None:
    fields = b"Original-Recipient: rfc822;info@club.example\nFinal-Recipient: rfc822;lea@x.example"
    passed_on = classify.read(_REPORT % fields)
    assert passed_on.recipients == ("info@club.example",)
    assert passed_on.failed_at == ("lea@x.example",)
    ends_there = classify.read(_REPORT % b"Final-Recipient: rfc822; info@club.example")
    assert ends_there.failed_at == ends_there.recipients


def test_a_report_may_have_the_message_id_of_what_it_returns() -> None:
    ours = b"Message-ID: <nurture." + b"a" * 39 + b"@felt.example>\n"
    assert classify.read(ours + b"From: grace@felt.example\n\nHello").kind is Kind.OWN
    fields = b"Final-Recipient: rfc822; info@club.example"
    assert classify.read(ours + _REPORT % fields).kind is Kind.BOUNCE


def test_a_list_of_addresses_may_come_without_the_message() -> None:
    mail = (
        b"From: MAILER-DAEMON@mx.example\nSubject: Undeliverable mail\n\n"
        b"Please ask help@mx.example about it.\n\n <a@x.example>: user unknown\n"
        b" * b@x.example (user unknown)\n"
    )
    assert classify.read(mail).recipients == ("a@x.example", "b@x.example")


@pytest.mark.parametrize(
    "mail",
    [
        b"From: 7@reports.spamcop.net\nX-SpamCop-sourceip: 192.0.2.1\nPrecedence: list\n\nSpam.\n",
        (
            b"From: fbl@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
            b"Feedback-Type: abuse\nOriginal-Rcpt-To: a@x.example\n--b--\n"
        ),
        (
            b"From: abuse@x.example\nX-XARF: PLAIN\nAuto-Submitted: auto-generated\n\n"
            b"Category: abuse\nReport-Type: spam\n"
        ),
    ],
)
def test_a_complaint_may_be_plain_text(mail: bytes) -> None:
    assert classify.read(mail).kind is Kind.COMPLAINT


def test_a_report_of_another_abuse_is_no_complaint() -> None:
    head = b"From: abuse@x.example\nX-XARF: PLAIN\nAuto-Submitted: auto-generated\n\n"
    assert classify.read(head + b"Report-Type: login-attack\n").kind is Kind.OTHER


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b"Delivery to ada@firm.example failed.", Kind.BOUNCE),
        (b"The mailbox of ada@firm.example is full.", Kind.BOUNCE),
        (b"-> ada@firm.example\nDelivery of your mail was stopped.", Kind.BOUNCE),
        (b"Your mailbox nora@lumen.example is nearly full: 95 % of its quota.", Kind.HUMAN),
    ],
)
def test_what_a_mail_system_says_of_whom_it_writes_to_is_no_bounce(text: bytes, kind: Kind) -> None:
    head = b"From: postmaster@lumen.example\nTo: Nora <nora@lumen.example>\nSubject: Mail\n\n"
    assert classify.read(head + text + b"\n").kind is kind


def test_a_list_says_what_it_did_with_a_mail() -> None:
    head = b"From: felt-bounces@list.example\nX-List-Administrivia: yes\nPrecedence: bulk\n"
    held = head + b"Subject: Your message to Felt awaits moderator approval\n\nIt is held.\n"
    assert classify.read(held).kind is Kind.AUTO_REPLY
    for_members = head + (
        b"Subject: Felt\n\nYou are not allowed to post to this mailing list, and your message has "
        b"been automatically rejected. Its owner is felt-owner@list.example.\n"
    )
    assert classify.read(for_members).kind is Kind.BOUNCE
    refused = head + (
        b"Subject: Request to mailing list Felt rejected\n\nYour request to felt@list.example "
        b"has been rejected: posting of your message to the list is for members.\n"
    )
    assert classify.read(refused).kind is Kind.BOUNCE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b"ada@firm.example: user unknown. See https://x.example/?id=1", Kind.BOUNCE),
        (b"My mail to ada@firm.example came back: user unknown.", Kind.HUMAN),
        (b"ada@firm.example: user unknown. Is there another address?", Kind.HUMAN),
    ],
)
def test_who_speaks_of_himself_or_asks_is_no_mail_system(text: bytes, kind: Kind) -> None:
    mail = b"From: Bob <bob@firm.example>\nSubject: Mail delivery failed\n\n" + text + b"\n"
    assert classify.read(mail).kind is kind


def test_an_address_that_programs_have_makes_nobody_a_mail_system() -> None:
    head = b"From: Delivery <delivery@firm.example>\nSubject: Delivery failed today\n\n"
    assert classify.read(head + b"Nobody was in. Shall we come again?\n").kind is Kind.HUMAN
    failed = head + b"ada@firm.example: 550 5.1.1 user unknown\n"
    assert classify.read(failed).recipients == ("ada@firm.example",)


@pytest.mark.parametrize("said", refusals(), ids=lambda said: said.text[:60])
def test_a_bounce_blames_the_address_where_a_refusal_does(said: Refusal) -> None:
    status = f"5.{'.'.join(map(str, status_of(said.text) or (0, 0)))}"
    diagnosis = (
        f"Final-Recipient: rfc822; ada@firm.example\nDiagnostic-Code: smtp; {said.code} {said.text}"
    )
    report = (_REPORT % diagnosis.encode()).replace(b"Status: 5.1.1", f"Status: {status}".encode())
    reading = classify.read(report)
    is_final = reading.bounce_type is HARD and reading.of_address
    assert is_final is (said.meaning == "address"), reading


@pytest.mark.parametrize(
    "diagnosis",
    [
        "Benutzer b@firm.example nicht im Domino-Verzeichnis aufgeführt",
        "605 Not delivering to previously bounced address",
        "550 Okänd mottagare",
        "550 Ukendt bruger",
        "550 Ukjent mottaker",
        "550 Käyttäjää ei ole",
        "550 Nie ma takiego użytkownika",
        "550 Немає такого користувача",
        "550 Casella di posta non esistente",
        "550 A címzett nem létezik",
        "550 Utilizator necunoscut",
        "550 Ο χρήστης δεν υπάρχει",
        "550 b@firm.example... We do not know this user",
    ],
)
def test_nobody_is_there_in_many_languages(diagnosis: str) -> None:
    assert reasons.reason_of(diagnosis) is Reason.USER_UNKNOWN


@pytest.mark.parametrize(
    "diagnosis",
    [
        "550 Vastaanottaja ei ole hyväksynyt viestiä",
        "550 Osoite ei ole sallittujen luettelossa",
        "550 Ihre IP-Adresse ist nicht gelistet",
        "550 Ihre IP-Adresse ist gesperrt",
        "550 Din IP-adresse er ukendt",
        "550 L'adresse IP est inconnue",
        "550 Kontoret findes ikke",
        "550 A feladó cím ismeretlen",
        "550 Adresa expeditorului este necunoscută",
        "550 Η διεύθυνση του αποστολέα δεν υπάρχει",
    ],
)
def test_what_is_said_of_something_else_blames_no_address(diagnosis: str) -> None:
    assert reasons.reason_of(diagnosis) is not Reason.USER_UNKNOWN


@pytest.mark.parametrize(
    ("named", "of_address"), [("<us@felt.example>", False), ("<b@firm.example>", True), ("", True)]
)
def test_a_server_that_asks_for_the_sender_in_vain_blames_no_address(
    named: str, of_address: bool
) -> None:
    report = (
        "From: Mailer-Daemon@mx.felt.example\nTo: us@felt.example\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.felt.example\n\n"
        "Final-Recipient: rfc822; b@firm.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: "
        f"smtp; 550 Callout verification failed: 550 5.1.1 {named} User unknown\n--b--\n"
    )
    assert classify.read(report.encode()).of_address is of_address


@pytest.mark.parametrize("kind", ["message/rfc822", "message/global-headers"])
def test_what_is_handed_back_may_be_encoded(kind: str) -> None:
    report = (
        "From: mailer-daemon@x.example\nContent-Type: multipart/report; boundary=b\n\n--b\n"
        "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; b@firm.example\n"
        f"Action: failed\nStatus: 5.1.1\n\n--b\nContent-Type: {kind}\n"
        "Content-Transfer-Encoding: quoted-printable\n\nMessage-ID: =3C1@felt.example>\n\n--b--\n"
    )
    assert classify.read(report.encode()).original_message_id == "1@felt.example"


_INSIDE = (
    "Content-Type: multipart/report; boundary=i\n\n--i\nContent-Type: {}\n\n{}\n\n--i\n"
    "Content-Type: text/rfc822-headers\n\nMessage-ID: <1@felt.example>\nTo: b@firm.example\n--i--\n"
)
_FAILED = "Final-Recipient: rfc822; b@firm.example\nAction: failed\nStatus: 5.1.1"
_SEEN = "Final-Recipient: rfc822; b@firm.example\nDisposition: manual-action; displayed"


@pytest.mark.parametrize(
    ("kind", "report"),
    [
        ("message/delivery-status", _FAILED),
        ("message/feedback-report", "Feedback-Type: abuse\nVersion: 1"),
        ("message/disposition-notification", _SEEN),
    ],
)
def test_who_passes_a_report_on_is_a_person(kind: str, report: str) -> None:
    mail = (
        "From: B <b@firm.example>\nSubject: Undelivered Mail Returned to Sender\n"
        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: text/plain\n\n"
        "All is well again with our server. How much is it?\n--o\nContent-Type: message/rfc822\n\n"
        f"From: postmaster@firm.example\n{_INSIDE.format(kind, report)}\n--o--\n"
    )
    assert classify.read(mail.encode()).kind is Kind.HUMAN


def test_a_gateway_puts_a_report_inside_another_mail() -> None:
    inside = _INSIDE.format("message/delivery-status", _FAILED)
    mail = (
        "From: postmaster@firm.example\nContent-Type: multipart/mixed; boundary=o\n\n--o\n"
        f"Content-Type: message/rfc822\n\n{inside}\n--o--\n"
    )
    assert classify.read(mail.encode()).of_address
