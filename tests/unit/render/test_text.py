"""The plain-text alternative, made once per template or email by email: the same text."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.canvas import block
from inscriptis.model.config import ParserConfig
from inscriptis.model.tag import CustomHtmlTagHandlerMapping

from tests.unit.render.parts import ADA, SETTING, STRANGER, bundle, content, email, rendered, seen
from worker.core.facts import Lead
from worker.render.bundle import load
from worker.render.context import context
from worker.render.derive import text_template
from worker.render.email import Renderer
from worker.render.page import begin_link, end_link, read
from worker.render.text import alternative, plain, tidy

SHIPPED = load(Path(__file__).parents[3] / "templates")
# Those to leads: a letter to an owner is rare, and may say what no template of text can be made of.
EMAILS = sorted(
    path
    for path in SHIPPED.files
    if not path.endswith("layout.html") and not path.startswith("sales-loop/")
)


@pytest.mark.parametrize("lead", [ADA, STRANGER], ids=["known", "stranger"])
@pytest.mark.parametrize("template", EMAILS)
def test_a_derived_text_says_what_the_html_says(template: str, lead: Lead) -> None:
    assert text_template(SHIPPED.files, template) is not None
    said = Renderer(SHIPPED).content(template, context(lead, SETTING))
    assert said.text == alternative(said.html)


@pytest.mark.parametrize(
    "body",
    [
        "<p>a {% if lead.phone %} b {% endif %} c</p>",
        "<p>a{% if lead.company %} at {{ lead.company }}{% endif %}, b</p>",
        "<p>a {% if lead.phone %}x{% elif lead.company %}y{% else %}z{% endif %} c</p>",
        "<ul>{% if lead.phone %}<li>one</li>{% endif %}<li>two</li>\n<li>three</li></ul>",
        "<p>a</p>{% if lead.phone %}<p>b</p>{% endif %}<p>c</p>",
        "<p>a</p>\n\n{% if lead.company %}\n<p>b</p>\n{% endif %}\n<p>c</p>",
        "a<br>{% if lead.phone %}b<br>{% endif %}c",
        "<a href='{{ links.unsubscribe }}'>{{ lead.company or 'x' }}</a>",
        "<a href='mailto:{{ mailbox.email }}'>{{ mailbox.email }}</a>",
        "<table><tr><td>one</td><td>{{ lead.email }}</td></tr></table>",
        "<p>{{ lead.stage | upper }} {# a note #} x</p>",
    ],
)
@pytest.mark.parametrize("lead", [ADA, STRANGER], ids=["known", "stranger"])
def test_conditions_and_values_leave_no_seams(body: str, lead: Lead) -> None:
    source = email(body)
    said = content(source, seen(lead))
    assert text_template(bundle(it=source).files, "it.html") is not None
    assert said.text == alternative(said.html)


@pytest.mark.parametrize(
    "body",
    [
        "{% for n in range(2) %}<p>{{ n }}</p>{% endfor %}",
        "{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ m('y') }}",
        "{% filter markdown %}*a*{% endfilter %}",
        "{{ '*a*' | markdown }}",
        "{% set x = 1 %}{{ x }}",
        "{% raw %}{{ x }}{% endraw %}",
        "<div style='display:none'>{% if lead.phone %}x{% endif %}</div>",
        "<p {% if lead.phone %}class='x'{% endif %}>y</p>",
        "&#123;&#123; x }}",
        "\ue000 \ue100",
    ],
)
def test_what_cannot_be_derived_is_converted_email_by_email(body: str) -> None:
    assert text_template(bundle(it=email(body)).files, "it.html") is None
    said = content(email(body))
    assert said.text == alternative(said.html)


def test_a_block_of_its_own_takes_the_place_of_the_derived_text() -> None:
    block = "{% block text %}\nDear {{ lead.company }} &amp; all,\n\n\n\nyes\n{% endblock %}"
    assert content(email("<p>HTML</p>", more=block)).text == "Dear Engines & Co & all,\n\nyes\n"


def test_links_are_written_out_and_hidden_parts_left_out() -> None:
    html = """<div style="display:none">hidden</div><p>See <a href="https://x.example/a?b=1&amp;c=2">
    the page</a>, <a href="https://y.example">https://y.example</a>
    or <a href="mailto:a@x.example">a@x.example</a>.</p>"""
    assert alternative(html) == (
        "See the page <https://x.example/a?b=1&c=2>, https://y.example or a@x.example.\n"
    )


TABLE, ENDS = "<table><tr><td>", "</td></tr></table>"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (
            '<a href="https://x.example/?a=1&amp;section=2&amp;region=eu">all</a>',
            "all <https://x.example/?a=1&section=2&region=eu>",
        ),
        ('<a href="https://x.example/?a=1&copy=2">all</a>', "all <https://x.example/?a=1&copy=2>"),
        ('<a href="https://x.example/a_(b)">[PDF] all</a>', "[PDF] all <https://x.example/a_(b)>"),
        ('<a href="https://x.example/a b">all</a>', "all <https://x.example/a b>"),
        ("as in [this](that), Ada [ADA](x)", "as in [this](that), Ada [ADA](x)"),
        ("<b>R&amp;amp;D</b> &amp;section &amp;lt;b&amp;gt;", "R&amp;D &section &lt;b&gt;"),
        ("<pre>a  &amp;lt; b</pre>", "a  &lt; b"),
        ('<p style="display: none">a<!-- b -->c</p><!-- d -->&amp;lt;', "&lt;"),
        ("<code>&amp;lt;b&amp;gt;</code>", "&lt;b&gt;"),
        (f"{TABLE}{TABLE}?a=1&amp;section=2{ENDS}{ENDS}", "?a=1&section=2"),
        (f"{TABLE}a&amp;lt;</td><td>&amp;section{ENDS}", "a&lt;  &section"),
    ],
)
def test_links_and_marks_are_what_the_html_says(html: str, said: str) -> None:
    assert alternative(html) == f"{said}\n"
    source = email(html)
    assert said in content(source).text.splitlines()
    assert said in rendered(source).raw.decode().replace("=3D", "=").replace("=\r\n", "")


@given(st.lists(st.text("ab c*1.", max_size=300)))
def test_tidying_keeps_every_word_and_line(lines: list[str]) -> None:
    text = "\n".join(lines)
    tidied = tidy(text)
    assert [one for one in tidied.splitlines() if one] == [
        one.rstrip() for one in lines if one.rstrip()
    ]
    assert "\n\n\n" not in tidied
    assert tidied.endswith("\n")


def test_only_whole_entities_are_resolved() -> None:
    assert plain("A &amp; B &#39;c&#39; &lt; ?a=1&copy=2") == "A & B 'c' < ?a=1&copy=2"


STRICT = CSS_PROFILES["strict"]
STYLES = [
    "color: red; Display : NONE",
    "display:none;display:block",
    "white-space: pre; font: 12px/1.5 serif",
    "-webkit-margin-before: 3em; padding_left: 2em",
    "margin-top: 2em; nonsense; : ; style: display: none",
]


@pytest.mark.parametrize("style", STYLES)
def test_of_a_style_only_what_a_text_has_is_read_and_nothing_else_is_lost(style: str) -> None:
    html = f'<html><body><p>a</p><div style="{style}">b   c<p>d</p></div></body></html>'
    whole = get_text(html, ParserConfig(css=STRICT, display_links=True))
    assert alternative(html) == tidy(whole)


NOTE = " <!-- note -->"  # after a space, so that it is in no tag
# Whole elements, some that are left open, and marks that mean nothing.
WORDS = st.sampled_from(
    [
        *("word", " two words ", "\n", "\n  x\n", "&amp;lt;", "&nbsp;", "\t", "1.", "x" * 90),
        *("<br>", NOTE, "<p>", "</p>", "</td>", "<", "<img alt='x'>", "</head>"),
    ]
)
ELEMENTS = st.sampled_from(
    [
        *(
            "p",
            "div",
            "span",
            "b",
            "q",
            "pre",
            "h1",
            "li",
            "ul",
            "ol",
            "a href='https://x.example'",
        ),
        *("table", "tr", "td", "td align='center'", "th", "head", "style", "title", "other"),
        *(f'div style="{style}"' for style in STYLES),
    ]
)


WITH_MARKS = ParserConfig(
    css=STRICT,
    custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping({"a": begin_link}, {"a": end_link}),
)


def element(parts: tuple[str, str]) -> str:
    opened, inner = parts
    return f"<{opened}>{inner}</{opened.split()[0]}>"


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    elements = st.tuples(ELEMENTS, inner).map(element)
    return st.lists(elements | WORDS, max_size=5).map("".join)


@given(st.recursive(WORDS, nested, max_leaves=30))
def test_a_page_is_read_as_inscriptis_reads_it(html: str) -> None:
    with patch.object(block, "unescape", str):  # of what lxml has resolved already
        wanted = get_text(html.replace(NOTE, " "), WITH_MARKS)  # which shows what follows one
    assert read(html).strip() == wanted.strip()


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_that_read_together_do_not_write_into_each_other() -> None:
    pages = [f"<p>lead {number}</p>" for number in range(4000)]
    with ThreadPoolExecutor(3) as threads:
        told = list(threads.map(read, pages))
    assert [text.split() for text in told] == [["lead", str(number)] for number in range(4000)]
