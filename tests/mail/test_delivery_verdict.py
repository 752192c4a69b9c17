"""What answers mean: a table of what servers really say."""

from __future__ import annotations

import pytest

from tests.corpus.refusals import OURS, THEIRS, Refusal, refusals
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Deferred, Phase, Refused
from worker.delivery.verdict import judge

R, M, D, DOT = Phase.RCPT, Phase.MAIL, Phase.DATA, Phase.DOT


@pytest.mark.parametrize(
    ("phase", "code", "text", "blame"),
    [
        (R, 550, "5.1.1 The email account that you tried to reach does not exist", "address"),
        (R, 550, "No such user here", "address"),
        (R, 550, "5.4.1 Recipient address rejected: Access denied. AS(201806281)", "address"),
        (R, 550, "5.2.1 The email account that you tried to reach is disabled", "address"),
        (R, 550, "Requested action not taken: mailbox unavailable (#5.5.0)", "address"),
        (R, 556, "5.1.10 Recipient address has a null MX", "address"),
        (R, 550, "5.7.1 <x@y.example>: User unknown", "address"),
        (R, 550, "5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup", "address"),
        (R, 550, "5.7.1 Message rejected", "sender"),
        (R, 554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked", "sender"),
        (R, 554, "5.7.1 <b@y.example>: Relay access denied", "sender"),
        (R, 550, "Your address 192.5.1.1 is on our blocklist", "sender"),
        (R, 554, "Transaction failed", "sender"),
        (R, 530, "Must issue a STARTTLS command first", "sender"),
        (R, 503, "5.5.1 Error: need MAIL command", "sender"),
        (M, 550, "5.1.0 <a@x.example>: not yours", "sender"),
        (M, 550, "5.1.8 Sender domain not found", "sender"),
        (M, 552, "5.3.4 Message size exceeds fixed limit", "message"),
        (M, 552, "too large", "message"),
        (M, 552, "5.2.2 Mailbox full", "sender"),
        (M, 552, "Your mailbox is over quota", "sender"),
        (DOT, 554, "5.6.0 Message contains invalid MIME", "message"),
        (DOT, 550, "5.7.1 This message is likely unsolicited", "sender"),
        (DOT, 554, "Message rejected as spam", "sender"),
        (DOT, 554, "Transaction failed", "message"),
        (DOT, 550, "5.1.1 unknown after all", "address"),
        (Phase.GREETING, 554, "5.1.1 no SMTP service here", "sender"),
    ],
)
def test_a_refusal_blames_the_right_one(phase: Phase, code: int, text: str, blame: str) -> None:
    verdict = judge(phase, code, text)
    assert isinstance(verdict, Refused)
    assert (verdict.blame, verdict.phase, verdict.code) == (blame, phase, code)


@pytest.mark.parametrize(
    ("phase", "code", "text", "scope"),
    [
        (R, 450, "4.2.0 Greylisted", "recipient"),
        (R, 451, "4.7.1 please try again later", "recipient"),
        (R, 452, "4.2.2 The recipient's inbox is out of storage space", "recipient"),
        (R, 552, "5.2.2 mailbox full", "recipient"),
        (R, 550, "quota exceeded", "recipient"),
        (R, 550, "5.4.4 Unable to route", "recipient"),
        (DOT, 451, "4.7.0 temporary", "recipient"),
        (R, 452, "4.3.1 insufficient system storage", "mailbox"),
        (R, 421, "4.7.0 too many connections", "mailbox"),
        (M, 451, "4.3.0 try later", "mailbox"),
        (M, 550, "Hourly sending limit reached", "mailbox"),
        (Phase.GREETING, 421, "busy", "mailbox"),
        (DOT, 421, "closing", "mailbox"),
        (Phase.LOGIN, 454, "4.7.0 Temporary authentication failure", "mailbox"),
        (
            R,
            550,
            "Domain x.example has exceeded the max emails per hour (9/9) allowed",
            "mailbox",
        ),
        (R, 550, "x.example exceeded the max defers and failures per hour (5/5)", "mailbox"),
        (R, 450, "mailbox unavailable Mail send limit exceeded", "mailbox"),
        (R, 550, "Maximum number of messages per day reached", "mailbox"),
    ],
)
def test_a_deferral_says_what_waits(phase: Phase, code: int, text: str, scope: str) -> None:
    verdict = judge(phase, code, text)
    assert isinstance(verdict, Deferred)
    assert verdict.scope == scope


@pytest.mark.parametrize(
    ("code", "text", "named"),
    [
        (421, "4.7.26 Your email has been rate limited - gsmtp", "SPF or DKIM"),
        (421, "4.7.23 The IP has no PTR record. - gsmtp", "PTR"),
        (550, "5.7.23 The message was rejected because of SPF", "SPF"),
        (421, "4.7.28 unusual rate - gsmtp", "send less"),
        (421, "4.7.30 DKIM - gsmtp", "DKIM"),
        (421, "4.7.32 alignment - gsmtp", "From"),
        (550, "5.7.25 - gsmtp", "PTR"),
        (550, "5.7.27 - gsmtp", "SPF"),
        (550, "5.7.515 Access denied, sending domain does not meet the level", "Microsoft"),
    ],
)
def test_published_codes_name_what_wants_mending(code: int, text: str, named: str) -> None:
    verdict = judge(Phase.DOT, code, text)
    assert named in verdict.cause
    assert verdict.cause in str(verdict)
    if isinstance(verdict, Refused):
        assert verdict.blame == "sender"
    else:
        assert verdict.scope == "mailbox"


def test_an_unpublished_code_has_no_cause() -> None:
    assert judge(Phase.RCPT, 550, "5.1.1 user unknown").cause == ""


@pytest.mark.parametrize("said", refusals(), ids=lambda said: said.text[:60])
def test_what_servers_really_say(said: Refusal) -> None:
    phase = R if said.after == "RCPT" else DOT
    verdict = judge(phase, said.code, said.text, Envelope(OURS, THEIRS))
    if isinstance(verdict, Deferred):
        assert verdict.scope == said.meaning
    else:
        assert ("pause" if verdict.cause else verdict.blame) == said.meaning


@pytest.mark.parametrize(
    ("text", "blame"),
    [
        ("<ada@firm.example>: who is that?", "address"),
        ("who is that?", "sender"),
        ("5.1.1 <ada@firm.example>: user unknown", "address"),
        ("5.1.1 <grace@live.example>: user unknown", "sender"),
        ("Domain live.example does not exist", "sender"),
        ("Domain firm.example does not exist", "address"),
    ],
)
def test_whom_it_names_decides(text: str, blame: str) -> None:
    verdict = judge(R, 550, text, Envelope(OURS, THEIRS))
    assert isinstance(verdict, Refused)
    assert verdict.blame == blame


def test_words_in_an_address_are_not_the_servers() -> None:
    verdict = judge(R, 550, "<spam@x.example>: who is that?", Envelope(OURS, "spam@x.example"))
    assert isinstance(verdict, Refused)
    assert verdict.blame == "address"
