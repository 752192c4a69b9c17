"""Rendering whole: a template and plain data go in, bytes or an error come out."""

from __future__ import annotations

import email as standard
from concurrent.futures import ThreadPoolExecutor
from email import policy

import pytest

from tests.unit.render.parts import (
    ADA,
    HEADER,
    SETTING,
    STRANGER,
    bundle,
    content,
    email,
    rendered,
    seen,
)
from worker.errors import InputError, TemplateError
from worker.render.address import Address
from worker.render.bundle import Bundle
from worker.render.context import Owner, context
from worker.render.email import Renderer


def test_an_email_is_its_blocks_in_its_layout() -> None:
    said = Renderer(bundle()).content("welcome.html", seen())
    assert said.subject == "Hello Ada"
    assert said.preheader == "What helps most"
    assert "Good day, Engines &amp; Co.</p>" in said.html
    assert said.text.startswith("Good day, Engines & Co.\n")
    assert "1 Quiet Road, Softville" in said.text
    assert "What helps most" not in said.text


def test_the_same_template_says_something_else_to_somebody_else() -> None:
    renderer = Renderer(bundle())
    assert renderer.content("welcome.html", seen(STRANGER)).subject == "Hello there"
    assert renderer.content("welcome.html", seen(ADA)).subject == "Hello Ada"


def test_raw_is_what_was_said() -> None:
    renderer = Renderer(bundle())
    said = renderer.content("welcome.html", seen())
    done = renderer.render("welcome.html", seen(), HEADER)
    message = standard.message_from_bytes(done.raw, policy=policy.default)
    assert message["Subject"] == done.subject == said.subject
    text, html = message.iter_parts()
    assert text.get_content().splitlines() == said.text.splitlines()
    assert html.get_content().splitlines() == said.html.splitlines()


def test_a_subject_is_text_and_not_html() -> None:
    shown = rendered(email("x", "A &amp; B: {{ lead.company }} <{{ 'x' }}>"))
    assert shown.subject == "A & B: Engines & Co <x>"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_a_line_break_in_what_a_subject_prints_is_refused(end: str) -> None:
    lead = ADA._replace(first_name=f"Ada{end}Bcc: all@x.example")
    with pytest.raises(TemplateError, match=r"welcome\.html: Subject: it has a line break in it"):
        Renderer(bundle()).render("welcome.html", seen(lead), HEADER)


def test_white_space_around_a_subject_is_none_of_it() -> None:
    assert rendered(email("x", "\n  Hello\n")).subject == "Hello"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "it.html: there is no such template"),
        ({"it.html": "<p>no blocks</p>"}, "it.html: subject: it has no such block: begin with"),
        (
            {"it.html": "{% block subject %} {% endblock %}"},
            "it.html: subject: it has no subject: fill the block",
        ),
        ({"it.html": "{% extends 'l.html' %}"}, "it.html:1: there is no template 'l.html'"),
        ({"it.html": "a\n{% if %}"}, "it.html:2: Expected an expression, got 'end of statement"),
        ({"it.html": "a\n{{ 1 | nope }}"}, "it.html:2: No filter named 'nope'."),
        ({"it.html": "a\n\n{{ 1 // lead.phone }}"}, "it.html:3: // of none"),
        (
            {"it.html": "a\n{{ 1 / (lead.email | length - 13) }}"},
            "it.html:2: it failed with ZeroDivision",
        ),
        ({"it.html": "{% include 'b.html' %}", "b.html": "\n{{ x }}"}, "b.html:2: x: 'x' is undef"),
    ],
)
def test_every_failure_names_file_and_line(files: dict[str, str], sentence: str) -> None:
    with pytest.raises(TemplateError) as caught:
        Renderer(Bundle(files)).content("it.html", seen())
    assert str(caught.value).startswith(sentence)


def test_a_required_block_that_is_missing_is_named() -> None:
    source = "{% extends 'layout.html' %}{% block subject %}x{% endblock %}"
    with pytest.raises(TemplateError) as caught:
        content(source)
    assert str(caught.value).startswith("it.html: the block 'body' must be filled: layout.html:")


@pytest.mark.parametrize(("to", "eight_bit"), [("ada@x.example", False), ("ädä@x.example", True)])
def test_only_addresses_make_an_email_need_eight_bits(to: str, eight_bit: bool) -> None:
    header = HEADER._replace(to=Address("Zoë 漢", to))
    done = rendered(email("é 漢 {{ lead.company }}", "Grüße"), header)
    assert done.eight_bit is (not done.raw.isascii()) is eight_bit


def test_a_header_that_cannot_be_written_is_an_input_error() -> None:
    header = HEADER._replace(to=Address(None, "no address"))
    with pytest.raises(InputError, match="To: 'no address' is no address"):
        rendered(email("x"), header)


def test_declared_attributes_are_there_and_none_where_empty() -> None:
    source = email("{{ lead.seats or 'no' }} {{ lead.plan or 'no' }}")
    known = seen(declared=("seats", "plan"), seats="12", plan="", secret="x")
    assert "12 no" in content(source, known).html
    with pytest.raises(TemplateError, match=r"lead\.secret"):
        content(email("{{ lead.secret }}"), known)


def test_an_attribute_cannot_be_called_like_a_name_of_ours() -> None:
    with pytest.raises(InputError, match=r"lead\.email: this attribute is there already"):
        context(ADA, SETTING, ("email",))


def test_an_owner_is_true_where_one_is_known() -> None:
    source = email("{% if owner %}{{ owner.name }}{% else %}nobody{% endif %}")
    known = context(ADA, SETTING._replace(owner=Owner("Alan", "alan@felt.example")))
    assert "Alan" in content(source, known).html
    assert "nobody" in content(source).html


def test_threads_share_a_renderer() -> None:
    renderer = Renderer(bundle())
    leads = [ADA._replace(first_name=f"Ada {number}") for number in range(60)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda lead: renderer.content("welcome.html", seen(lead)), leads))
    assert [said.subject for said in done] == [f"Hello {lead.first_name}" for lead in leads]
