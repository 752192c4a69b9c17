"""Templates of one shape share their code, and each keeps its own words, lines and name."""

from __future__ import annotations

from pathlib import Path
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.render.parts import ADA, SETTING, STRANGER, bundle, email, sampled, seen
from worker.core.facts import Lead
from worker.errors import TemplateError
from worker.render.bundle import Bundle, load
from worker.render.context import context
from worker.render.email import Renderer
from worker.render.inspect import check, examine
from worker.render.outside import Inspector
from worker.render.shape import Shape

SHIPPED = load(Path(__file__).parents[3] / "templates")
EMAILS = sorted(path for path in SHIPPED.files if not path.endswith("layout.html"))


def checked(files: Bundle) -> Renderer:
    """Return a renderer of code that a check has left."""
    renderer = Renderer(files, few=True)
    assert check(files, codes=renderer.codes) == []
    return renderer


@pytest.mark.parametrize("lead", [ADA, STRANGER], ids=["known", "stranger"])
def test_what_is_shipped_is_printed_as_if_each_were_compiled_by_itself(lead: Lead) -> None:
    renderer, given = checked(SHIPPED), context(lead, SETTING)
    for template in EMAILS:
        assert renderer.content(template, given) == Renderer(SHIPPED, few=True).content(
            template, given
        )


def alike(*sources: str) -> bool:
    shapes = [Shape.of(source) for source in sources]
    return None not in shapes and len({shape.source for shape in shapes if shape}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a</p>", "<b>\n\nother words, in other lines"),
        ("{{ lead.email }} a {# note #}", "{{ lead.email }}\nb {# it's another #}"),
        ("{% if lead.phone %}a{% endif %}", "{% if lead.phone %}\nb\n{% endif %}"),
    ],
)
def test_words_are_no_part_of_a_shape(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{{ 1 }}", "{{ true }}"),
        ("{{ lead.email }}", "{{ lead.name }}"),
        ("{{ a }}b", "{{ a }}"),
        ("{{ a }}b", "b{{ a }}"),
        ("{% if a %}{% endif %}{{ b }}", "{% if a %}{{ b }}{% endif %}"),
    ],
)
def test_marks_and_where_words_are_is_the_shape(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(
    "source",
    [
        "a {%- if b %}c{% endif %}",
        "a {{ b -}} c",
        "a {{ '}} b {{' | length }}",
        "a {{ {'b': {'c': 1}}.b.c }}",
        "a {{% if b %}c{% endif %}",
        "{% raw %}a {{ b }}{% endraw %}",
        "a\r\n{{ b }}",
        "a {# b {{ c }}",
        "a }} {{ b }}",
        "{{ 'it' ~ \"'s\" }}",
        "\ue000",
    ],
)
def test_what_jinja_may_read_otherwise_has_no_shape(source: str) -> None:
    assert not alike(source, source)


@given(st.lists(st.text(st.characters(exclude_characters="{}#%\r", codec="utf-8")), min_size=2))
def test_each_prints_its_own_words(words: list[str]) -> None:
    sources = {f"t{n}": f"{{{{ lead.email }}}} {one}" for n, one in enumerate(words)}
    renderer = checked(bundle(**{name: email(one) for name, one in sources.items()}))
    for name, source in sources.items():
        printed = source.replace("{{ lead.email }}", ADA.address).replace("\r", "\n")
        assert f"\n{printed}\n" in renderer.content(f"{name}.html", seen()).html


PIECES = st.sampled_from(
    [
        *(
            "words",
            "\n",
            "\n\n more",
            "{",
            "}",
            "%",
            "#",
            "'",
            '"',
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
        ),
        *("{{ lead.email }}", "{{ x }}", "{% if lead.y %}", "{% else %}", "{% endif %}", "{# a #}"),
        *("{% for n in z %}", "{{ n }}", "{% endfor %}", "{% block b %}", "{% endblock %}", "{{-"),
        *("{% raw %}", "{% endraw %}", "{{ '\n' ~ x }}", "{% include 'f' %}", "{% set x = 1 %}"),
    ]
)


class Plain(Inspector):
    """An inspector that knows of no shapes."""

    def _of_shape(self, _source: str) -> None:
        return None


@given(st.lists(PIECES, max_size=12).map("".join))
def test_by_its_shape_a_template_is_read_as_by_itself(source: str) -> None:
    def read(inspector: Inspector) -> object:
        try:
            found = inspector.read(source, "it.html")
        except TemplateError as error:
            return str(error), error.line
        return found.names, found.files, texts(found.code)

    assert read(Inspector()) == read(Plain())


def texts(code: CodeType) -> set[object]:
    """Return the texts in compiled code but for its lines, which are several for one line."""
    inner = [texts(one) for one in code.co_consts if isinstance(one, CodeType)]
    own = {one for one in code.co_consts if isinstance(one, str) and "=" not in one}
    return own.union(*inner)


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
