"""Styles written into templates: every Jinja mark and every line stays where it was."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.render.parts import LAYOUT, bundle, email
from worker.render.bundle import load
from worker.render.composition import compose
from worker.render.style import inlined

SHIPPED = load(Path(__file__).parents[3] / "templates")
MARK = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


def styled(body: str, layout: str = LAYOUT) -> str:
    files = {**bundle(it=email(body)).files, "layout.html": layout}
    return inlined(files, "it.html")["it.html"]


@pytest.mark.parametrize("template", sorted(SHIPPED.files))
def test_marks_lines_and_style_sheets_stay_as_they_were(template: str) -> None:
    for path, source in inlined(SHIPPED.files, template).items():
        before = SHIPPED.files[path]
        assert MARK.findall(source) == MARK.findall(before)
        assert source.count("\n") == before.count("\n")
        assert re.sub(r' style="[^"]*"', "", source) == re.sub(r' style="[^"]*"', "", before)


def test_the_rules_of_a_layout_meet_the_elements_of_an_email() -> None:
    assert '<p style="margin: 0;">x</p>' in styled("<p>x</p>")


def test_rules_know_what_is_around_an_element() -> None:
    files = inlined(bundle(it=email("x")).files, "it.html")
    assert '<p style="margin: 0;color: #333;">{{ mailbox' in files["layout.html"]


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        ('<img src="https://a.example/x.png" alt="">', "max-width: 100%;height: auto;"),
        ("<table><tr><td>1,299 €</td><td>0.42 kWh</td></tr></table>", "padding: 3px 16px 3px 0;"),
        ('<div class="ask"><p>one</p><p>two</p></div>', "margin-bottom: 0"),
        ("<blockquote>x</blockquote>", "border-left: 2px solid #c9c2b3;"),
    ],
)
def test_whatever_a_writer_uses_fits_the_layout_that_is_shipped(body: str, declared: str) -> None:
    layout = SHIPPED.files["layout.html"]
    assert declared in styled(body, layout)


def test_media_queries_are_left_to_the_style_sheet() -> None:
    files = inlined(bundle(it=email("x")).files, "it.html")
    assert "@media (max-width: 480px) { p { margin: 1px } }" in files["layout.html"]
    assert "margin: 1px;" not in files["layout.html"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p style='color: red'>x</p>", '<p style="margin: 0;color: red">x</p>'),
        ("<p style='color: {{ c }}'>x</p>", "<p style='color: {{ c }}'>x</p>"),
        ("<p\n  class='{{ c }}'\n>x</p>", "<p style=\"margin: 0;\"\n  class='{{ c }}'\n>x</p>"),
        (
            "<p {% if a < b %}class='x'{% endif %}>x</p>",
            "<p style=\"margin: 0;\" {% if a < b %}class='x'{% endif %}>x</p>",
        ),
        ("{% if a %}<p>x{% endif %}", '{% if a %}<p style="margin: 0;">x{% endif %}'),
        ("<p>{{ '<p>' }}</p>", "<p style=\"margin: 0;\">{{ '<p>' }}</p>"),
        ("<a title='a > b'>x</a><p>", "<a title='a > b'>x</a><p style=\"margin: 0;\">"),
    ],
)
def test_each_element_gets_its_declarations(body: str, expected: str) -> None:
    assert expected in styled(body)


def test_rows_that_a_loop_makes_are_styled_too() -> None:
    layout = LAYOUT.replace("<style>", "<style> td { padding: 1px } ")
    row = "<table>{% for n in range(2) %}<tr><td>{{ n }}</td></tr>{% endfor %}</table>"
    expected = row.replace("<td>", '<td style="padding: 1px;">')
    assert expected in styled(row, layout)


@pytest.mark.parametrize(
    ("rule", "body", "expected"),
    [
        ("p:empty", "<p></p>", '<p style="top: 1px;"></p>'),
        ("p:empty", "<p>words</p>", "<p>words</p>"),
        ("p:empty", "<p> </p>", "<p> </p>"),
        ("b > i", "<b>words > <i>x</i></b>", '<i style="top: 1px;">x</i>'),
        ("p + p", "words<p>x</p>words<p>y</p>", '<p style="top: 1px;">y</p>'),
        ('[title="a > b < c"]', '<p title="a > b < c">x</p>', 'style="top: 1px;"'),
        ("u::after { content: '<b>' } i", "<i>x</i>", '<i style="top: 1px;">x</i>'),
    ],
)
def test_rules_see_elements_and_no_words(rule: str, body: str, expected: str) -> None:
    layout = "<style>" + rule + " { top: 1px }</style>{% block subject %}{% endblock %}"
    assert expected in styled(body, layout + "<div>{% block body %}{% endblock %}</div>")


def test_a_style_sheet_is_never_fetched() -> None:
    layout = LAYOUT.replace("<style>", '<link rel="stylesheet" href="http://127.0.0.1:1/x"><style>')
    assert '<p style="margin: 0;">' in styled("<p>x</p>", layout)


def test_without_a_style_sheet_nothing_changes() -> None:
    files = {"it.html": "<p>x</p>"}
    assert inlined(files, "it.html") == files


@pytest.mark.parametrize(
    ("files", "whole"),
    [
        ({"a": "{% block x %}1{% endblock %}2"}, "12"),
        (
            {
                "a": "{% extends 'b' %}{% block x %}1{{ super() }}{% endblock %}",
                "b": "{% block x %}2{% endblock %}3",
            },
            "123",
        ),
        (
            {
                "a": "{% extends 'b' %}{% block x %}1{% endblock %}",
                "b": "{% extends 'c' %}{% block y %}2{% block x %}-{% endblock %}{% endblock %}",
                "c": "0{% block y %}{% endblock %}{% block z required %}{% endblock z %}3",
            },
            "0213",
        ),
        ({"a": "1{% include 'b' %}3", "b": "2"}, "123"),
        ({"a": "1{% include 'missing' %}2"}, "12"),
        ({"a": "{% extends 'missing' %}1"}, "{% extends 'missing' %}1"),
    ],
)
def test_a_template_is_put_together_as_jinja_would(files: dict[str, str], whole: str) -> None:
    assert compose(files, "a") == whole


def test_templates_that_use_each_other_end() -> None:
    files = {"a": "{% include 'b' %}", "b": "{% include 'a' %}"}
    assert set(inlined(files, "a")) == {"a", "b"}
    compose(files, "a")
    compose({"a": "{% extends 'a' %}{% block x %}{{ super() }}{% endblock %}"}, "a")
