"""By which signs an answer is a robot's, where no header field says so."""

from __future__ import annotations

import pytest

from worker.inbox import classify
from worker.inbox.parse import parse
from worker.inbox.reading import Automatic, Intent, Kind

_BACK = "Thank you for your message. I am back in the office on Wednesday."
_WEEK = "I am on annual leave this week."
_GUARDED = "Sorry for this automatic reply: to stop spam I have a list of approved senders."
_UNREAD = "I won't be checking messages until Thursday."
_TICKET = "We have received your request."


def _mail(subject: str, text: str, sender: str = "jo") -> bytes:
    return (
        f"From: Jo <{sender}@client.example>\nTo: nora@lumen.example\nSubject: {subject}\n"
        "Date: Tue, 24 Nov 2026 10:00:00 +0000\nIn-Reply-To: <1@lumen.example>\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("Re: Felt", _BACK, Kind.HUMAN),  # people thank, too
        ("AW: Felt", _BACK, Kind.HUMAN),
        ("Felt", _BACK, Kind.AUTO_REPLY),
        ("Re: Felt", _WEEK, Kind.HUMAN),
        ("Annual leave", _WEEK, Kind.AUTO_REPLY),  # people leave the subject as it is
        ("Jo is no longer with us", "Jo is no longer with the company.", Kind.AUTO_REPLY),
        ("Re: Felt", "Jo is no longer with the company.", Kind.HUMAN),
        ("Retirement", "I have retired. Good luck to you all.", Kind.AUTO_REPLY),
        ("Retirement plans", "Thank you for your message. Which plan is it?", Kind.HUMAN),
        ("Annual leave", f"{_WEEK} Could you send the contract before?", Kind.HUMAN),
        ("Annual leave", f"{_WEEK} Urgent? Ask Roy.", Kind.AUTO_REPLY),
        ("Delivery", _WEEK, Kind.HUMAN),
        ("Re: Felt", _TICKET, Kind.HUMAN),
        ("Re: Felt", f"{_TICKET} We answer within two working days.", Kind.AUTO_REPLY),
        ("Re: Felt", _GUARDED, Kind.AUTO_REPLY),
        ("Re: Felt", f"{_UNREAD} Anything that can't wait: ask Roy.", Kind.AUTO_REPLY),
        ("Re: Felt", f"{_UNREAD} Could it wait?", Kind.HUMAN),
        (
            "Re: Felt",
            "This is not an automatic reply: I am out of the office. Call me.",
            Kind.HUMAN,
        ),
        ("Re: Felt", "I have put you on our list of approved suppliers.", Kind.HUMAN),
        ("Re: Felt", "سأتصل بك عند عودتي.", Kind.HUMAN),  # the same words count once
    ],
)
def test_signs_agree(subject: str, text: str, kind: Kind) -> None:
    assert classify.read(_mail(subject, text)).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "Mr Hill passed away last week.",
        "We regret to inform you that Ada Brown passed away on 3 November.",
        "Sadly, Jo Hill has passed away. Please contact Nora.",
        "Herr Vogt ist leider verstorben.",
        "Monsieur Roche nous a quittés.",
        "El señor Ruiz ha fallecido.",
    ],
)
def test_who_died_has_left(text: str) -> None:
    mail = b"Auto-Submitted: auto-replied\n" + _mail("Felt", text)
    assert classify.read(mail).automatic is Automatic.LEFT


@pytest.mark.parametrize(
    "text",
    ["My father passed away; I am out of the office.", "Sadly, my wife died. I am on leave."],
)
def test_who_mourns_is_away(text: str) -> None:
    mail = b"Auto-Submitted: auto-replied\n" + _mail("Felt", text)
    assert classify.read(mail).automatic is Automatic.ABSENCE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("This email account has been disabled. Write to new@client.example.", Automatic.MOVED),
        ("Dieses Postfach wurde geschlossen.", Automatic.MOVED),
        ("Cette boîte mail a été supprimée.", Automatic.MOVED),
        ("To release your message for delivery, answer this one.", Automatic.CHALLENGE),
        ("Your incident INC0012345 has been opened.", Automatic.TICKET),
        ("Ich befinde mich in Mutterschutz.", Automatic.ABSENCE),
    ],
)
def test_what_a_robot_says(text: str, said: Automatic) -> None:
    mail = b"Auto-Submitted: auto-replied\n" + _mail("Felt", text)
    assert classify.read(mail).automatic is said


_MACHINE = "This is an automated message."


@pytest.mark.parametrize(
    ("sender", "subject", "text", "kind"),
    [
        ("support", "Re: Felt", _TICKET, Kind.AUTO_REPLY),
        ("support", "Re: Felt", f"{_TICKET} I like it and want two.", Kind.HUMAN),
        ("jo", "Re: Felt [#48213]", _TICKET, Kind.AUTO_REPLY),
        ("jo", "Re: Felt [#48213]", f"{_TICKET} Which one is it, though?", Kind.HUMAN),
        ("info", "Re: Felt", "Thank you for your message. Jo wants two of them.", Kind.HUMAN),
        ("no-reply", "Re: Felt", "This mailbox is not monitored.", Kind.AUTO_REPLY),
        ("jo", "Re: Felt", "This mailbox is not monitored.", Kind.HUMAN),
        ("jo", "Re: Felt", _MACHINE, Kind.AUTO_REPLY),
        ("jo", "Re: Felt", "I know this is an automated message, but call me.", Kind.HUMAN),
        ("jo", "Thank you for contacting us", "Thank you for contacting us. No need.", Kind.HUMAN),
        (
            "jo",
            "Re: Felt",
            "I'm away this week. If it is urgent, call my colleague.",
            Kind.AUTO_REPLY,
        ),
        (
            "jo",
            "Re: Felt",
            "Nora, I'm away this week. If it is urgent, call my colleague.",
            Kind.HUMAN,
        ),
        ("support", "Re: Felt", f"Nora, {_TICKET} We reply within two days.", Kind.AUTO_REPLY),
    ],
)
def test_a_desk_answers_by_itself(sender: str, subject: str, text: str, kind: Kind) -> None:
    assert classify.read(_mail(subject, text, sender)).kind is kind


@pytest.mark.parametrize("subject", ["Automatikus válasz", "Αυτόματη απάντηση", "Trả lời tự động"])
def test_a_subject_says_so_in_languages_that_are_not_read(subject: str) -> None:
    unanswered = _mail(f"{subject}: Felt", "Xyzzy.").replace(
        b"In-Reply-To: <1@lumen.example>\n", b""
    )
    assert classify.read(unanswered).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize("text", ["Type the letters: https://x.example/a?k=1", "Is it you?"])
def test_only_a_question_asks(text: str) -> None:
    challenge = "I keep robots out. Your mail goes through once you have done it."
    asked = classify.read(_mail("Re: Felt", f"{challenge} {text}"))
    assert asked.kind is (Kind.HUMAN if text.endswith("?") else Kind.AUTO_REPLY)


@pytest.mark.parametrize(
    ("subject", "is_reply"),
    [
        ("RE: x", True),
        ("Antw: x", True),
        ("回复：x", True),
        ("Re[2]: x", True),
        ("R: x", True),
        ("ΑΠ: x", True),
        ("رد: x", True),
        ("Rest: x", False),
    ],
)
def test_how_an_answer_is_headed(subject: str, is_reply: bool) -> None:
    assert parse(_mail(subject, "")).is_headed_as_reply is is_reply


_DESK = b"Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Please take us off your list.", Intent.OPT_OUT),
        ("Thank you for your message, but we do not need any benches.", Intent.NOT_INTERESTED),
        ("Nora Lee commented:\n\nPlease send us the price list.", Intent.INTERESTED),
    ],
)
@pytest.mark.parametrize("subject", ["Re: Felt", "[Felt] Re: Felt", "FELT-331 Felt"])
def test_a_person_writes_in_a_program(text: str, intent: Intent, subject: str) -> None:
    found = classify.read(_DESK + _mail(subject, text, "support"))
    assert (found.kind, found.intent) == (Kind.HUMAN, intent)


@pytest.mark.parametrize(
    ("field", "subject", "text"),
    [
        (b"Return-Path: <>\n", "Felt", "Xyzzy."),  # Exchange, in words that nobody knows
        (b"", "Automatic reply: Felt", "Call me."),
        (b"", "Re: Felt", f"{_TICKET} We answer within two working days."),
    ],
)
def test_a_program_answers_by_itself(field: bytes, subject: str, text: str) -> None:
    assert classify.read(field + _DESK + _mail(subject, text)).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("This is an automatic reply. Remove us from your mailing list.", Intent.OPT_OUT),
        ("Messaggio generato automaticamente, si prega di non rispondere.", None),
        ("This is an automatic reply. I read mail twice a day.", None),
        ("To stop spam, I only get mail from a list of approved senders.", None),
        ("I have left the company. Please remove this address from your records.", None),
        ("Bo arbeitet nicht mehr bei uns. Bitte löschen Sie ihn aus Ihrem Verteiler.", None),
        ("Diese Adresse wird nicht mehr verwendet. Bitte löschen Sie diese Adresse.", None),
    ],
)
def test_what_a_robot_wants(text: str, intent: Intent | None) -> None:
    found = classify.read(b"Auto-Submitted: auto-replied\n" + _mail("Felt", text))
    assert (found.kind, found.intent) == (Kind.AUTO_REPLY, intent)
