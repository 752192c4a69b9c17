"""What keys ask of each other: kinds of steps, times, branches, conditions; one sentence each."""

from __future__ import annotations

import pytest

from tests.unit.processor import processor_seconds
from worker.core.condition import Condition, Happening, Range, TaskResult, Trait
from worker.core.delay import Delay, Unit
from worker.core.facts import Cap
from worker.core.states import Stage, Track
from worker.sequence.known import Known
from worker.sequence.reader import read

EMAIL = 'email = "a.html"\npurpose = "news"'
FIRST = f'[[step]]\nid = "one"\nafter = "1 day"\n{EMAIL}\n'


def step(id_: str, *lines: str) -> str:
    return "\n".join(["", "[[step]]", f'id = "{id_}"', *lines, ""])


def email(id_: str, *lines: str) -> str:
    return step(id_, EMAIL, *(lines or ('after = "1 day"',)))


CALL = step("call", "day = 1", 'task = "call"')


def faults(*steps: str, top: str = "", known: Known | None = None) -> list[str]:
    text = 'title = "T"\n' + top + "\n" + "".join(steps)
    sequence, errors = read(text, "s.toml", known or Known(attributes=("plan",)))
    assert (sequence is None) == bool(errors)
    return [str(error).partition(": ")[2] for error in errors]


def condition(written: str) -> Condition:
    sequence, errors = read(
        'title = "T"\n' + CALL + email("x", "day = 2", written),
        "s.toml",
        Known(attributes=("plan",)),
    )
    assert sequence is not None, errors
    return sequence.steps[1].when


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (step("x", 'after = "1 day"'), "step[1]: the step does nothing; expected one of email"),
        (
            step("x", 'after = "1 day"', EMAIL, 'task = "call"'),
            "step[1].task: a step is one thing, and this has email and task",
        ),
        (step("x", EMAIL), "step[1].after: missing; expected a delay"),
        (
            email("x", 'after = "1 day"', "day = 2"),
            "step[1].day: a step has after or day, not both",
        ),
        (email("x", "day = 0"), "step[1].day: expected a whole number from 1 to 3,660, got 0"),
        (
            step("x", 'after = "1 day"', 'email = "a.html"'),
            'step[1].purpose: missing; expected "value"',
        ),
        (
            step("x", "day = 1", 'task = "call"', "thread = true"),
            "step[1].thread: a task has none; it is for an email",
        ),
        (
            step("x", "day = 1", 'task = "call"', "wait = true"),
            "step[1].for: missing; wait = true needs to know for how long",
        ),
        (
            step("x", "day = 1", 'task = "call"', 'for = "2 days"'),
            "step[1].for: nothing waits for this task; add wait = true",
        ),
        (email("end", "day = 1"), 'step[1].id: "end" is where branches end'),
        (
            email("x", "day = 1", "split = [1, 2, 3]"),
            "step[1].split: expected a share for each variant: 1, got 3",
        ),
    ],
)
def test_a_step_is_whole(wrong: str, sentence: str) -> None:
    (found,) = faults(wrong)
    assert found.startswith(sentence)


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        (
            [FIRST, step("back", 'go_to = "one"')],
            'step[2].go_to: "one" (step 1) is not after this one: a lead would go in a circle',
        ),
        (
            [step("self", 'go_to = "self"'), FIRST],
            'step[1].go_to: "self" (step 1) is not after this one: a lead would go in a circle',
        ),
        (
            [FIRST, step("on", 'go_to = "tow"'), email("two")],
            'step[2].go_to: no step is called "tow"; perhaps "two" was meant',
        ),
        (
            [step("on", 'go_to = "end"'), email("two")],
            "step[2]: no lead ever comes here: the branch before it always goes elsewhere",
        ),
        (
            [email("one", "day = 5"), email("two", "day = 3")],
            "step[2].day: day 3 comes after day 5 in this file; put the steps in order",
        ),
        (
            [FIRST, email("one")],
            'step[2].id: step 1 is called "one" already; give each step its own id',
        ),
        (
            [FIRST, step("on", 'go_to = "end"', "day = 3")],
            "step[2].day: a branch has none; it is for an email and a task",
        ),
    ],
)
def test_every_way_leads_on(steps: list[str], sentence: str) -> None:
    (found,) = faults(*steps)
    assert found.startswith(sentence)


def test_days_of_two_ways_do_not_mind_each_other() -> None:
    hot = step("hot", 'go_to = "call"', "when = { score = { at_least = 40 } }")
    over = step("over", 'go_to = "end"')
    call = step("call", "day = 2", 'task = "call"')
    assert faults(hot, email("slow", "day = 9"), over, call) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('when = { stage = "decision" }', Condition(stages=(Stage.DECISION,))),
        ('when = { track = ["newsletter"] }', Condition(tracks=(Track.NEWSLETTER,))),
        ("when = { score = { at_least = 40 } }", Condition(score=Range(40, None))),
        (
            'when = { lead = { country = ["DE", "at"], plan = { not = "Free", known = true } } }',
            Condition(
                traits=(
                    Trait("country", is_=("de", "at")),
                    Trait("plan", is_not=("free",), known=True),
                )
            ),
        ),
        (
            (
                'when = { happened = ["seen", "read"], '
                'not_happened = { event = "left.us", within = "1 month" } }'
            ),
            Condition(
                happened=Happening(("seen", "read")),
                not_happened=Happening(("left.us",), Delay(1, Unit.MONTHS)),
            ),
        ),
        ("when = { answered = false }", Condition(answered=False)),
        ('when = { answered = "question" }', Condition(answered=("question",))),
        (
            'when = { task = { call = "done" } }',
            Condition(tasks=(TaskResult("call", ("done",)),)),
        ),
        (
            'when = { any = [{ stage = "decision" }, { not = { answered = true } }] }',
            Condition(
                any_=(Condition(stages=(Stage.DECISION,)), Condition(not_=Condition(answered=True)))
            ),
        ),
    ],
)
def test_a_condition_is_read(written: str, meant: Condition) -> None:
    assert condition(written) == meant


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("{ score = {} }", "step[1].when.score: asks nothing; expected at_least, at_most or both"),
        (
            "{ score = { at_least = 9, at_most = 3 } }",
            "step[1].when.score.at_most: no number is both above 9 and below 3",
        ),
        ("{ score = { at_least = nan } }", "step[1].when.score.at_least: expected a number"),
        (
            '{ lead = { plann = "free" } }',
            'step[1].when.lead.plann: no lead has this; perhaps "plan" was meant',
        ),
        (
            '{ lead = { country = ["DE", "Germany"] } }',
            'step[1].when.lead.country: "germany" is no code; leads have "DE" for it',
        ),
        (
            '{ not = { lead = { country = { not = "Autsria" } } } }',
            'step[1].when.not.lead.country: no country is called "autsria"; perhaps "austria" was',
        ),
        ("{ lead = { plan = {} } }", "step[1].when.lead.plan: asks nothing; expected is, not"),
        (
            '{ happened = "replied." }',
            'step[1].when.happened: expected an event such as "replied"',
        ),
        ('{ happened = "replid" }', 'step[1].when.happened: perhaps "replied" was meant'),
        (
            '{ answered = "yes" }',
            'step[1].when.answered: no answer is called "yes"; expected true, false',
        ),
        ('{ task = { call = "done" } }', 'step[1].when.task: no task before is called "call"'),
        (
            '{ any = [{ stag = "decision" }] }',
            'step[1].when.any[1].stag: not understood; perhaps "stage" was meant',
        ),
        ("{ not = {} }", "step[1].when.not: never holds: an empty condition always does"),
    ],
)
def test_a_bad_condition(written: str, sentence: str) -> None:
    (found,) = faults(email("x", "day = 1", f"when = {written}"))
    assert found.startswith(sentence)


def test_who_is_not_in_it_yet_has_no_passage_to_ask_about() -> None:
    rule = 'enroll = { on = "lead.created", when = { answered = true } }'
    (found,) = faults(FIRST, top=rule)
    assert found.startswith("enroll.when: answered and task are about a passage")


def test_a_cap_may_leave_out_what_the_house_says() -> None:
    text = f'title = "T"\ncap = {{ day = 2, gap = "4 hours" }}\n{FIRST}'
    sequence, _errors = read(text, "s.toml")
    assert sequence is not None
    assert sequence.cap == Cap(day=2, gap=Delay(4, Unit.HOURS))


BOMBS = {
    "conditions in conditions": "when = " + "{ not = " * 200 + "{}" + " }" * 200,
    "many alternatives": f"when = {{ any = [{'{ stage = [] }, ' * 3000}] }}",
    "many properties": "when = { lead = { " + ", ".join(f"p{n} = 1" for n in range(5000)) + " } }",
    "a huge number": f"when = {{ score = {{ at_least = 1{'0' * 4000} }} }}",
    "many events": f'or_on = "{"a." * 20000}"',
    "many variants": f"split = [{'1, ' * 20000}]",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_ends_in_sentences_within_a_second(bomb: str) -> None:
    text = f'title = "T"\n{email("x", "day = 1", bomb)}'
    with processor_seconds(1):
        sequence, errors = read(text, "s.toml", Known(attributes=("plan",)))
    assert sequence is None
    assert errors
    assert all(error.line for error in errors)
