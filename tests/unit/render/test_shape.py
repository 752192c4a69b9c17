"""Templates of one shape share their code, and each keeps its own words, lines and name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, nodes

from tests.unit.render.parts import ADA, SETTING, STRANGER, bundle, email, sampled, seen
from worker.core.facts import Lead
from worker.render.bundle import Bundle, load
from worker.render.context import context
from worker.render.email import Renderer
from worker.render.environment import Sandbox
from worker.render.inspect import check, examine
from worker.render.shape import Shape

SHIPPED = load(Path(__file__).parents[3] / "templates")
EMAILS = sorted(path for path in SHIPPED.files if not path.endswith("layout.html"))


def checked(files: Bundle) -> Renderer:
    """Return a renderer of code that a check has left."""
    renderer = Renderer(files, few=True)
    assert check(files, codes=renderer.codes) == []
    return renderer


def tree(source: str) -> nodes.Template:
    return Sandbox(DictLoader({})).parse(source, "it.html")


def look(source: str) -> str:
    shape = Shape.of(tree(source))
    assert shape is not None
    return shape.look


@pytest.mark.parametrize("lead", [ADA, STRANGER], ids=["known", "stranger"])
def test_what_is_shipped_is_printed_as_if_each_were_compiled_by_itself(lead: Lead) -> None:
    renderer, given = checked(SHIPPED), context(lead, SETTING)
    for template in EMAILS:
        assert renderer.content(template, given) == Renderer(SHIPPED, few=True).content(
            template, given
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a</p>", "<b>\n\nother words, in other lines"),
        ("{{ lead.email }} a", "{{\n lead.email\n}} b {# note #}"),
        ("{% if lead.phone %}a{% endif %}", "{% if lead.phone %}\nb\n{% endif %}"),
    ],
)
def test_words_and_lines_are_no_part_of_a_shape(one: str, other: str) -> None:
    assert look(one) == look(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{{ 1 }}", "{{ true }}"),
        ("{{ 1 }}", "{{ 1.0 }}"),
        ("{{ '1' }}", "{{ 1 }}"),
        ("{{ lead.email }}", "{{ lead['email'] }}"),
        ("{{ lead.email }}", "{{ lead.name }}"),
        ("{{ a }}{{ b }}", "{{ a or b }}"),
        ("{% block a %}{% endblock %}", "{% block b %}{% endblock %}"),
        ("{% block a %}{% endblock %}", "{% block a required %}{% endblock %}"),
        ("{% if a %}{% endif %}{{ b }}", "{% if a %}{{ b }}{% endif %}"),
        ("{% if a %}{{ b }}{% endif %}", "{% if a %}{% else %}{{ b }}{% endif %}"),
        ("{% include 'a' %}", "{% include 'a' ignore missing %}"),
        ("{% from 'a' import b %}", "{% from 'a' import b as c %}"),
    ],
)
def test_what_a_template_does_is_its_shape(one: str, other: str) -> None:
    assert look(one) != look(other)


@given(st.lists(st.text(st.characters(exclude_characters="{}#%\r", codec="utf-8")), min_size=2))
def test_each_prints_its_own_words(words: list[str]) -> None:
    sources = {f"t{n}": f"{{{{ lead.email }}}} {one}" for n, one in enumerate(words)}
    renderer = checked(bundle(**{name: email(one) for name, one in sources.items()}))
    for name, source in sources.items():
        printed = source.replace("{{ lead.email }}", ADA.address).replace("\r", "\n")
        assert f"\n{printed}\n" in renderer.content(f"{name}.html", seen()).html


def test_each_fails_in_its_own_line_and_by_its_own_name() -> None:
    files = bundle(
        one=email("\n<p>\n{{ lead.phone }}</p>"), other=email("<p>{{ lead.phone }}\n\n\n</p>")
    )
    renderer = checked(files)
    for place in "one.html:3", "other.html:1":
        found = examine(renderer, place.partition(":")[0], sampled([STRANGER]))
        assert f"{place}: none cannot be printed; write `or` and a fallback" in map(str, found)


def test_what_no_template_of_a_shape_may_use_is_told_of_each_in_its_line() -> None:
    source = "{% for x in [1] %}{{ lead.email | nonsense }}{% endfor %}"
    found = check(bundle(one=email("\n\n" + source), other=email("\n" + source)))
    assert [str(each) for each in found] == [
        "one.html:3: No filter named 'nonsense'.",
        "other.html:2: No filter named 'nonsense'.",
    ]


@pytest.mark.parametrize("words", ["\ue000", "\ue0010\ue002", "{{ '\ue000' }}", "{{ '1=2&3=4' }}"])
def test_nothing_is_taken_for_a_stand_in(words: str) -> None:
    body = f"<p>{words} {{{{ lead.email }}}}</p>"
    files = bundle(one=email(body), other=email(body))
    said = checked(files).content("other.html", seen())
    assert said == Renderer(files, few=True).content("other.html", seen())
    assert words.strip("{' }").replace("&", "&amp;") in said.html
