"""From nothing to a conversation: what a server says on the way is told, and where it said so."""

from __future__ import annotations

import pytest

from tests.mail.fake_smtp import GOOD, Script, cut, fake_smtp, last_words
from worker.delivery.account import Account
from worker.delivery.conversation import Conversation
from worker.delivery.opening import NotOpened, open_conversation
from worker.delivery.outcome import Deferred, Phase, Refused

OFFERS_LOGIN = {**GOOD, "EHLO": b"250-fake\r\n250 AUTH PLAIN\r\n"}
OUT_OF_STEP = "the server's answers are out of step"


async def opened(script: Script, username: str = "") -> Conversation | NotOpened:
    async with fake_smtp(script) as server:
        account = Account("127.0.0.1", server.port, "none", username, "engine-1843")
        return await open_conversation(account, None)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ({"CONNECT": b"250 hi\r\n"}, f"at the greeting: 250 {OUT_OF_STEP}: hi"),
        ({"EHLO": b"354 x\r\n"}, f"at the greeting: 354 {OUT_OF_STEP}: x"),
        ({"AUTH": b"334 \r\n"}, f"at the login: 334 {OUT_OF_STEP}"),
        ({"AUTH": b"235 ok\r\n421 full\r\n"}, "at the login: 421 full"),
        ({"AUTH": last_words(b"235 ok\r\n421 full\r\n")}, "at the login: 421 full"),
    ],
)
async def test_no_word_of_an_opening_is_lost(script: Script, said: str) -> None:
    assert str(await opened({**OFFERS_LOGIN, **script}, username="ada")) == f"deferred {said}"


async def test_a_farewell_together_with_the_answer_to_ehlo() -> None:
    script = {**GOOD, "EHLO": b"250-fake\r\n250 8BITMIME\r\n421 4.3.2 full\r\n"}
    assert await opened(script) == Deferred(Phase.GREETING, 421, "4.3.2 full", "mailbox")


@pytest.mark.parametrize("answer", [b"421 4.7.0 Try again later (EHLO)\r\n", b"550 bad name\r\n"])
async def test_a_refused_greeting_says_by_what_name_we_came(answer: bytes) -> None:
    async with fake_smtp({**GOOD, "EHLO": answer}) as server:
        account = Account("127.0.0.1", server.port, "none", helo="[192.0.2.7]")
        outcome = await open_conversation(account, None)
    assert isinstance(outcome, Deferred | Refused)
    assert outcome.phase is Phase.GREETING
    assert outcome.text.endswith("; we called ourselves [192.0.2.7], which smtp.helo changes")
    assert server.lines[0][1] == b"EHLO [192.0.2.7]\r\n"


async def test_a_cut_before_the_greeting_is_not_one_while_connecting() -> None:
    outcome = await opened({**GOOD, "CONNECT": cut})
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.code) == (Phase.GREETING, None)
    assert "port" not in outcome.text
