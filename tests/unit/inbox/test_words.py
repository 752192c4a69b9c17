"""The new words of a reply, and the words of phrases."""

from __future__ import annotations

import pytest

from worker.inbox import hypertext, phrases
from worker.inbox.fold import MAX_WORDS, fold
from worker.inbox.phrases.table import Phrase, Table, without_harmless
from worker.inbox.words import new_words, signature


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Yes.\n\nOn Mon, 1 Jan 2026 at 10:00 Ada\n<a@b.example> wrote:\n> hello\n", "Yes."),
        ("On 1/1/26 10:00, Ada wrote:\n> one?\nYes.\n> two?\nNo.\n", "Yes.\nNo."),
        ("Fine\n\nFrom: Ada\nSent: Monday\nTo: Bob\nSubject: x\n\nold", "Fine"),
        ("Fine\n\n-----Original Message-----\nold", "Fine"),
        ("FYI\n\n---------- Forwarded message ---------\nFrom: x\n\nold", "FYI"),
        ("Ok\n-- \nAda Byron\nCountess", "Ok"),
        ("Thanks, that helps a lot.", "Thanks, that helps a lot."),
        ("Was kostet das?\n\nDanke und Gruß", "Was kostet das?"),
        ("Ja, gern.\n\nFreundliche Grüße aus Bern\nReto Aebi", "Ja, gern."),
        ("Sure\n\nSent from my iPhone", "Sure"),
        ("Rendben\n\nElküldve az iPhone-omról", "Rendben"),
        ("Which one?\n\nWe all have an iPhone.", "Which one?\n\nWe all have an iPhone."),
        ("Look:\n\n[image: image.png]\n\nWill it fit?", "Look:\n\nWill it fit?"),
        ("No.\n\n>>> Ada <a@b.example> 1/2/2026 10:30 AM >>>\nold", "No."),
        ("No.\n\n---- On Mon, 2 Feb 2026 Ada <a@b.example> wrote ----\n\nOld. Was it?", "No."),
        ("Nein.\n\n---- Am Mo, 2 Feb 2026 a@b.example schrieb ---\n\nAlt. Wie?", "Nein."),
        ("No.\n\nAda Berg ---02.02.2026 09:12:01---Dear Sam, most offices\n\nOld. Was it?", "No."),
        ("--- No, thanks ---\n--- not in 2026 ---", "--- No, thanks ---\n--- not in 2026 ---"),
        ("Da.\n\nOt: A <a@b.example>\nX: 24 2026\nDo: B\nY: z\n\nold", "Da."),
        (
            "Two:\n\nA: a@b.example\nB: c@d.example\nC: none\nD: none\n\nShall we come?",
            "Two:\n\nA: a@b.example\nB: c@d.example\nC: none\nD: none\n\nShall we come?",
        ),
        ("Selten: a@b.example <https://aka.ms/LearnAboutSenderIdentification>\n\nHi", "Hi"),
        ("No.\nOn 1/1/26 at 10:30, Ada<a@b.example> wrote:   Hello,\n\nold", "No."),
        ("##- Please type your reply above this line -##\n\nHello", "Hello"),
        ("Hello\n\n##- Please type your reply above this line -##\n\nold", "Hello"),
        ("No.\n\nThis email and any attachments are confidential and for you only.", "No."),
        ("> all quoted\n> nothing new", ""),
        ("Yes.\n\nIf you no longer wish to receive our letters, write to us.", "Yes."),
        ("If you no longer write to me, I am glad.", "If you no longer write to me, I am glad."),
        ("Yes.\n\nTo unsubscribe, click here.\n\nStop.", "Yes.\n\nStop."),
        (
            "Hello,\n\nour privacy policy aside, delete whatever you hold about me.",
            "Hello,\n\nour privacy policy aside, delete whatever you hold about me.",
        ),
        ("", ""),
    ],
)  # fmt: skip
def test_new_words(text: str, words: str) -> None:
    assert new_words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Let us meet at 10:30 in Rome:\nVia Appia 3\n\nSee you",
        "Two things:\n\n- the price\n- the date",
        "Please write to: Ada",
        "Hello,\n\nI wrote to ada@firm.example in May. Who is it now?\n\nBob",
    ],
)
def test_what_only_looks_like_a_tail_stays(text: str) -> None:
    assert new_words(text) == text


def test_a_name_alone_is_a_signature() -> None:
    assert new_words("Call me.\n\nAda", "Ada Byron") == "Call me."
    assert new_words("Call me.\n\nAda Byron (she/her)\nPeople", "Ada Byron") == "Call me."
    assert new_words("네.\n\n이수진 드림", "이수진") == "네."
    assert new_words("Call me.\n\nBob", "Ada Byron") == "Call me.\n\nBob"


@pytest.mark.parametrize(
    "tail",
    [
        "Bea",  # short for Beatrice
        "Beatrice Lowe | Lowe & Sons | 12 Quay St",
        "Greetings from Leeds,\nBeatrice",
    ],
)
def test_a_signature_may_be_one_line(tail: str) -> None:
    assert new_words(f"Call me.\n\n{tail}", "Beatrice Lowe") == "Call me."


def test_of_a_tail_that_never_ends_no_more_is_cut_than_a_tail_has() -> None:
    """Each cut leaves another signature: somebody wants the reader to fall."""
    left = new_words("Call me.\n\n" + "- Bob\n\n" * 1000, "Ada Byron")
    assert left.startswith("Call me.\n\n- Bob")
    assert left.count("- Bob") == 1000 - signature.MOST_PARTS


def test_a_postscript_below_a_signature_stays() -> None:
    text = "Call me.\n\nBest,\nAda\n\nP.S. Not on Monday."
    assert new_words(text, "Ada Byron") == "Call me.\n\nP.S. Not on Monday."
    assert new_words("PS: Not on Monday.\n\nBest,\nAda", "Ada") == "PS: Not on Monday."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree\n"),
        ("<div>New</div><blockquote type=cite><div>old</div></blockquote>", "New\n\n> old\n> "),
        (
            "<div>New</div><div id=divRplyFwdMsg>From: x</div><div>old</div>",
            "New\n> From: x\n> old",
        ),
        ("<style>p{}</style>a &amp; b&nbsp;c<script>x</script>", "a & b c"),
        ("shown<span style='display:none'>hidden</span>", "shown"),
        ("<!-- no -->yes<!-- open", "yes"),
        ("<tr><th>To<td>ada@x.example<td>Why</tr><tr><td>full", "To ada@x.example Why\nfull"),
        ("1 < 2 and <b>bold", "1 2 and bold"),
    ],
)
def test_html_is_text_with_marked_quotes(html: str, text: str) -> None:
    assert hypertext.text_of(html) == text


def test_words_are_folded() -> None:
    assert fold("Größe, CAFÉ! Don't! 12.12.2026").words == (
        "grosse", "cafe", ".", "don", "t", ".", "12.12.2026",
    )  # fmt: skip
    assert fold("t.o.m. fredag").words == ("tom", "fredag")
    assert fold("不感兴趣。").words == ("不", "感", "兴", "趣", ".")


@pytest.mark.parametrize(("gap", "count"), [(1, 30_000), (100_000, 2), (50, 5_000), (20_000, 5)])
def test_of_a_long_text_the_first_words_are_folded(gap: int, count: int) -> None:
    text = ("one" + " " * gap + "two" + " " * gap) * (count // 2)
    assert fold(text).words == (("one", "two") * (count // 2))[:MAX_WORDS]


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("take me ... list", "please take me off your mailing list", True),
        ("take me ... list", "take me. Here is a list", False),
        ("(stop|quit) mail*", "Quit mailing!", True),
        ("[very] good", "very good", True),
        ("what ... ?", "What is it?", True),
        ("what ... ?", "What it is.", False),
    ],
)
def test_a_phrase_is_found(source: str, text: str, *, found: bool) -> None:
    table = Table((Phrase("x", "en", source),))
    assert bool(table.find(fold(text))) is found


def test_a_longer_harmless_phrase_takes_the_meaning() -> None:
    table = Table(
        (Phrase("absence", "en", "out of office"), Phrase("harmless", "en", "office chairs"))
    )
    assert len(without_harmless(table.find(fold("out of office")))) == 1
    longer = Table((Phrase("absence", "en", "office"), Phrase("harmless", "en", "office chairs")))
    assert without_harmless(longer.find(fold("office chairs"))) == []


@pytest.mark.parametrize("code", phrases.LANGUAGES)
def test_every_language_is_complete_and_compiles(code: str) -> None:
    tables = phrases.language(code)
    assert {"automatic", "intent", "reply", "anchors", "dates"} <= set(tables)
    assert len(tables["dates"]["months"]) == 12
    assert len(tables["dates"]["weekdays"]) == 7
    for section in ("automatic", "intent", "reply", "anchors"):
        for meaning, sources in tables[section].items():
            for source in sources:
                assert Phrase(meaning, code, source).pattern.pattern
