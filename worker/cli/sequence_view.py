"""How sequences look."""

from __future__ import annotations

from collections.abc import Sequence as Listing

from rich.text import Text

from worker.cli.sequence_facts import Listed
from worker.cli.show import clean, console, grid, table
from worker.cli.times import Times
from worker.core.condition import Condition
from worker.core.facts import Hours, Sequence, Slip, Step
from worker.core.states import Track

_COLOURS = {"launched": "green", "has errors": "red", "changed since": "yellow"}


def print_sequences(found: Listing[Listed], times: Times) -> None:
    """Print sequences as a table."""
    out = console()
    if not found:
        out.print("There is no sequence: write sequences/NAME.toml, see docs/writing.md.")
        return
    rows = table("name", "state", "launched", ">active", ">paused", ">ended")
    for one in found:
        state = Text(one.state, style=_COLOURS.get(one.state, "default"))
        counts = (f"{count:,}" for count in (one.active, one.paused, one.ended))
        rows.add_row(one.name, state, times.minute(one.launched_at), *counts)
    out.print(rows)
    out.print(f"\n{times.note}", style="dim")


def print_sequence(sequence: Sequence) -> None:
    """Print a sequence: who comes in, its steps, and where it leads."""
    out = console()
    out.print(Text(clean(sequence.title), style="bold"))
    end = "the newsletter" if sequence.then is Track.NEWSLETTER else "nothing more"
    out.print(
        grid(
            ("takes in", taken_in(sequence)),
            ("from", sequence.sender or "the first mailbox"),
            ("clock", "the lead's" if sequence.zone == "lead" else sequence.zone),
            ("no answer", f"after {sequence.wait_for_answer}: {end}"),
        )
    )
    rows = table(">", "step", "after", "when", "email")
    for number, step in enumerate(sequence.steps, 1):
        thread = ", in the same thread" if step.thread else ""
        email = Text(step.email).append(f"\n{step.purpose.value}{thread}", style="dim")
        rows.add_row(str(number), step.id, str(step.after), _when(step), email)
    out.print()
    out.print(rows)


def taken_in(sequence: Sequence) -> str:
    """Say whom a sequence takes in."""
    if sequence.enroll is None:
        return "nobody by itself: `nurture sequences enroll`"
    stages = sequence.enroll.when.stages
    of = f", at {' or '.join(stages)}" if stages else ""
    more = "" if sequence.enroll.when == Condition(stages=stages) else ", under conditions"
    return f"leads on {sequence.enroll.on}{of}{more}"


def step_line(step: Step) -> str:
    """Write a step in one line, as a comparison of two versions shows it."""
    thread = ", same thread" if step.thread else ""
    return f"{step.id}: {step.email}, {step.after} after, {_when(step)}{thread}"


def _when(step: Step) -> str:
    if step.hours is None:
        return "day and night"
    back = ", else the day before" if step.slip is Slip.BACK else ""
    return f"{_hours(step.hours)}{back}"


def _hours(hours: Hours) -> str:
    days = "workdays" if hours.business else "every day"
    return f"{days} {hours.opens:%H:%M}-{hours.closes:%H:%M}"
