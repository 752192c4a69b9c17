"""The whole corpus is read as well as the project promises."""

from __future__ import annotations

import pytest

from tests.corpus import evaluate


@pytest.fixture(scope="module")
def corpus() -> list[evaluate.Case]:
    return evaluate.cases()


def test_every_mail_has_its_expected_values(corpus: list[evaluate.Case]) -> None:
    assert len(corpus) >= 400
    known = {"kind", *corpus[0].read, "automatic", "contacts"}
    for case in corpus:
        assert case.expected["kind"] in evaluate.KINDS, case.name
        assert set(case.expected) <= known, case.name


@pytest.mark.parametrize("index", range(len(evaluate.figures([]))))
def test_a_goal_is_reached(corpus: list[evaluate.Case], index: int) -> None:
    figure = evaluate.figures(corpus)[index]
    assert figure.of, figure.name
    assert figure.holds, f"{figure.name}: {figure.share:.1%} of {figure.of}"


def test_what_an_absence_says_is_told_apart(corpus: list[evaluate.Case]) -> None:
    told = [case for case in corpus if "automatic" in case.expected]
    right = [case for case in told if case.reading.automatic == case.expected["automatic"]]
    assert len(right) >= 0.9 * len(told)
