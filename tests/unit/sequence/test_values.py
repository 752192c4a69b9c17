"""Delays, windows and the other single values."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.core.delay import Delay, Unit
from worker.core.states import Stage
from worker.sequence import kinds
from worker.sequence.condition_keys import STAGE
from worker.sequence.delays import read_delay
from worker.sequence.kinds import UnfitError
from worker.sequence.windows import ANY, Window, read_step_window, read_window

MINUTES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


@given(st.integers(0, 120), st.sampled_from(Unit))
def test_a_delay_is_read_as_it_is_written(amount: int, unit: Unit) -> None:
    delay = Delay(amount, unit)
    assert read_delay(str(delay)) == delay


@given(MINUTES, MINUTES)
def test_a_window_is_read_as_it_is_written(opens: time, closes: time) -> None:
    window = Window(opens, closes)
    if opens < closes:
        assert read_window(str(window)) == window
        assert read_step_window(str(window)) == window
    else:
        with pytest.raises(UnfitError):
            read_window(str(window))


@given(st.text() | st.integers() | st.none() | st.lists(st.text()))
def test_anything_else_is_unfit_and_nothing_worse(value: object) -> None:
    for read in (read_delay, read_window, kinds.read_zone, kinds.read_template):
        with pytest.raises(UnfitError):
            read(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("14 dayz", ""),
        ("1.5 days", ""),
        ("14days", ""),
        ("٣ days", ""),
        ("10000 years", ""),
        ("-3 days", "a delay cannot be negative"),
        ("3661 days", "a delay is at most 10 years"),
        ("9" * 5000 + " days", "a delay is at most 10 years"),
        ("120001 months", "a delay is at most 10 years"),
    ],
)
def test_bad_delays_say_why(text: str, reason: str) -> None:
    with pytest.raises(UnfitError) as caught:
        read_delay(text)
    assert str(caught.value) == reason


def test_the_window_of_a_step_may_be_any() -> None:
    assert read_step_window("any") == ANY
    with pytest.raises(UnfitError):
        read_window("any")


@pytest.mark.parametrize("name", ["lead", "UTC", "Europe/Berlin", "America/Argentina/Ushuaia"])
def test_zones_that_exist(name: str) -> None:
    assert kinds.read_zone(name) == name


@pytest.mark.parametrize("name", ["Europe", "../etc/passwd", "", "Europe/Berlin\0", "/etc"])
def test_zones_that_do_not(name: str) -> None:
    with pytest.raises(UnfitError, match="unknown zone"):
        kinds.read_zone(name)


@pytest.mark.parametrize("path", ["../a.html", "/a.html", "a/../../b.html"])
def test_a_template_stays_in_its_folder(path: str) -> None:
    with pytest.raises(UnfitError, match="may not leave"):
        kinds.read_template(path)


@pytest.mark.parametrize("path", ["a\\b.html", "welcome\b.html"])
def test_folders_are_parted_as_everywhere(path: str) -> None:
    with pytest.raises(UnfitError, match="parted by /"):
        kinds.read_template(path)


@pytest.mark.parametrize("written", ["decision", ["decision"], ["decision", "decision"]])
def test_a_stage_is_one_or_a_list(written: object) -> None:
    assert STAGE.kind.read(written) == (Stage.DECISION,)


@pytest.mark.parametrize("wrong", [[], "won", ["won"], [["decision"]], [{}]])
def test_what_is_no_list_of_stages(wrong: object) -> None:
    with pytest.raises(UnfitError):
        STAGE.kind.read(wrong)
