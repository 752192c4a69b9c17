"""The measures of sending, with a few messages each: that they run, and what they yield."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence

import pytest

from bench import claim, memory, post_office, send, wire
from bench.harness import measures
from bench.harness.result import Result
from bench.sending import django_letter, environment, letters, series
from tests.servers.smtp_sink import SmtpSink


@pytest.fixture(autouse=True)
def _needs_postfix(smtp_sink: Callable[..., SmtpSink]) -> None:
    smtp_sink()


def by_name(results: Sequence[Result]) -> dict[str, Result]:
    named = {one.name: one for one in results}
    assert len(named) == len(results), "a name is there twice"
    assert all(one.value > 0 for one in results), results
    return named


def test_the_letter_is_of_the_size_that_the_goals_speak_of() -> None:
    letter = letters.content()
    assert 26_000 < len(letters.rendered().raw) < 29_000
    assert 18_000 < len(letter.html.encode()) < 21_000
    assert "Hello Ada" in letter.text


def test_a_series_is_its_median_and_its_range() -> None:
    values = {one.name: one.value for one in series.results("a.ratio", [3.0, 1.0, 2.0], "x", "> 1")}
    assert values == {"a.ratio": 2.0, "a.ratio.low": 1.0, "a.ratio.high": 3.0}


@pytest.mark.usefixtures("postgres_cluster")
def test_all_that_is_due_is_sent_on_both_databases() -> None:
    results = by_name(send.measure(messages=60, runs=1))
    assert results["send.sqlite.ratio"].goal == ">= 0.5"
    assert results["send.postgresql2.ratio"].goal == ">= 0.55"
    assert results["send.sqlite.effort"].value > 0


def test_the_wire_carries_prebuilt_bytes() -> None:
    assert by_name(wire.measure(messages=60, runs=1))["wire.ratio"].goal == ">= 1"


def test_a_claim_is_timed_with_few_and_with_many_rows_behind_it() -> None:
    results = by_name(claim.measure(few=2_000, many=10_000, runs=1))
    assert results["claim.ratio"].goal == "< 1.5"


def test_the_daemon_sends_all_and_tells_its_peak() -> None:
    results = by_name(memory.measure(messages=200))
    assert results["send.memory"].value > 20  # no interpreter is smaller


def test_post_office_sends_the_same_letter() -> None:
    if environment.python() is None and os.environ.get("CI") != "true":
        pytest.skip("django-post_office cannot be installed")
    results = by_name(post_office.measure(theirs=20, ours=20, runs=1))
    assert results["send.vs_post_office"].goal == ">= 8"


def test_what_post_office_is_given_prints_and_asks_all_that_ours_does() -> None:
    ours, theirs = letters.bundle().files, django_letter.templates()
    names = re.findall(r"(?:\{\{|\bif) (\w+\.\w+)", ours[letters.NAME] + ours["layout.html"])
    assert len(set(names)) == 12
    for name in names:
        assert name in theirs["html"]
        assert name in theirs["txt"]


def test_another_letter_is_not_taken_for_ours() -> None:
    ours = [letters.rendered(number).raw for number in (1, 2)]
    django_letter.require_same(ours)
    with pytest.raises(ValueError, match="lead 1 gets another To: "):
        django_letter.require_same(reversed(ours))
    with pytest.raises(ValueError, match="lead 1 gets another html: "):
        django_letter.require_same([ours[0].replace(b"<h1", b"<h2")])


def test_all_are_measures() -> None:
    assert {"claim", "memory", "post_office", "send", "wire"} <= set(measures.names())
