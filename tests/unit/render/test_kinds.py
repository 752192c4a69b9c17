"""What is learnt of one email: the next ones are made of it, and are what they would be without."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.render.parts import ADA, LAYOUT, SETTING, STRANGER, email
from worker.core.facts import Lead
from worker.render.bundle import load
from worker.render.context import Context, context
from worker.render.plain import Plain
from worker.render.printed import Printed
from worker.render.staged import MOST_KEPT, Staged, staged
from worker.render.style import inlined

SHIPPED = load(Path(__file__).parents[3] / "templates")
LETTERS = sorted(
    path
    for path in SHIPPED.files
    if not path.endswith("layout.html") and not path.startswith("sales-loop/")
)
INBOX = "{% block preheader %}\n 5 %  for\n{{ lead.company or '' }} &amp; %s {% endblock %}"
MORE = "{% block text %}\nDear {{ lead.company or 'you' }} &amp; all,\n\nyes\n{% endblock %}"


class Counted(Plain):
    """A template that counts how often it is printed."""

    count = 0

    def printed(self, context: Context) -> Printed:
        """Print it."""
        self.count += 1
        return super().printed(context)


def both(sources: Mapping[str, str], template: str = "it.html") -> tuple[Counted, Staged]:
    """Return a template as it is, and made ready for many."""
    plain = Counted(sources, template, {})
    ready = staged(sources, template, {}, plain)
    assert ready is not None
    return plain, ready


def of(body: str, more: str = "") -> dict[str, str]:
    """Return the sources of an email."""
    subject = "{{ lead.first_name or 'Hello' }} &amp; 5 % %(more)s"
    return {"layout.html": LAYOUT, "it.html": email(body, subject, more)}


def named(name: str) -> Lead:
    """Return a lead with this first name and company."""
    return ADA._replace(first_name=name, company=f"{name} & Sons")


@pytest.mark.parametrize("template", LETTERS)
def test_of_what_is_shipped_only_the_first_email_of_a_kind_is_printed_whole(template: str) -> None:
    plain, ready = both(inlined(SHIPPED.files, template), template)
    for lead in (ADA, STRANGER):
        ready.printed(context(lead, SETTING))
    learnt = plain.count
    for lead in (ADA, STRANGER, ADA._replace(first_name="Bob", company="<Bob & Co>")):
        ready.printed(context(lead, SETTING))
    assert plain.count == learnt <= 2
    for lead in (ADA, ADA._replace(first_name="Bob", company="<Bob & Co>")):
        known = context(lead, SETTING)
        assert ready.printed(known).content() == plain.printed(known).content()


@pytest.mark.parametrize("more", ["", MORE, INBOX], ids=["derived", "own", "preheader"])
@pytest.mark.parametrize(
    "name", ["Bob", "", " ", "a\nb\n\n\nc", " x ", "\uf8ff", "a\xad\nb", "<b>", "é" * 90, "."]
)
def test_a_value_that_changes_the_lines_around_it_does_so(name: str, more: str) -> None:
    plain, ready = both(of("<p>Dear {{ lead.company or '' }}, hello.</p>\n", more))
    ready.printed(context(ADA, SETTING))
    known = context(named(name), SETTING)
    assert ready.printed(known).content() == plain.printed(known).content()


@pytest.mark.parametrize("more", ["", MORE], ids=["derived", "own"])
def test_where_a_value_is_empty_nothing_is_left_of_it(more: str) -> None:
    body = "<p>Dear {{ lead.company or '' }} all ({{ lead.phone or '' }}),</p>\n"
    plain, ready = both(of(f"{body}<p>{{{{ lead.phone or '' }}}}</p>\n<p>bye</p>", more))
    for company in ("Felt", "", " "):
        for phone in ("1", ""):
            known = context(ADA._replace(company=company, phone=phone), SETTING)
            assert ready.printed(known).content() == plain.printed(known).content()
    learnt = plain.count
    for company in ("Felt & Co", "", "Wool"):
        ready.printed(context(ADA._replace(company=company, phone=company), SETTING))
    assert plain.count == learnt


def test_a_number_and_a_missing_else_are_printed() -> None:
    plain, ready = both(of("<p>{{ lead.score }}{{ lead.email if lead.phone }}!</p>"))
    for score in (0, 5):
        known = context(ADA._replace(score=score), SETTING)
        assert ready.printed(known).content() == plain.printed(known).content()


def test_no_more_is_kept_than_there_is_room_for() -> None:
    long = "<p>it costs 100 %</p>\n" * (MOST_KEPT // 100)
    asked = [f"{{% if lead.score == {score} %}}{score} {long}{{% endif %}}" for score in range(9)]
    plain, ready = both(of("".join(asked), MORE))
    for _ in range(2):
        for score in range(9):
            known = context(ADA._replace(score=score), SETTING)
            assert ready.printed(known).content() == plain.printed(known).content()
    assert plain.count > 18 + 9  # some were learnt again
