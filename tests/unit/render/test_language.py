"""The language of an email is the one that it, or its layout, says it is in."""

from __future__ import annotations

import pytest

from tests.unit.render.parts import email
from worker.render.language import language

FRAME = (
    "<html lang='{{% block lang %}}{}{{% endblock %}}'>{{% block body %}}{{% endblock %}}</html>"
)


@pytest.mark.parametrize(
    ("layout", "more", "told"),
    [
        (FRAME.format("en"), "{% block lang %}de{% endblock %}", "de"),
        (FRAME.format("en"), "{%- block lang -%} de-AT {%- endblock lang -%}", "de"),
        (FRAME.format("fr"), "", "fr"),
        (FRAME.format("en"), "{# {% block lang %}de{% endblock %} #}", "en"),
        (FRAME.format("en"), "{% block lang %}{{ lead.language or 'de' }}{% endblock %}", "en"),
        ('<html class="x" lang="NL">', "", "nl"),
        ("<html>", "", "en"),
    ],
)
def test_the_nearest_that_is_written_out_counts(layout: str, more: str, told: str) -> None:
    files = {"layout.html": layout, "it.html": email("Good day.", more=more)}
    assert language(files, "it.html") == told
