"""A sequence file becomes facts, or a list of everything that is wrong with it."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.processor import processor_seconds
from worker.core.condition import Condition
from worker.core.delay import Delay, Unit
from worker.core.facts import EnrollRule, Hours, Purpose, Sequence, Slip, Step
from worker.core.states import Stage, Track
from worker.sequence import condition_keys, keys, step_keys
from worker.sequence.checks import MOST_STEPS
from worker.sequence.files import load, load_all
from worker.sequence.known import Known
from worker.sequence.problems import MOST
from worker.sequence.reader import read

SHIPPED = Path(__file__).parents[3] / "sequences"
WHOLE = """
title = "Welcome"
enroll = { on = "lead.created", when = { stage = ["awareness", "consideration"] } }
calendar = { days = "every", window = "08:30-18:00", zone = "Europe/Vienna" }
then = "none"
wait_for_answer = "2 weeks"
from = "sales"

[[step]]
id = "welcome"
after = "0 minutes"
window = "any"
email = "welcome/welcome.html"
purpose = "value"

[[step]]
id = "features"
after = "14 days"
slip = "back"
window = "10:00-12:00"
email = "welcome/features.html"
purpose = "educate"
thread = true
"""
STEP = """
[[step]]
id = "one"
after = "1 day"
email = "a.html"
purpose = "news"
"""


def faults(text: str, known: Known | None = None) -> list[str]:
    sequence, errors = read(text, "s.toml", known or Known())
    assert (sequence is None) == bool(errors)
    return [str(error) for error in errors]


def test_every_key_is_read() -> None:
    known = Known({"welcome/welcome.html", "welcome/features.html"}, {"sales"})
    every = Hours(business=False, opens=time(10), closes=time(12))
    assert read(WHOLE, "sequences/welcome.toml", known) == (
        Sequence(
            name="welcome",
            title="Welcome",
            steps=(
                Step(
                    id="welcome",
                    after=Delay(0, Unit.MINUTES),
                    email="welcome/welcome.html",
                    purpose=Purpose.VALUE,
                    hours=None,
                ),
                Step(
                    id="features",
                    after=Delay(14, Unit.DAYS),
                    email="welcome/features.html",
                    purpose=Purpose.EDUCATE,
                    hours=every,
                    slip=Slip.BACK,
                    thread=True,
                ),
            ),
            enroll=EnrollRule(
                ("lead.created",), Condition(stages=(Stage.AWARENESS, Stage.CONSIDERATION))
            ),
            zone="Europe/Vienna",
            then=Track.NONE,
            wait_for_answer=Delay(2, Unit.WEEKS),
            sender="sales",
        ),
        [],
    )


def test_what_is_not_written_has_its_default() -> None:
    sequence, errors = read(f'title = "T"\n{STEP}', "s.toml")
    assert errors == []
    assert sequence == Sequence(
        name="s",
        title="T",
        steps=(Step("one", Delay(1, Unit.DAYS), "a.html", Purpose.NEWS, Hours()),),
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('enroll = "lead.created"', "s.toml:2: enroll: expected a table such as { key = value }"),
        ("enroll = { when = {} }", 's.toml:2: enroll.on: missing; expected "lead.created"'),
        (
            'enroll = { on = "lead.creatd" }',
            (
                's.toml:2: enroll.on: perhaps "lead.created" was meant; choose a less similar name '
                'if not; expected "lead.created", "handed_over"'
            ),
        ),
        (
            'enroll = { on = "lead.created", when = { stage = ["lead"] } }',
            (
                's.toml:2: enroll.when.stage: no stage is called "lead"; expected one of '
                'awareness, consideration, decision, customer, or a list of some, got ["lead"]'
            ),
        ),
        (
            'enroll = { on = "lead.created", when = { scores = 40 } }',
            's.toml:2: enroll.when.scores: not understood; perhaps "score" was meant',
        ),
        (
            'calendar = { zone = "Europe/Berlni" }',
            (
                's.toml:2: calendar.zone: unknown zone; perhaps "Europe/Berlin" was meant; '
                'expected "lead" or a zone such as "Europe/Berlin", got "Europe/Berlni"'
            ),
        ),
        (
            'calendar = { window = "22:00-06:00" }',
            (
                "s.toml:2: calendar.window: a window closes later on the day on which it opens; "
                'expected a window such as "09:00-17:00", got "22:00-06:00"'
            ),
        ),
        (
            'calendar = { window = "09:00-09:00" }',
            (
                "s.toml:2: calendar.window: this window never opens; expected a window such as "
                '"09:00-17:00", got "09:00-09:00"'
            ),
        ),
        (
            'calendar = { days = "weekdays" }',
            's.toml:2: calendar.days: expected "business" or "every", got "weekdays"',
        ),
        ('then = "active"', 's.toml:2: then: expected "newsletter" or "none", got "active"'),
        ("from = 3", "s.toml:2: from: expected a name of a-z, 0-9, - and _, at most 64 long"),
        (
            'wait_for_answer = "10000 years"',
            (
                's.toml:2: wait_for_answer: expected a delay such as "14 days" (minutes, hours, '
                'days, business days, weeks or months), got "10000 years"'
            ),
        ),
        (
            'goals = "meeting_booked"',
            's.toml:2: goals: not understood; perhaps "goal" was meant; known keys are title, to',
        ),
        ('"a b" = 1', "s.toml:2: a b: not understood; known keys are title"),
    ],
)
def test_a_bad_line_of_the_sequence(line: str, sentence: str) -> None:
    (found,) = faults(f'title = "T"\n{line}\n{STEP}')
    assert found.startswith(sentence)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('after = "14 dayz"', "step[1].after: expected a delay such as"),
        ('after = "-3 days"', "step[1].after: a delay cannot be negative; expected a delay"),
        ('after = "120001 months"', "step[1].after: a delay is at most 10 years; expected"),
        ("after = 3", "step[1].after: expected a delay such as"),
        ('email = "../x.html"', "step[1].email: the path may not leave the folder templates;"),
        ('email = "x.txt"', 'step[1].email: expected a template such as "welcome/welcome.html"'),
        ('purpose = "spam"', 'step[1].purpose: expected "value", "insight", "educate" or "news"'),
        ('id = "Step one"', "step[1].id: expected a name of a-z, 0-9, - and _, at most 64 long"),
    ],
)
def test_a_bad_value_of_a_step(line: str, sentence: str) -> None:
    key = line.split(" = ", maxsplit=1)[0]
    step = "\n".join(line if each.startswith(key) else each for each in STEP.splitlines())
    (found,) = faults(f'title = "T"\n{step}')
    number = step.splitlines().index(line) + 2
    assert found.startswith(f"s.toml:{number}: {sentence}")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("thread = 1", "step[1].thread: expected true or false, got 1"),
        ("thread = true", "step[1].thread: no email comes before it to follow up on"),
        ('slip = "up"', 'step[1].slip: expected "forward" or "back", got "up"'),
        ('window = "09:00-09:00"', "step[1].window: this window never opens; expected"),
        ("emial = 1", 'step[1].emial: not understood; perhaps "email" was meant'),
    ],
)
def test_a_bad_line_of_a_step(line: str, sentence: str) -> None:
    (found,) = faults(f'title = "T"\n{STEP}{line}\n')
    assert found.startswith(f"s.toml:8: {sentence}")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ["s.toml: title: missing", "s.toml: step: missing; expected steps, each under"]),
        ('title = "T"\nstep = []', ["s.toml:2: step: a sequence needs a step; add one"]),
        ('title = "T"\n[step]\nid = "a"', ["s.toml:2: step: expected steps, each under a heading"]),
        ('title = "T"\nstep = [3]', ["s.toml:2: step: expected steps, each under a heading"]),
        ('title = " "\n' + STEP, ["s.toml:1: title: expected a line of text"]),
        (
            f'title = "T"\n{STEP}{STEP}',
            ['s.toml:10: step[2].id: step 1 is called "one" already; give each step its own id'],
        ),
        ("title = ", ["s.toml:1: not TOML"]),
    ],
)
def test_bad_files(text: str, sentences: list[str]) -> None:
    found = faults(text)
    assert len(found) == len(sentences)
    assert all(map(str.startswith, found, sentences))


def test_all_faults_are_found_at_once_in_order_of_lines() -> None:
    text = WHOLE.replace("14 days", "14 dayz").replace('"value"', '"spam"').replace("any", "all")
    assert [found.split(": ")[1] for found in faults(text.replace("then", "than"))] == [
        "than",
        "step[1].window",
        "step[1].purpose",
        "step[2].after",
    ]


def test_names_that_must_exist_elsewhere() -> None:
    assert faults(WHOLE, Known({"welcome/welcom.html", "welcome/features.html"}, ["office"])) == [
        's.toml:7: from: no mailbox is called "sales"; the configuration has office',
        (
            's.toml:13: step[1].email: no template "welcome/welcome.html" in the folder templates; '
            'perhaps "welcome/welcom.html" was meant'
        ),
    ]


def test_a_file_is_named_as_a_sequence_can_be() -> None:
    _, errors = read(WHOLE, "sequences/My Welcome.toml")
    assert str(errors[0]).startswith("sequences/My Welcome.toml: a sequence is called as its file")


@pytest.mark.parametrize(
    "bomb",
    [
        "\n".join(f"key{index} = 1" for index in range(10_000)),
        "[[step]]\n" * 14_000,
        "[[step]]\nid = 'a'\nafter = 'x'\nemial = 1\n" * 3000,
        f'calendar = {{ zone = "{"Europe/Berlni" * 5000}" }}',
    ],
    ids=["unknown keys", "empty steps", "wrong steps", "a long zone"],
)
def test_a_flood_of_faults_is_cut_off_in_time(bomb: str) -> None:
    with processor_seconds(1):
        assert 0 < len(faults(bomb)) <= MOST


def test_too_many_steps() -> None:
    steps = "".join(STEP.replace("one", f"s{index}") for index in range(MOST_STEPS + 1))
    assert faults(f'title = "T"\n{steps}') == [
        f"s.toml:3: step: expected at most {MOST_STEPS} steps, got {MOST_STEPS + 1}"
    ]


@given(st.text(alphabet='[]{}=,."\n abstep01', max_size=200))
def test_any_text_ends_in_facts_or_sentences(text: str) -> None:
    sequence, errors = read(text, "s.toml")
    assert (sequence is None) == bool(errors)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_sequences_are_right(path: Path) -> None:
    sequence, errors = load(path)
    assert errors == []
    assert sequence is not None
    assert sequence.name == path.stem


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    folder = tmp_path / "sequences"
    folder.mkdir()
    (folder / "b.toml").write_text(WHOLE)
    (folder / "a.toml").write_bytes(b"title = '\xff'")
    (folder / "c.toml").mkdir()
    loaded = load_all(folder)
    assert list(loaded.sequences) == ["b"]
    assert [str(error) for error in loaded.errors] == [
        "sequences/a.toml:1: this is not UTF-8; save the file as UTF-8",
        "sequences/c.toml: cannot be read: Is a directory",
    ]


def test_every_key_says_what_it_means() -> None:
    tables = (
        keys.SEQUENCE,
        keys.ENROLL_KEYS,
        keys.CALENDAR_KEYS,
        keys.CAP_KEYS,
        step_keys.STEP_KEYS,
        condition_keys.CONDITION_KEYS,
        condition_keys.TRAIT_KEYS,
        condition_keys.HAPPENING_KEYS,
    )
    for table in tables:
        assert len({key.name for key in table}) == len(table)
        assert all(key.meaning and key.kind.expected for key in table)
