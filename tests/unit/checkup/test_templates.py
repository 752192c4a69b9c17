"""Templates are checked as files, and as the emails that leads would get."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.checkup.project import edit, found
from worker.checkup.finding import Severity
from worker.checkup.templates import emails
from worker.render.bundle import Bundle

WELCOME = "templates/welcome/welcome.html"


def write(project: Path, name: str, body: str) -> None:
    text = '{% extends "layout.html" %}\n{% block subject %}A{% endblock %}\n{% block body %}\n'
    (project.parent / name).write_text(f"{text}{body}\n{{% endblock %}}\n")


def test_an_email_is_what_no_other_template_extends_or_includes() -> None:
    files = {
        "layout.html": "",
        "part.html": "",
        "a.html": '{% extends "layout.html" %}',
        "b.html": "{% include 'part.html' %} {% if %}",
    }
    assert emails(Bundle(files)) == ["a.html", "b.html"]
    assert emails(Bundle(files), ["part.html", "gone.html"]) == ["a.html", "b.html", "part.html"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{{ lead.frist_name }}", f"{WELCOME}:4: lead.frist_name: "),
        ("{{ lead.first_name }}", f"{WELCOME}:4: "),
        ("{{ owner.name }}", f"{WELCOME}:4: "),
        ("{{ step.next }}", f"{WELCOME}:4: "),
        ("{% if %}", f"{WELCOME}:4: "),
        ('{% include "nowhere.html" %}', f"{WELCOME}:4: "),
    ],
)
def test_what_would_fail_for_some_lead_is_found(project: Path, body: str, sentence: str) -> None:
    write(project, WELCOME, body)
    errors = found(project)
    assert len(errors) == 1
    assert errors[0].startswith(sentence)


def test_an_email_that_another_is_made_of_is_tried_too(project: Path) -> None:
    write(project, WELCOME, "{{ lead.first_name }}")
    variant = '{% extends "welcome/welcome.html" %}{% block body %}Hello{% endblock %}'
    (project.parent / "templates/warmer.html").write_text(variant)
    (error,) = found(project)
    assert error == f"{WELCOME}:4: none cannot be printed; write `or` and a fallback"


def test_an_email_that_extends_itself_is_found(project: Path) -> None:
    (project.parent / WELCOME).write_text('{% extends "welcome/welcome.html" %}')
    (error,) = found(project)
    assert error == f"{WELCOME}:1: the template uses itself without end, or is nested too deeply"


def test_an_email_of_two_sequences_is_right_for_both(project: Path) -> None:
    asked = "sales-loop/first-day.html"
    edit(project.parent / "sequences/cross-sell.toml", "cross-sell/month-later.html", asked)
    assert f"templates/{asked}: the HTML shows no way out" in " ".join(found(project))


def test_an_empty_contact_is_a_warning(project: Path) -> None:
    write(project, WELCOME, "<p>Just checking in.</p>")
    warnings = found(project, Severity.WARNING)
    assert [one for one in warnings if one.startswith(f"{WELCOME}:4: 'Just checking in'")]


def test_a_conversation_under_another_subject_is_told(project: Path) -> None:
    features = "templates/welcome/features.html"
    assert not [one for one in found(project, Severity.ADVICE) if one.startswith(features)]
    edit(project.parent / features, "{% block subject %}Where", "{% block subject %}Here is where")
    [told] = [one for one in found(project, Severity.ADVICE) if one.startswith(features)]
    assert told.startswith(f"{features}:9: the email before it has another subject, 'Where a ")


def test_what_belongs_to_no_sequence_need_not_say_what_comes_next(project: Path) -> None:
    alone = project.parent / "templates/alone.html"
    alone.write_text((project.parent / WELCOME).read_text())
    write(project, "templates/alone.html", '<div class="ask">Answer with a photo.</div>')
    assert found(project, Severity.WARNING) == []
    write(project, WELCOME, '<div class="ask">Answer with a photo.</div>')
    (warning,) = found(project, Severity.WARNING)
    assert warning == f"{WELCOME}:3: it does not say when we write again: print {{{{ step.next }}}}"


def test_only_a_follow_up_may_look_like_an_answer(project: Path) -> None:
    for name in ("welcome", "features"):
        write(project, f"templates/welcome/{name}.html", "<p>Hello</p>")
        edit(project.parent / f"templates/welcome/{name}.html", "}A{", "}Re: A{")
    (error,) = found(project)
    assert error.startswith(f"{WELCOME}:")


@pytest.mark.parametrize("name", ["2027-4", "2027-13", "2027-04-draft", "0000-01"])
def test_what_only_seems_to_be_an_edition_is_told(project: Path, name: str) -> None:
    newsletter = project.parent / "templates/newsletter"
    (newsletter / f"{name}.html").write_text((newsletter / "2027-01.html").read_text())
    warning, *others = found(project, Severity.WARNING)
    assert warning.startswith(f"templates/newsletter/{name}.html: it is no edition")
    assert not any("no edition" in one for one in others)


def test_declared_attributes_are_known(project: Path) -> None:
    write(project, WELCOME, '{{ lead.industry or "your trade" }}')
    (error,) = found(project)
    assert error.startswith(f"{WELCOME}:4: lead.industry: ")
    edit(project, '#industry = "text"', 'industry = "text"')
    assert found(project) == []


def test_a_wrong_configuration_hides_no_fault_of_a_template(project: Path) -> None:
    write(project, WELCOME, '{{ lead.industry or "your trade" }} {{ owner.name }}')
    edit(project, '#industry = "text"', 'industry = "txt"')
    errors = found(project)
    assert [error.split(":")[0] for error in errors] == ["config.toml", WELCOME]


def test_a_file_that_cannot_be_read_hides_no_other_fault(project: Path) -> None:
    write(project, WELCOME, "{% if %}")
    templates = project.parent / "templates"
    (templates / "logo.png").write_bytes(b"x")
    (templates / "welcome/features.html").write_bytes(b"\xff")
    assert found(project) == [
        "templates/logo.png: it is no png image, as its name says",
        "templates/welcome/features.html:1: it is not UTF-8; save it as UTF-8",
        f"{WELCOME}:4: Expected an expression, got 'end of statement block'",
    ]


def test_all_faults_of_all_templates_are_found_at_once(project: Path) -> None:
    write(project, WELCOME, "{% if %}")
    write(project, "templates/welcome/features.html", "{{ lead.nothing }}")
    write(project, "templates/newsletter/2027-01.html", "{{ step.next }}")
    assert [error.split(":")[0] for error in found(project)] == [
        "templates/newsletter/2027-01.html",
        "templates/welcome/features.html",
        WELCOME,
    ]
