"""Whatever a template is made of, an email is what Jinja alone would make of it."""

from __future__ import annotations

import email as standard
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from jinja2 import DictLoader, StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.unit.render.parts import HEADER, LAYOUT, SETTING, STRANGER, email
from worker.core.facts import Lead
from worker.errors import TemplateError
from worker.render.bundle import Bundle
from worker.render.context import Context, Owner, Setting, Touch, context
from worker.render.email import Renderer
from worker.render.filters import FILTERS
from worker.render.style import inlined
from worker.render.text import alternative

OTHERS = {
    "part.html": "<p>Part for {{ lead.company or mailbox.company }}:\n{{ step.id }}</p>\n",
    "macros.html": "{% macro cell(x) %}<td>\n{{ x if step is defined else 0 }}</td>{% endmacro %}",
}
SIMPLE = [
    "<p>Always the same,\nover several lines = ä,\nas most of it is.</p>\n",
    "<p>" + "A long paragraph of constant words. " * 5 + "</p>\n\n\n",
    "<p>Dear {{ lead.first_name or 'reader' }},<br>\ngood day.</p>\n",
    "<p>{{ mailbox.company }}, {{ mailbox.postal_address | upper }} for {{ step['purpose'] }}</p>",
    "<p>{{ mailbox.name }} {{ lead.email }} {{ lead.first_name or lead.company or step.id }}\n</p>",
    "{% if step.next %}<p>I write {{ step.next }}.</p>\n{% else %}<p>No more.</p>\n{% endif %}\n",
    "{% if lead.company %}\n<p>{{ lead.company }} is\n known.</p>\n{% endif %}\n",
    "<p>I see{% if lead.country %} ({{ lead.country }}){% endif %}{% if owner %}\nI{% endif %}</p>",
    "<p>To {{ lead.company or '' }} and {{ lead.country or '' }}{{ lead.first_name or '' }}.</p>\n",
    "<p>{{ lead.first_name or '' }}</p>\n<p>you<br>{{ lead.company or '' }}<br>all</p>",
    "<ul>\n{% if lead.first_name %}<li>one</li>\n{% endif %}<li>two</li>\n</ul>\n",
]
BEYOND = [
    "{% for n in range(3) %}<p>{{ n }}: {{ lead.company or step.id }}\n</p>\n{% endfor %}",
    "{% macro b(name) %}<b>{{ name }} {{ step.id }}\n</b>{% endmacro %}{{ b(mailbox.company) }}\n",
    "{% include 'part.html' %}",
    "{% set step = {'id': 'my', 'next': none, 'purpose': 'own'} %}{{ step.id }}\n",
    "{% for step in [{'id': 1}] %}{{ step.id }}\n{% endfor %}",
    "{% set all %}<p>{{ mailbox.company }}\n{{ lead.email }}</p>{% endset %}{{ all }}{{ all }}\n",
    "{% filter markdown %}\n# {{ lead.email }}\n\n*Yes*, {{ mailbox.company }}\n{% endfilter %}\n",
    "{{ '**a** _b_' | markdown }}{{ lead.company | default('none') | title | truncate(5) }}\n",
    "{{ lead.email | length }}\n{{ 'a' ~ step.id ~ (lead.company or '') }} {{ 1 + 2 }}\n",
    "{% with step = mailbox %}{{ step.company }}\n{% endwith %}",
    "{% from 'macros.html' import cell %}<table><tr>{{ cell(lead.email) }}</tr></table>\n",
    "{% autoescape false %}{{ mailbox.company }} &amp; {{ step.id }}\n{% endautoescape %}",
]
words = st.none() | st.text("aä<&>'\"=é日", min_size=1)
leads = st.builds(
    lambda *known: STRANGER._replace(first_name=known[0], company=known[1], country=known[2]),
    *[words] * 3,
)
settings = st.builds(
    lambda name, company, next_one, owner: SETTING._replace(
        mailbox=replace(SETTING.mailbox, name=name or "x", company=company or "y"),
        step=Touch("letter", "value", next_one),
        owner=Owner(owner),
    ),
    *[words] * 4,
)
simple = st.lists(st.sampled_from(SIMPLE), max_size=8).map("".join)
anything = st.lists(st.sampled_from(SIMPLE + BEYOND), max_size=8).map("".join)


def plain(files: Mapping[str, str], known: Context) -> str:
    """Return what Jinja makes of a template, with our filters and nothing else of ours."""
    sources = inlined(files, "it.html")
    jinja = ImmutableSandboxedEnvironment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    jinja.filters = dict(FILTERS)
    data = {name: dict(record) if record else {} for name, record in known.items()}
    return jinja.get_template("it.html").render(data).strip("\n") + "\n"


def fails_too(files: Mapping[str, str], known: Context) -> None:
    """A name that is set further down in its block is not there before: in any Jinja."""
    with pytest.raises(UndefinedError):
        plain(files, known)


def bundle(body: str, more: str = "") -> Bundle:
    source = email(body, "{{ lead.first_name or step.id }}, hello", more)
    return Bundle({**OTHERS, "layout.html": LAYOUT, "it.html": source})


@hypothesis(max_examples=25)
@given(anything, st.lists(st.tuples(leads, settings), min_size=1, max_size=3))
def test_the_html_is_what_jinja_alone_makes(body: str, people: list[tuple[Lead, Setting]]) -> None:
    files = bundle(body)
    renderer = Renderer(files)
    for lead, setting in people:
        known = context(lead, setting)
        try:
            said = renderer.content("it.html", known)
        except TemplateError:
            fails_too(files.files, known)
        else:
            assert said.html == plain(files.files, known)


@hypothesis(max_examples=25)
@given(simple, st.lists(st.tuples(leads, settings), min_size=1, max_size=3))
def test_the_text_is_what_is_read_in_the_html(
    body: str, people: list[tuple[Lead, Setting]]
) -> None:
    renderer = Renderer(bundle(body))
    for lead, setting in people:
        said = renderer.content("it.html", context(lead, setting))
        assert said.text == alternative(said.html)


@hypothesis(max_examples=25)
@given(simple, st.lists(st.tuples(leads, settings), min_size=1, max_size=3))
def test_what_is_tried_is_what_is_sent(body: str, people: list[tuple[Lead, Setting]]) -> None:
    files = bundle(body)
    files = Bundle({**files.files, "other.html": email(body, "Other")})
    tried, sent = Renderer(files, few=True), Renderer(files)
    for lead, setting in people:
        known = context(lead, setting)
        for template in ("it.html", "other.html"):  # they share the layout
            assert tried.content(template, known) == sent.content(template, known)


@hypothesis(max_examples=25)
@given(anything, leads, settings)
def test_what_is_sent_is_what_is_shown(body: str, lead: Lead, setting: Setting) -> None:
    more = "{% block text %}\n" + body + "\n\n{{ lead.company or 'x' }}{% endblock %}"
    files = bundle(body, more)
    renderer = Renderer(files)
    known = context(lead, setting)
    try:
        said = renderer.content("it.html", known)
    except TemplateError:
        fails_too(files.files, known)
        return
    sent = renderer.render("it.html", known, HEADER)
    message = standard.message_from_bytes(sent.raw, policy=default)
    assert isinstance(message, EmailMessage)
    text, html = (part.get_content() for part in message.iter_parts())
    assert message["Subject"] == sent.subject == said.subject
    # The last line end of a part may belong to the boundary: RFC 2046 section 5.1.1.
    assert text.replace("\r\n", "\n").rstrip("\n") == said.text.rstrip("\n")
    assert html.replace("\r\n", "\n").rstrip("\n") == said.html.rstrip("\n")
