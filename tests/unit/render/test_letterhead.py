"""The header of a letter, read back by the standard library."""

from __future__ import annotations

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.render.parts import HEADER, LETTERHEAD
from worker.errors import TemplateError
from worker.render.address import Address
from worker.render.letterhead import Header, Letterhead

PLACES = ("a2" * 20, "b3" * 20)
TOKENS = ("z7" * 20, "2y" * 20)
names = st.text('aZ %,"é漢', min_size=1, max_size=60)
locals_ = st.text("aZ%+.{}", min_size=1, max_size=20)


def read(header: Header) -> EmailMessage:
    found = email.message_from_string(header.fields("Hello") + "\r\n", policy=default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def on(letterhead: Letterhead) -> Header:
    return HEADER._replace(letterhead=letterhead)


def paper(name: str, local: str, tokens: tuple[str, ...]) -> Letterhead:
    """Return the letterhead of a mailbox, with these tokens wherever one can be."""
    answers, out = tokens
    return Letterhead(
        Address(name, f"{local}@felt.example"),
        f"nurture.{answers}@felt.example",
        Address(name, f"{local}+{answers}@felt.example"),
        (f"https://felt.example/%20{out}", f"mailto:{local}@felt.example?subject=a%20{out}"),
        feedback_id=name,
        tokens=tokens,
    )


@given(names, locals_, names)
def test_a_letter_has_its_own_tokens_wherever_its_paper_has_places(
    name: str, local: str, to: str
) -> None:
    header = HEADER._replace(to=Address(to, f"{local}@x.example"))
    shared = header._replace(letterhead=paper(name, local, PLACES), tokens=TOKENS)
    alone = header._replace(letterhead=paper(name, local, TOKENS), tokens=TOKENS)
    for subject in ("Hello", "100 % %s", PLACES[0], f"{name} %(x)s"):
        assert shared.fields(subject) == alone.fields(subject)


@pytest.mark.parametrize("token", ["a" * 39, "a" * 41, "a" * 39 + "\n", "a" * 39 + "é", "%s" * 20])
def test_what_is_no_token_takes_no_place(token: str) -> None:
    header = HEADER._replace(letterhead=paper("Grace", "grace", PLACES), tokens=(token, PLACES[1]))
    with pytest.raises(ValueError, match="cannot take the place of"):
        header.fields("Hello")


def test_a_letterhead_that_cannot_be_written_says_so_each_time() -> None:
    broken = on(replace(LETTERHEAD, sender=Address("Grace\r\nBcc: all@x.example", "g@x.example")))
    for _ in range(2):
        with pytest.raises(TemplateError, match="From: it has a line break in it"):
            broken.fields("Hello")


def test_the_fields_of_a_follow_up() -> None:
    letterhead = replace(
        LETTERHEAD,
        reply_to=Address("Grace Hopper", "grace+token@felt.example"),
        feedback_id="welcome:step:felt:nurture",
    )
    header = on(letterhead)._replace(references=("zero@felt.example", "one@felt.example"))
    assert dict(read(header).items()) == {
        "Date": "Mon, 04 Jan 2027 09:00:00 +0000",
        "From": "Grace Hopper <grace@felt.example>",
        "Reply-To": "Grace Hopper <grace+token@felt.example>",
        "To": "Ada Lovelace <ada@x.example>",
        "Subject": "Hello",
        "Message-ID": "<nurture.abc@felt.example>",
        "In-Reply-To": "<one@felt.example>",
        "References": "<zero@felt.example> <one@felt.example>",
        "List-Unsubscribe": "<mailto:grace@felt.example?subject=stop>",
        "Feedback-ID": "welcome:step:felt:nurture",
    }


def test_an_edition_says_that_it_is_automatic_and_a_step_does_not() -> None:
    edition = read(on(replace(LETTERHEAD, automatic=True)))
    assert edition["Auto-Submitted"] == "auto-generated"
    assert "Auto-Submitted" not in read(HEADER)


def test_one_click_comes_with_https_only() -> None:
    uris = ("https://felt.example/u/abc", "mailto:grace@felt.example?subject=stop")
    found = read(on(replace(LETTERHEAD, unsubscribe=uris)))
    assert found["List-Unsubscribe"] == f"<{uris[0]}>, <{uris[1]}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_long_thread_keeps_its_first_and_last_messages() -> None:
    ids = tuple(f"{number}@felt.example" for number in range(100))
    kept = read(HEADER._replace(references=ids))["References"].split()
    assert kept[0] == "<0@felt.example>"
    assert kept[1:] == [f"<{number}@felt.example>" for number in range(81, 100)]
