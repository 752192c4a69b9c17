"""What a template must not be able to do: reach Python, take the machine's time, print nonsense.

The first list holds known ways out of sandboxes; none may come off it.
"""

from __future__ import annotations

import faulthandler
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.render.parts import ADA, STRANGER, content, email, seen
from worker.errors import TemplateError
from worker.render.bundle import Bundle
from worker.render.context import Context
from worker.render.email import Renderer

ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ lead.__class__ }}",
    "{{ lead['__class__'] }}",
    "{{ lead.items() }}",
    "{{ lead.update({'x': 1}) }}",
    "{{ lead.email.upper() }}",
    "{{ lead.email.format(lead) }}",
    "{{ '{0.__class__}'.format(lead) }}",
    "{{ '{0.__class__}'.format_map({'0': lead}) }}",
    "{{ '%s' % lead }}",
    "{{ ('{0.__class__}' | e).format(1) }}",
    "{{ lead | attr('__class__') }}",
    "{{ [lead] | map(attribute='__class__') | list }}",
    "{{ range.__globals__ }}",
    "{{ range(3).__class__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__ }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ dict.mro() }}",
    "{{ config }}",
    "{{ request }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m._environment }}",
    "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop._iterable }}{% endfor %}",
    "{% for x in [1] %}{{ loop.cycle.__globals__ }}{% endfor %}",
    "{% import 'layout.html' as parts %}{{ parts.__class__ }}",
    "{% import 'layout.html' as parts %}{{ parts._body_stream }}",
    "{{ super.__class__ }}",
    "{{ (1).__class__ }}",
    "{{ 1 .real }}",
    "{{ none.__class__ }}",
    "{{ lead.nothing.__class__ }}",
    "{{ ().__class__.__bases__ }}",
    "{{ ''['__class__'] }}",
    "{{ [].append(1) }}",
    "{{ lead.first_name | safe }}",
    "{{ lead.first_name | forceescape }}",
    "{{ lead | pprint }}",
    "{{ lead | tojson }}",
    "{{ lead | xmlattr }}",
    "{{ lead | list }}",
    "{% include '/etc/passwd' %}",
    "{% include '../../config.toml' %}",
    "{% include lead.first_name %}",
    "{% autoescape false %}{{ lead.first_name | markdown.__class__ }}{% endautoescape %}",
]
TEXT = "{% block text %}its own, so that only the HTML is rendered{% endblock %}"
BOMBS = [
    "{{ 'x' * 10**9 }}",
    "{{ 'x' * 1000000000 }}",
    "{{ [0] * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 999999999999 * 999999999999 * 999999999999 * 9999999999 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{{ 'x'.ljust(999999999) }}",
    "{{ 'x' | center(999999999) }}",
    "{{ 'x' | indent(999999999) }}",
    "{{ 'x' | wordwrap(1) }}",
    "{{ lipsum(n=999999) }}",
    "{{ range(1000000000) | join }}",
    "{% for a in range(2000) %}{% for b in range(2000) %}{% endfor %}{% endfor %}",
    "{% for a in range(99999999) %}{% endfor %}",
    "{% for a in 'x' * 99999 %}{% endfor %}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set x = 'xxxxxxxxxx' %}" + "{% set x = x ~ x ~ x ~ x ~ x %}" * 40,
    "{% set x = 'xxxxxxxxxx' %}" + "{% set x = x + x %}" * 60,
    "{% set x = 'xxxxxxxxxx' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 60,
    "{% set x = 'xxxxxxxxxx' %}" + "{% set x = x | replace('x', x) %}" * 20,
    "{% set x = 'xxxxxxxxxx' %}" + "{% set x = [x, x, x, x] | join(x) %}" * 20,
    "{% for a in range(2000) %}{{ 'x' * 1 }}{% endfor %}",
    "{% set x = ['x'] %}" + "{% set x = [x, x] %}" * 60 + "{{ x | join }}",
    "{% set x = ('x',) %}" + "{% set x = (x, x) %}" * 60 + "{% if {x: 1} %}{% endif %}",
    "{% set x = {'a': 1} %}" + "{% set x = {'a': x, 'b': x} %}" * 60 + "{{ [x] | join }}",
    "{% set x, y = [1], [1] %}"
    + "{% set x, y = [x, x], [y, y] %}" * 60
    + "{% if x == y %}{% endif %}",
    (
        "{% macro m(n) %}{% if n %}{{ m(n - 1, varargs, varargs) }}{% else %}{{ varargs | join }}"
        "{% endif %}{% endmacro %}{{ m(60, 'x') }}"
    ),
    (
        "{% macro m(n) %}{% if n %}{{ m(n - 1, a=kwargs, b=[kwargs]) }}{% else %}"
        "{{ [kwargs] | join }}{% endif %}{% endmacro %}{{ m(60, c=['x']) }}"
    ),
    (
        "{% set x %}{% for a in range(2000) %}![a]({% endfor %}{% endset %}"
        "{% for a in range(2000) %}{{ x | markdown | length }}{% endfor %}"
    ),
    "{{ 1.5 | round(999999999) | round(-999999999) | e | int + none }}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ 1" + " + 1" * 20_000 + " }}",
    "{{ " + "9" * 100_000 + " }}",
    "{% if 1 %}" * 500 + "{% endif %}" * 500,
    "{% include 'it.html' %}",
    "{% include 'it.html' %}" * 200,
    "{{ " * 80_000,
    "{# " * 80_000,
    "{% block x " * 20_000,
    "<head " * 40_000 + "{{ none }}",
    "<a '" * 60_000 + "{{ none }}",
    "{% extends 'it.html' %}",
]


def called(name: str) -> Context:
    """Return what a template sees of a lead with this first name."""
    return seen(ADA._replace(first_name=name))


@pytest.mark.parametrize("escape", ESCAPES)
def test_no_way_out_of_the_sandbox(escape: str) -> None:
    with pytest.raises(TemplateError) as caught:
        content(email(escape))
    assert caught.value.file in {"it.html", "layout.html"}


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_a_bomb_is_refused_at_once(bomb: str) -> None:
    faulthandler.dump_traceback_later(30, exit=True)  # a guard against hanging only
    try:
        with pytest.raises(TemplateError):
            content(email(bomb) if "extends" not in bomb else bomb)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.mark.parametrize(
    ("printed", "problem"),
    [
        ("{{ none }}", "none cannot be printed"),
        ("{{ true }}", "a yes or no cannot be printed"),
        ("{{ [1] }}", "a list cannot be printed"),
        ("{{ 'a' ~ none }}", "~ of none"),
        ("{{ lead.first_name }}", "none cannot be printed; write `or` and a fallback"),
        ("{{ 'Hi ' ~ lead.first_name }}", "~ of none"),
        ("{{ lead.first_name | title }}", "title of none"),
        ("{{ [lead.first_name] | join }}", "join of none"),
        ("{{ lead.phone is none }}", "a yes or no cannot be printed"),
        ("{{ lead }}", "a record cannot be printed"),
        ("{{ [lead.email] }}", "a list cannot be printed"),
        ("{{ range }}", "cannot be printed"),
        ("{{ owner.name.first }}", "of none"),
        ("{% for x in lead.first_name %}{% endfor %}", "a loop of none"),
        ("{{ leed.first_name }}", "leed: 'leed' is undefined"),
        ("{{ lead.frist_name }}", "'lead.frist_name' is not known; did you mean 'first_name'"),
        ("{{ lead.xyz }}", "'lead.xyz' is not known; is it declared under"),
        ("{% if lead.frist_name %}{% endif %}", "'lead.frist_name' is not known"),
        ("{{ lead.frist_name or 'there' }}", "'lead.frist_name' is not known"),
        ("{{ lead.frist_name | default('there') }}", "'lead.frist_name' is not known"),
    ],
)
def test_nonsense_is_not_printed(printed: str, problem: str) -> None:
    with pytest.raises(TemplateError, match=problem) as caught:
        content(email(f"one\n{printed}", more=TEXT), seen(STRANGER))
    assert (caught.value.file, caught.value.line) == ("it.html", 2)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ lead.first_name or 'there' }}", "Ada"),
        ("{{ lead.phone or 'none known' }}", "none known"),
        ("{{ lead.phone | default('none known') }}", "none known"),
        ("{{ lead.first_name[0] }}.", "A."),
        ("{{ lead.first_name[:2] | upper }}", "AD"),
        ("{{ lead['email'] }}", "ada@x.example"),
        ("{{ 2 * 3 + 1 }}, {{ (7 / 2) | round }}", "7, 4"),
        ("{{ 'a' + 'b' ~ 1 }}", "ab1"),
        ("{% for n in range(3) %}{{ loop.index }}{% endfor %}", "123"),
        (
            "{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ m(lead.company) }}",
            "<b>Engines &amp; Co</b>",
        ),
        ("{% if owner %}yes{% else %}no{% endif %}", "no"),
        ("a{{ 'x' if lead.phone }}b", "ab"),
        ("{{ ['b', 'a'] | join(', ') }}", "b, a"),
        ("{% for a, b in [['x', 1], [lead.email, 2]] %}{{ a }}{{ b }};{% endfor %}", "e2;"),
        ("{% set rows = [{'name': lead.email}, {'name': 'b'}] %}{{ rows[1].name }}", "b"),
        ("{% macro m(x) %}{{ x | join('+') }}{% endmacro %}{{ m([lead.email, 'b']) }}", "e+b"),
        ("{% macro m(x) %}{{ x.email }}!{% endmacro %}{{ m(lead) }}", "ada@x.example!"),
        ("{{ '`id`@x.example' | quote }}, {{ lead.email | quote }}", "&#39;, ada@x.example"),
        ("{{ lead.company | urlencode }}", "Engines%20%26%20Co"),
        ("{{ '<i>' ~ lead.company }}", "&lt;i&gt;Engines &amp; Co"),
        ("{{ '**bold** <b>' | markdown }}", "<p><strong>bold</strong> &lt;b&gt;</p>"),
        ("{{ 'it is [x](javascript:alert(1))' | markdown }}", "[x](javascript:alert(1))"),
    ],
)
def test_what_a_template_may_do(source: str, shown: str) -> None:
    assert shown in content(email(source)).html


def test_markdown_blocks_take_prose_but_not_the_marks_of_a_lead() -> None:
    block = "{% filter markdown %}\n    # Hello {{ lead.first_name }}\n\n    *Yes*\n{% endfilter %}"
    hostile = called("[Invoice](https://evil.example) *x*\n# <b>")
    shown = content(email(block), hostile).html
    assert "<h1>Hello [Invoice](https://evil.example) *x* # &lt;b&gt;</h1>" in shown
    assert "<em>Yes</em>" in shown


@given(st.text(st.characters(exclude_categories=["C"])).map(lambda name: " ".join(name.split())))
def test_whatever_a_lead_is_called_is_no_markdown(name: str) -> None:
    block = "{% filter markdown %}|{{ lead.first_name or '' }}|{% endfilter %}"
    shown = content(email(block), called(name)).html
    assert f"<p>|{name}|</p>" in unescape(shown)


@given(st.text())
def test_whatever_a_lead_is_called_is_no_html(name: str) -> None:
    shown = content(email("<i>{{ lead.first_name }}</i>"), called(name or "x")).html
    body = shown.partition("<i>")[2].partition("</i>")[0]
    assert "<" not in body
    assert '"' not in body


def test_files_that_include_each_other_do_not_grow_without_end() -> None:
    names = "abcdefgh"
    files = {
        f"{name}.html": f"{{% include '{after}.html' %}}" * 40 for name, after in pairwise(names)
    }
    whole = Bundle({**files, "h.html": "x", "it.html": email("{% include 'a.html' %}")})
    with pytest.raises(TemplateError, match="with all that it extends and includes"):
        Renderer(whole).content("it.html", seen())
    hidden = {path: text.replace("'", "'' ~ '", 1) for path, text in whole.files.items()}
    with pytest.raises(TemplateError):
        Renderer(Bundle(hidden)).content("it.html", seen())


def test_a_failed_rendering_leaves_the_next_one_its_whole_budget() -> None:
    busy = email("{% for a in range(60) %}{% for b in range(99) %}{% endfor %}{% endfor %}")
    for _ in range(3):
        content(busy)
        with pytest.raises(TemplateError):
            content(email(BOMBS[13]))
