"""What `check` finds in templates, all of it at once, and what a launch publishes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import CodeType

import pytest
from jinja2 import DictLoader

from tests.unit.render.parts import SETTING, UNSUBSCRIBE, bundle, email, sampled
from worker.errors import TemplateError
from worker.render.bundle import Bundle, load
from worker.render.codes import Codes
from worker.render.context import Links, Setting
from worker.render.email import Renderer
from worker.render.environment import Sandbox
from worker.render.finding import Finding, Severity
from worker.render.inspect import check, examine, names
from worker.render.reach import reached
from worker.render.rules import Use
from worker.render.style import inlined

SHIPPED = load(Path(__file__).parents[3] / "templates")
EMAILS = sorted(path for path in SHIPPED.files if not path.endswith("layout.html"))


def sentences(findings: list[Finding]) -> list[str]:
    return [str(finding) for finding in findings]


def test_what_is_shipped_is_clean() -> None:
    assert sentences(check(SHIPPED)) == []


@pytest.mark.parametrize("template", EMAILS)
def test_what_is_shipped_is_what_an_email_must_be(template: str) -> None:
    to_owner = template.startswith("sales-loop/")
    tried = sampled(setting=SETTING._replace(links=Links(None))) if to_owner else sampled()
    use = Use(marketing=not to_owner)
    assert sentences(examine(Renderer(SHIPPED), template, tried, use=use)) == []


class Lazy(Sandbox):
    """A sandbox that compiles nothing."""

    def _compile(self, source: str, filename: str) -> CodeType:
        raise AssertionError(f"{filename} is compiled again")


def test_what_was_checked_is_not_compiled_again() -> None:
    codes = Codes()
    assert check(SHIPPED, codes=codes) == []
    for template in EMAILS:
        sandbox = Lazy(DictLoader(inlined(SHIPPED.files, template)), codes=codes)
        sandbox.get_template(template)


def test_a_template_reaches_what_it_names() -> None:
    files = {
        "a": "{% extends 'b' %}{% include 'c' %}{% import 'd' as d %}{% from 'e' import x %}",
        **dict.fromkeys("cdefg", ""),
        "b": "{% include 'f' %}",
    }
    assert reached(files, "a") == {"a", "b", "c", "d", "e", "f"}


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("\n{% include 'c' %}", "a:2: there is no template 'c'"),
        ("\n\n{% include lead.email %}", "a:3: the name of a template must be written out"),
        ("{% extends 'x' if y else 'z' %}", "a:1: the name of a template must be written out"),
        ("{% if %}", "a:1: Expected an expression"),
    ],
)
def test_what_cannot_be_reached_is_an_error(source: str, sentence: str) -> None:
    with pytest.raises(TemplateError, match=sentence):
        reached({"a": source}, "a")


def test_names_are_those_from_outside() -> None:
    source = email(
        "{% set x = lead.first_name %}{{ x }}{{ lead['phone'] }}{% if owner %}{% endif %}"
    )
    assert names(bundle(it=source), "it.html") == {
        "lead.first_name",
        "lead.phone",
        "owner",
        "links.unsubscribe",
        "mailbox.postal_address",
    }


def test_all_faults_of_all_files_are_found_at_once() -> None:
    broken = {
        "a.html": "one\n{{ lead.frist_name }}\n{{ leed.phone }}\n{{ lead.seats }}",
        "b.html": "\n{% include 'd.html' %}",
        "c.html": "{% for x in %}",
        "e.html": "\n\n{{ 1 | nope }}",
        "fine.html": "{% for x in range(3) %}{{ loop.index }}{{ x }}{{ lead.plan }}{% endfor %}",
    }
    assert sentences(check(Bundle(broken), declared=["plan"])) == [
        "a.html:2: lead.frist_name: it is not known; did you mean 'first_name'?",
        "a.html:3: leed: it is not known; did you mean 'lead'?",
        "a.html:4: lead.seats: it is not known; is it declared under [attributes]?",
        "b.html:2: there is no template 'd.html'; did you mean 'e.html'?",
        "c.html:1: Expected an expression, got 'end of statement block'",
        "e.html:3: No filter named 'nope'.",
    ]


def test_a_deep_template_is_looked_through_without_falling_in() -> None:
    deep = Bundle({"a.html": "{{ 1" + " + 1" * 20_000 + " }}"})
    assert len(check(deep)) == 1
    assert reached(deep.files, "a.html") == {"a.html"}


def test_what_would_print_none_for_a_stranger_is_found() -> None:
    source = email("<p>\n{{ lead.company }}</p>")
    assert "it.html:2: none cannot be printed; write `or` and a fallback" in sentences(
        examine(Renderer(bundle(it=source)), "it.html", sampled())
    )


ASK = '<div class="ask">Answer with the length, the width and the height of your room.</div>'
USE = Use(followed=False)


def look(files: Bundle, setting: Setting = SETTING, use: Use = USE) -> list[Finding]:
    return examine(Renderer(files, few=True), "it.html", sampled(setting=setting), use=use)


def letter(body: str, subject: str = "Hello", more: str = "") -> str:
    """Return the source of an email that asks for one thing."""
    return email(body + ASK, subject, more)


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ('<p><a href="{{ links.unsubscribe }}">Unsubscribe</a></p>', "no way out"),
        ("<p>{{ mailbox.postal_address }}</p>", "no postal address"),
    ],
)
@pytest.mark.parametrize("instead", ["", "<div style='display:none'>{}</div>", "<!-- {} -->"])
def test_a_way_out_and_the_postal_address_must_be_seen(
    part: str, missing: str, instead: str
) -> None:
    files = bundle(it=letter("x")).files
    layout = files["layout.html"].replace(part, instead.format(part))
    found = look(Bundle({**files, "layout.html": layout}))
    assert [f"the {where} shows {missing}" for where in ("HTML", "text")] == [
        finding.reason.partition(";")[0] for finding in found
    ]
    assert {finding.severity for finding in found} == {Severity.ERROR}


def test_a_text_of_its_own_needs_a_way_out_too() -> None:
    block = f"{{% block text %}}{'Hello, Ada. ' * 9}{{% endblock %}}"
    found = look(bundle(it=letter("x", more=block)))
    assert [finding.reason.split(";")[0] for finding in found] == [
        "the text shows no way out",
        "the text shows no postal address",
    ]
    way_out = "{{ links.unsubscribe }}\n{{ mailbox.postal_address }}"
    block = f"{{% block text %}}{'Hello, Ada. ' * 9}{way_out}{{% endblock %}}"
    assert look(bundle(it=letter("x", more=block))) == []


def test_a_long_address_may_be_folded() -> None:
    address = "The Felt Company of Softville and Quietham Limited, Second Floor, 1 Quiet Road, Ely"
    setting = SETTING._replace(mailbox=replace(SETTING.mailbox, postal_address=address))
    assert look(bundle(it=letter("x")), setting) == []


@pytest.mark.parametrize("subject", ["Re: your room", "RE : x", "AW: Angebot", "Fwd: x"])
def test_a_first_email_answers_nothing(subject: str) -> None:
    found = look(bundle(it=letter("x", subject)))
    assert len(found) == 1
    assert "looks like an answer, but it is a first email" in found[0].reason
    assert look(bundle(it=letter("x", subject)), use=replace(USE, first=False)) == []


def test_a_sender_reads_answers() -> None:
    setting = SETTING._replace(mailbox=replace(SETTING.mailbox, email="no-reply@felt.example"))
    assert (
        "write from an address whose mail is read"
        in look(bundle(it=letter("x")), setting)[0].reason
    )


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "/pricing",
        "data:text/html,x",
        "",
        "x.y",
        "#",
        "https://",
        "http://pc/",
    ],
)
def test_links_lead_somewhere(target: str) -> None:
    (found,) = look(bundle(it=letter(f'<p>\n<a class="b" href="{target}">x</a>')))
    assert "leads nowhere in an email" in found.reason
    assert found.line == 2


@pytest.mark.parametrize(
    "target", ["https://x.example", "mailto:a@x.example", "tel:+49 30 1", "#a"]
)
def test_good_links_are_left_alone(target: str) -> None:
    assert look(bundle(it=letter(f'<a href="{target}">x</a>'))) == []


@pytest.mark.parametrize("target", ["https://x.example/a b", "mailto:a@x.example?subject=A b"])
def test_a_link_that_would_be_cut_at_a_blank_is_a_warning(target: str) -> None:
    (found,) = look(bundle(it=letter(f'<a class="b" href="{target}">x</a>')))
    assert found.severity is Severity.WARNING
    assert "has a blank in it" in found.reason


@pytest.mark.parametrize("words", ["www.felt.example", "<b>https://felt.example/a?b=1</b>"])
def test_a_link_whose_words_are_another_address_is_a_warning(words: str) -> None:
    letters = letter(f'<p>\n<a href="https://track.example/1?a=2&amp;b">{words}</a>')
    (found,) = look(bundle(it=letters))
    assert (found.line, found.severity) == (2, Severity.WARNING)
    assert "the words of a link are" in found.reason
    assert "it leads to track.example" in found.reason


@pytest.mark.parametrize("words", ["www.x.example", "http://shop.x.example", "felt.pdf", "a www."])
def test_a_link_whose_words_are_where_it_leads_is_left_alone(words: str) -> None:
    assert look(bundle(it=letter(f'<a href="https://x.example/felt.pdf">{words}</a>'))) == []


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("https://x.example/", "www.x.example."),
        ("https://xn--mller-kva.example/", "www.Müller.example"),
        ("https://müller.example/", "www.xn--mller-kva.example"),
    ],
)
def test_an_address_that_is_written_otherwise_is_the_same(target: str, words: str) -> None:
    assert look(bundle(it=letter(f'<a href="{target}">{words}</a>'))) == []


def test_an_empty_contact_is_a_warning_with_its_line() -> None:
    (found,) = look(bundle(it=letter("<p>Hello,</p>\n<p>I am Just  checking\nin again.</p>")))
    assert (found.line, found.severity) == (2, Severity.WARNING)
    assert "'Just checking in' gives the reader nothing" in found.reason


def test_what_gmail_would_cut_off_is_a_warning() -> None:
    (found,) = look(bundle(it=letter("<!-- " + "x" * 100_000 + " -->")))
    assert found.severity is Severity.WARNING
    assert "Gmail cuts off" in found.reason


def test_an_unsubscribe_link_shown_as_an_address_will_do() -> None:
    address = UNSUBSCRIBE.removeprefix("mailto:").partition("?")[0]
    setting = SETTING._replace(links=Links(f"mailto:{address}"))
    files = bundle(it=letter("x")).files
    layout = files["layout.html"].replace(">Unsubscribe<", f">{address}<")
    assert look(Bundle({**files, "layout.html": layout}), setting) == []
