"""When we write again is said in words, past the tasks in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from worker.core.condition import ALWAYS, Condition
from worker.core.delay import Delay, Unit
from worker.core.facts import Sequence, Step
from worker.core.spoken import WORDINGS, Wording
from worker.core.states import Stage
from worker.core.upcoming import in_words, next_email


def after(amount: int, unit: Unit, *, task: bool = False) -> Step:
    return Step("s", Delay(amount, unit), email="" if task else "a.html", task="call" * task)


def day(number: int, *, task: bool = False) -> Step:
    return Step("s", day=number, email="" if task else "a.html", task="call" * task)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([after(0, Unit.MINUTES), after(14, Unit.DAYS)], "in two weeks"),
        ([after(0, Unit.MINUTES), after(1, Unit.DAYS)], "tomorrow"),
        ([after(0, Unit.MINUTES), after(1, Unit.MONTHS)], "in one month"),
        ([after(0, Unit.MINUTES), after(12, Unit.HOURS)], "in 12 hours"),
        ([after(0, Unit.MINUTES), after(0, Unit.MINUTES)], None),
        ([after(0, Unit.MINUTES)], None),
        (
            [
                after(0, Unit.MINUTES),
                after(1, Unit.BUSINESS_DAYS, task=True),
                after(1, Unit.BUSINESS_DAYS),
            ],
            "in two working days",
        ),
        (
            [after(0, Unit.MINUTES), after(1, Unit.WEEKS, task=True), after(3, Unit.DAYS)],
            "in ten days",
        ),
        ([after(0, Unit.MINUTES), after(1, Unit.WEEKS, task=True)], None),
        ([day(2), day(2, task=True), day(5)], "in three days"),
        ([day(1), day(1), day(5)], None),
        ([day(10), day(17)], "in one week"),
    ],
)
def test_the_next_email_is_told(steps: list[Step], said: str | None) -> None:
    assert next_email(Sequence("x", "X", tuple(steps)), 0) == said


ASKED = Condition(stages=(Stage.DECISION,))


def branch(to: str, *, always: bool = True) -> Step:
    return Step("b", go_to=to, when=ALWAYS if always else ASKED)


A_WEEK_LATER = after(1, Unit.WEEKS)
TO_C = replace(after(3, Unit.DAYS), id="c")


@pytest.mark.parametrize(
    ("following", "said"),
    [
        ([branch("end"), A_WEEK_LATER], None),
        ([branch("end", always=False), A_WEEK_LATER], None),
        ([branch("c"), A_WEEK_LATER, TO_C], "in three days"),
        ([branch("c", always=False), A_WEEK_LATER, TO_C], None),
        ([branch("c", always=False), A_WEEK_LATER, replace(A_WEEK_LATER, id="c")], "in one week"),
        ([replace(branch("c"), after=Delay(1, Unit.DAYS)), A_WEEK_LATER, TO_C], "in four days"),
        ([A_WEEK_LATER, branch("end")], "in one week"),
        ([replace(after(1, Unit.DAYS, task=True), wait_for=Delay(5, Unit.DAYS)), TO_C], None),
        ([replace(A_WEEK_LATER, when=ASKED), TO_C], None),
        ([replace(after(1, Unit.DAYS, task=True), when=ASKED), TO_C], "in four days"),
    ],
)
def test_nothing_is_promised_that_a_branch_a_condition_or_a_task_decides(
    following: list[Step], said: str | None
) -> None:
    steps = (after(0, Unit.MINUTES), *following)
    assert next_email(Sequence("x", "X", steps), 0) == said


def test_large_numbers_are_digits() -> None:
    assert in_words(Delay(10, Unit.DAYS)) == "in ten days"
    assert in_words(Delay(11, Unit.DAYS)) == "in 11 days"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "morgen, in einer Woche, in neun Tagen, in zwei Arbeitstagen, in 11 Monaten"),
        ("en", "tomorrow, in one week, in nine days, in two working days, in 11 months"),
        (
            "es",
            (
                "mañana, dentro de una semana, dentro de nueve días, "
                "dentro de dos días laborables, dentro de 11 meses"
            ),
        ),
        ("fr", "demain, dans une semaine, dans neuf jours, dans deux jours ouvrés, dans 11 mois"),
        (
            "it",
            "domani, tra una settimana, tra nove giorni, tra due giorni lavorativi, tra 11 mesi",
        ),
        ("nl", "morgen, over een week, over negen dagen, over twee werkdagen, over 11 maanden"),
        ("fi", "tomorrow, in one week, in nine days, in two working days, in 11 months"),
    ],
)
def test_it_is_said_in_the_language_of_the_email(language: str, said: str) -> None:
    waits = (
        Delay(1, Unit.DAYS),
        Delay(7, Unit.DAYS),
        Delay(9, Unit.DAYS),
        Delay(2, Unit.BUSINESS_DAYS),
        Delay(11, Unit.MONTHS),
    )
    assert ", ".join(in_words(wait, language) for wait in waits) == said


@pytest.mark.parametrize("wording", WORDINGS.values())
def test_each_language_has_words_for_each_unit(wording: Wording) -> None:
    said = [wording.after(amount, unit) for unit in Unit for amount in range(1, 12)]
    assert len({*said}) == len(said)
