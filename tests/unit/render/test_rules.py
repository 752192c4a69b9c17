"""What an email must be: each rule finds what breaks it, with its line, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.render.parts import ADA, LAYOUT, SETTING, bundle, email, sampled
from worker.render.bundle import Bundle
from worker.render.email import Renderer
from worker.render.finding import Finding, Severity
from worker.render.inspect import examine
from worker.render.rules import Use

ASK = '<div class="ask">Answer with the length, the width and the height of your room.</div>'
NEXT = "{% if step.next %}<p>I will write again {{ step.next }}.</p>{% endif %}"
ONLY = Use()


def found(body: str, use: Use = ONLY, layout: str = LAYOUT) -> list[Finding]:
    files = {**bundle(it=email(body)).files, "layout.html": layout}
    return examine(Renderer(Bundle(files)), "it.html", sampled(), use=use)


def the_one(findings: list[Finding], severity: Severity = Severity.WARNING) -> Finding:
    (finding,) = findings
    assert finding.severity is severity
    return finding


def test_what_is_right_is_left_alone() -> None:
    assert found(ASK + NEXT) == []


@pytest.mark.parametrize(
    "words",
    [
        "Just checking in.",
        "I wanted to\nfollow up on it.",
        "A gentle reminder of us.",
        "Did you see my last email?",
        "I am circling back.",
        "I hope this email finds you well.",
    ],
)
def test_an_empty_contact_gives_the_reader_nothing(words: str) -> None:
    warning = the_one(found(f"<p>Good day.\n{words}</p>{ASK}{NEXT}"))
    assert warning.line == 2
    assert "gives the reader nothing" in warning.reason


@pytest.mark.parametrize("words", ["We are checking into it.", "a stroke of luck", "rehurried"])
def test_words_that_only_contain_such_words_are_left_alone(words: str) -> None:
    assert found(f"<p>{words}</p>{ASK}{NEXT}") == []


@pytest.mark.parametrize(
    "words", ["This is your last chance.", "Hurry!", "Only 3 left.", "It ends\ntonight.", "ACT NOW"]
)
def test_pressure_that_is_not_true_is_an_error(words: str) -> None:
    error = the_one(found(f"<p>\n{words}</p>{ASK}{NEXT}"), Severity.ERROR)
    assert error.line == 2
    assert "it is not true" in error.reason


@pytest.mark.parametrize(
    "left",
    [
        "{first_name}",
        "{lead.first_name}",
        "{ Vorname }}",
        "${name}",
        "*|FNAME|*",
        "*|IF:NAME|*",
        "%FIRST_NAME%",
        "%%first_name%%",
        "[First Name]",
        "[Vorname]",
        "[insert the price here]",
        "[[name]]",
        "[%first_name%]",
        "«Nachname»",
        "&lt;&lt;First Name&gt;&gt;",
        "Lorem ipsum",
        "TODO: the price",
    ],
)
def test_a_place_that_nobody_fills_is_an_error(left: str) -> None:
    error = the_one(found(f"<p>Good day\n{left},</p>{ASK}{NEXT}"), Severity.ERROR)
    assert error.line == 2
    assert "it would be sent as it stands" in error.reason


@pytest.mark.parametrize(
    "words",
    [
        '{{ "{first_name}" }}',
        "{# [First Name] #}<!--[if mso]>x<![endif]-->",
        "100% of them, [1], [sic], {1, 2}, «le nom», sobre todo: 20%DISCOUNT, C%C3%BC",
        '<a href="https://a.example/wiki/B%C3%BCro_und_B%C3%BCrger">x</a>, LO TENEMOS TODO: pisos',
        "{% filter markdown %}[Name](https://a.example/%C3%84%20) and ask{% endfilter %}",
        "<style>p{color}a{margin:0}@media{b{top:1px}}</style>",
    ],
)
def test_what_only_looks_like_such_a_place_is_left_alone(words: str) -> None:
    said = [one for one in found(f"<p>{words}</p>{ASK}{NEXT}") if "as it stands" in one.reason]
    assert said == []


@pytest.mark.parametrize(
    ("body", "tag"),
    [
        ('\n<a href="https://a.example">one', "this <a> is not closed"),
        ("\n<div><p>one", "this <div> is not closed"),
        ("<ul><li>\n<b>one</ul>", "this <b> is not closed"),
        ("\none</table>", "nothing is open that this </table> closes"),
        ("{% if lead.company %}\n<B>{% endif %}one", "this <b> is not closed"),
    ],
)
def test_what_is_not_closed_is_named(body: str, tag: str) -> None:
    warning = next(one for one in found(ASK + NEXT + body) if one.reason.startswith(tag))
    assert (warning.line, warning.severity) == (2, Severity.WARNING)


@pytest.mark.parametrize(
    "body",
    [
        "<p>one<p>two<ul><li>three</ul><br><hr><img src='https://a.example/a.png' alt='>'>",
        '{% if lead.company %}<div id="<b>">{% else %}<div class="c">{% endif %}x</div>',
        "{% if lead.name %}<b>{% else %}{% endif %}x{% if lead.name %}</b>{% endif %}",
        "<!--[if mso]><table><![endif]-->{# <a> #}x<!--[if mso]></table><![endif]-->",
        "{% for one in [1, 2] %}<b>{{ one }}</b>{% endfor %}<body><address>x</address>",
    ],
)
def test_what_is_closed_or_need_not_be_is_left_alone(body: str) -> None:
    assert not [one for one in found(ASK + NEXT + body) if "close" in one.reason]


def test_html_in_a_subject_is_a_warning() -> None:
    files = {**bundle(it=email(ASK + NEXT, subject="A <b>new</b> room")).files}
    warning = the_one(
        examine(Renderer(Bundle({**files, "layout.html": LAYOUT})), "it.html", sampled(), use=ONLY)
    )
    assert "its reader would see <b>" in warning.reason


def test_a_branch_that_no_sample_takes_is_read_too() -> None:
    body = f'{{% if lead.company == "Nobody" %}}\n<p>Hurry!</p>{{% endif %}}{ASK}{NEXT}'
    assert the_one(found(body), Severity.ERROR).line == 2


@pytest.mark.parametrize(
    ("subject", "problem"),
    [
        ("A long way " * 90, "it is longer than 900 bytes"),
        ("One\ntwo", "it has a line break in it, which no header field may have"),
    ],
)
def test_a_subject_that_no_header_can_have_is_found_before_it_is_sent(
    subject: str, problem: str
) -> None:
    files = bundle(it=email(ASK + NEXT, subject)).files
    error = the_one(examine(Renderer(Bundle(files)), "it.html", sampled()), Severity.ERROR)
    assert (error.key, error.reason) == ("subject", problem)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<p>A fine day.</p>", "it asks for nothing"),
        (ASK + ASK, "it asks for 2 things"),
        ('<a href="https://a.example">A</a> <a href="https://b.example">B</a>', "it has 2 links"),
    ],
)
def test_an_email_asks_for_one_thing(body: str, problem: str) -> None:
    warning = the_one(found(body + NEXT))
    assert warning.reason.startswith(problem)
    assert warning.line == 1


@pytest.mark.parametrize(
    "body",
    [
        f'{ASK}<a href="https://a.example">A</a> <a href="https://b.example">B</a>',
        '<a href="https://a.example/?a=1&amp;b=2">The guide</a> <a href="https://a.example/?a=1&amp;b=2">again</a>',
        ASK.replace('class="ask"', "class='wide ask'"),
        f"{{% if lead.company %}}{ASK}{{% else %}}{ASK}{{% endif %}}",
    ],
)
def test_one_request_that_stands_out_will_do(body: str) -> None:
    assert found(body + NEXT) == []


def test_it_says_when_we_write_again() -> None:
    assert "when we write again" in the_one(found(ASK)).reason
    assert found(ASK, Use(followed=False)) == []
    told = LAYOUT.replace('<div class="footer">', f'<div class="footer">{NEXT}')
    assert found(ASK, layout=told) == []


def test_a_language_without_words_for_it_is_told_where_they_are_printed() -> None:
    for spoken, told in (("fi", [2]), ("de", [])):
        layout = LAYOUT.replace("<html>", f'<html lang="{spoken}">')
        assert [one.line for one in found(f"{ASK}\n{NEXT}", layout=layout)] == told
    own = "{% if step.next %}Palaan asiaan pian.{% endif %}"
    assert found(f"{ASK}{own}", layout=LAYOUT.replace("<html>", '<html lang="fi">')) == []


def test_an_owner_needs_no_way_out() -> None:
    bare = LAYOUT.replace('<a href="{{ links.unsubscribe }}">Unsubscribe</a>', "")
    errors = found(ASK + NEXT, layout=bare)
    assert {one.severity for one in errors} == {Severity.ERROR}
    assert found(ASK + NEXT, Use(marketing=False), layout=bare) == []


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ('<img src="https://a.example/x.png">', "without images nothing is here"),
        ('<table width="600"><tr><td>x</td></tr></table>', "600 pixels do not fit"),
        ('<p style="min-width: 400px">x</p>', "400 pixels do not fit"),
        ("<style>.x { width: 640px }</style>", "640 pixels do not fit"),
        ('<p style="color: #000">x</p>', "stays as it is in dark mode"),
        ("<p style='margin: 0; background-color:white'>x</p>", "stays as it is in dark mode"),
        ('<td bgcolor="#ffffff">x</td>', "stays as it is in dark mode"),
        ('<a href="https://a.example">click here</a>', "nothing of where the link leads"),
        (
            '<p style="background-image: url(images/felt.png)">x</p>',
            "'images/felt.png' is not sent",
        ),
        ("<style>.x { background-image: URL( 'felt.png' ) }</style>", "'felt.png' is not sent"),
        ('<img src=images/x.png alt="x">', "this is not sent along: src=images/x.png;"),
        ('<img alt="" src="//a.example/x.png">', 'not sent along: src="//a.example/x.png;'),
        ('<img alt="" src="C:\\x.png">', "this is not sent along: src="),
        ('<td background="images/x.png">x</td>', 'not sent along: background="images/x.png;'),
        ("<script>alert(1)</script>", "mail programs leave it out: <script;"),
        ('<form action="https://a.example">', "mail programs leave it out: <form;"),
        ('<p onclick="x()">x</p>', "mail programs leave it out: onclick=;"),
        ('<img alt="" src="data:image/png;base64,aGk=">', 'leave it out: src="data:;'),
    ],
)
def test_what_is_hard_to_read_is_a_warning_with_its_line(part: str, sentence: str) -> None:
    warning = the_one(found(f"<p>Look:</p>\n{part}{ASK}{NEXT}"))
    assert sentence in warning.reason
    assert warning.line == 2


@pytest.mark.parametrize(
    ("prose", "line", "tag"),
    [
        (f"Good day, {{{{ lead.name or 'you' }}}},\n\n{ASK}", 4, "<div"),
        (f"{{% if lead.name %}}\n- one\n- two\n{{% endif %}}\n\n{ASK}", 7, "<div"),
        ("> A fine day,\n> and a <b>bold</b> one.", 3, "<b"),
        ("A fine day.\n\n<!--\na note -->", 4, "<!--"),
    ],
)
def test_html_in_markdown_is_told_once_and_with_its_line(prose: str, line: int, tag: str) -> None:
    after = "" if ASK in prose else ASK
    body = f"{{% filter markdown %}}\n{prose}\n{{% endfilter %}}{after}{NEXT}"
    warning = the_one(found(body))
    assert warning.line == line
    assert warning.reason.startswith("HTML in Markdown is shown to the reader")
    assert f"here {tag}:" in warning.reason


@pytest.mark.parametrize(
    "prose",
    [
        "Write `<b>` for bold.",
        "In HTML:\n\n    <b>code</b>",
        "See <https://felt.example>, and 1 < 2.",
        "{# <b>no word of it</b> #}",
    ],
)
def test_what_only_looks_like_html_may_stand_in_markdown(prose: str) -> None:
    assert found(f"{{% filter markdown %}}\n{prose}\n{{% endfilter %}}{ASK}{NEXT}") == []


def test_html_around_markdown_is_html() -> None:
    asked = "<div class='ask'>{% filter markdown %}\n**Which** room?\n{% endfilter %}</div>"
    assert found(f"{{% filter markdown %}}A fine day.{{% endfilter %}}{asked}{NEXT}") == []


def test_html_in_the_text_is_told_with_its_line() -> None:
    law = "{{ links.unsubscribe }} {{ mailbox.postal_address }}"
    words = "<strong>Good</strong> day, dear reader, how long is your room?"
    text = f"{{% block text %}}\n{words} {law}{{% endblock %}}"
    files = bundle(it=email(ASK + NEXT, more=text))
    warning = the_one(examine(Renderer(files), "it.html", sampled(), use=ONLY))
    assert warning.line == 2
    assert "the text has HTML in it" in warning.reason


@pytest.mark.parametrize(
    "part",
    [
        '<img src="https://a.example/x.png" alt="A wall of felt">',
        '<img src="https://a.example/x.png" alt="Of two, the one = better">',
        '<img alt="" src="https://a.example/line.png" width="600" style="max-width: 100%">',
        '<table width="100%"><tr><td width="300">x</td></tr></table>',
        "<style>.x { max-width: 600px } @media (min-width: 700px) { p { margin: 0 } }</style>",
        '<!--[if mso]><table width="600"><![endif]-->',
        '<p class="quiet" style="margin: 0">x</p>',
        '<a href="https://a.example">how we measure</a>',
        '<img alt="" src="https://a.example/x.png" srcset="https://a.example/y.png 2x">',
        "<img alt='' src=https://a.example/x.png>",
        "<style>.x { background-image: url( 'https://a.example/felt.png' ) }</style>",
        '<p style="background-image: url(data:image/png;base64,aGk=)">x</p>',
        '<p style="background-image: url({{ links.unsubscribe }})">x</p>',
    ],
)
def test_what_can_be_read_is_left_alone(part: str) -> None:
    assert found(part + ASK + NEXT) == []


@pytest.mark.parametrize(
    ("meta", "sentence"),
    [('name="viewport"', "phones show it tiny"), ("light dark", "dark mode is not provided for")],
)
def test_the_frame_provides_for_phones_and_for_the_night(meta: str, sentence: str) -> None:
    warning = the_one(found(ASK + NEXT, layout=LAYOUT.replace(meta, "x")))
    assert (warning.file, warning.line) == ("layout.html", 2)
    assert sentence in warning.reason


def test_a_night_that_the_style_alone_provides_for_is_enough() -> None:
    style = "<style>@media (prefers-color-scheme: dark) { body { color: white } }</style>"
    assert found(ASK + NEXT, layout=LAYOUT.replace("light dark", "x") + style) == []


LEFT_OUT = "{% block preheadr %}x{% endblock %}"


@pytest.mark.parametrize(
    ("more", "line", "reason"),
    [
        (f"\n{LEFT_OUT}", 2, "nobody sees the block 'preheadr': no layout of this email has it"),
        ("\nGood day,\nyou", 2, "this stands outside of all blocks, put it into one: Good day,"),
        ("\n\n{{ lead.name or 'you' }}", 3, "put it into one: {{ lead.name"),
        ("{% set a = 1 %}\nlost{% set b %}kept{% endset %}", 2, "put it into one: lost"),
    ],
)
def test_what_no_block_shows_is_told_with_its_line(more: str, line: int, reason: str) -> None:
    files = bundle(it=f"{email(ASK + NEXT)}{more}").files
    warning = the_one(examine(Renderer(Bundle(files)), "it.html", sampled(), use=ONLY))
    assert (warning.file, warning.line) == ("it.html", line)
    assert reason in warning.reason


def test_what_blocks_use_may_stand_outside_of_them() -> None:
    aside = (
        "{# a note #}<!-- another\n -->{% set a = 1 %}\n{% set b %}x{% endset %}\n"
        "{% macro row(x) %}<p>{{ x }}</p>{% endmacro %}\n{% import 'part.html' as part %}\n"
    )
    files = {**bundle(it=f"{email(ASK + NEXT)}{aside}").files, "part.html": "x"}
    assert examine(Renderer(Bundle(files)), "it.html", sampled(), use=ONLY) == []


def test_a_text_of_its_own_is_written_out_and_without_html() -> None:
    way_out = "{{ links.unsubscribe }} {{ mailbox.postal_address }}"
    texts = {
        "Good day. " * 9 + f"<br>{way_out}": "HTML in it, which its reader would see: <br>",
        way_out: "it says next to nothing",
    }
    for said, sentence in texts.items():
        source = email(ASK + NEXT, more=f"{{% block text %}}{said}{{% endblock %}}")
        findings = examine(Renderer(bundle(it=source)), "it.html", sampled((ADA,)))
        assert sentence in the_one(findings).reason


def test_a_robot_in_from_is_an_error() -> None:
    setting = SETTING._replace(mailbox=replace(SETTING.mailbox, email="do-not-reply@felt.example"))
    findings = examine(Renderer(bundle(it=email(ASK + NEXT))), "it.html", sampled((ADA,), setting))
    assert "whose mail is read" in the_one(findings, Severity.ERROR).reason
