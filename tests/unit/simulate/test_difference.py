"""Two futures compared, and the file that one of them is kept in."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.errors import InputError
from worker.simulate import plan
from worker.simulate.difference import Entry, compare

ADA, BOB = "ada@x.example", "bob@x.example"


def entry(at: str, who: str = ADA, step: str = "welcome/first", mailbox: str = "sales") -> Entry:
    return (at, who, step, mailbox)


BEFORE = (
    entry("2027-01-04 09:00"),
    entry("2027-01-05 09:00", step="welcome/second"),
    entry("2027-01-04 09:00", BOB),
)


def test_what_is_the_same_is_no_change() -> None:
    found = compare(BEFORE, reversed(BEFORE))
    assert (found.changes, found.same, found.leads) == ((), 3, 0)


def test_each_kind_of_change_is_named() -> None:
    after = (
        entry("2027-01-04 10:00"),
        entry("2027-01-04 09:00", BOB, mailbox="support"),
        entry("2027-01-07 09:00", BOB, "welcome/third"),
    )
    found = compare(BEFORE, after)
    assert [str(one) for one in found.changes] == [
        f"{ADA}: welcome/first moves from 2027-01-04 09:00 to 2027-01-04 10:00",
        f"{ADA}: welcome/second on 2027-01-05 09:00 is gone",
        f"{BOB}: welcome/first moves from sales to support",
        f"{BOB}: welcome/third on 2027-01-07 09:00 is new",
    ]
    assert [(one.step, one.kind, one.leads) for one in found.by_step()] == [
        ("welcome/first", "moved", 1),
        ("welcome/second", "gone", 1),
        ("welcome/first", "other mailbox", 1),
        ("welcome/third", "new", 1),
    ]


def test_a_task_in_place_of_an_email_is_another_kind() -> None:
    call = entry("2027-01-04 09:00", mailbox="task: call")
    linkedin = entry("2027-01-04 09:00", mailbox="task: linkedin")
    pairs = ((BEFORE[0], call), (call, linkedin), (call, BEFORE[0]))
    kinds = [compare([one], [other]).changes[0].kind for one, other in pairs]
    assert kinds == ["other kind"] * 3


def test_a_step_that_comes_twice_is_compared_in_order() -> None:
    twice = (entry("2027-01-04 09:00"), entry("2027-02-04 09:00"))
    found = compare(twice, (twice[0], entry("2027-02-05 09:00")))
    assert (found.same, [one.kind for one in found.changes]) == (1, ["moved"])
    assert [one.kind for one in compare(twice, twice[:1]).changes] == ["gone"]


def test_a_plan_reads_as_it_was_written(tmp_path: Path) -> None:
    made = {"leads": 2, "sequences": ["welcome"]}
    written = plan.Plan(made, "Europe/London", BEFORE)
    plan.write(written, tmp_path / "plan.json")
    assert plan.read(tmp_path / "plan.json") == written
    lines = (tmp_path / "plan.json").read_text().splitlines()
    assert '  ["2027-01-04 09:00", "bob@x.example", "welcome/first", "sales"]' in lines


def test_an_empty_plan_is_one(tmp_path: Path) -> None:
    plan.write(plan.Plan({}, "UTC", ()), tmp_path / "plan.json")
    assert plan.read(tmp_path / "plan.json").sends == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no send plan"),
        ("[" * 100_000, "is no send plan"),
        ("[]", "is no send plan"),
        ('{"send_plan": 99, "made": {}, "zone": "UTC", "sends": []}', "expected a plan of format"),
        ('{"send_plan": 1, "made": {}, "zone": "UTC", "sends": [["a"]]}', "is no send plan"),
    ],
)
def test_what_is_no_plan_is_said_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    with pytest.raises(InputError, match=said):
        plan.read(file)
