"""How sequences look."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Listing

from rich.text import Text

from worker.cli.condition_view import asked
from worker.cli.sequence_facts import GONE, Listed
from worker.cli.show import clean, console, grid, table
from worker.cli.times import Times
from worker.core.facts import Audience, Hours, Sequence, Slip, Step
from worker.core.states import Track
from worker.core.traits import either

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
    for one in found:
        if one.state == GONE:
            out.print(told_gone(one.name))


def told_gone(name: str) -> str:
    """Say what comes of a launched sequence whose file was deleted, or has another name now."""
    return (
        f"{name} takes leads in, although its file is gone: "
        f"`nurture sequences retire {name}` ends that."
    )


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
            *_also(sequence),
        )
    )
    rows = table(">", "step", "due", "hours", "what")
    for number, step in enumerate(sequence.steps, 1):
        rows.add_row(str(number), step.id, _due(step), _when(step), _what(step))
    out.print()
    out.print(rows)


def _also(sequence: Sequence) -> Iterator[tuple[str, str]]:
    """Say what only some sequences have."""
    if sequence.to is Audience.OWNER:
        yield "to", "the lead's owner"
    if sequence.goals:
        yield "goal", either(sequence.goals)
    if sequence.stop_on:
        yield "stops on", either(sequence.stop_on)
    if sequence.again is not None:
        yield "again", f"after {sequence.again}"
    if sequence.alone:
        yield "alone", "waits while another sequence of the lead runs"


def _what(step: Step) -> Text:
    """Say what a step is, and below it what else there is to know."""
    purpose = (step.purpose.value,) if step.email else ()
    more = [*purpose, *_more(step)]
    head = "\n".join(_named(step))
    return Text(head).append(f"\n{', '.join(more)}" if more else "", style="dim")


def _named(step: Step) -> tuple[str, ...]:
    if step.go_to:
        return (f"go to {step.go_to}",)
    return (f"task: {step.task}",) if step.task else step.emails


def _more(step: Step) -> Iterator[str]:
    if step.thread:
        yield "in the same thread"
    if step.split:
        yield f"split {':'.join(map(str, step.split))}"
    if step.review:
        yield "reviewed by the owner"
    if step.wait_for:
        yield f"waited for at most {step.wait_for}"
    if not step.when.everything:
        yield f"if {asked(step.when)}"


def _due(step: Step) -> str:
    due = f"day {step.day}" if step.day is not None else f"{step.after} after"
    if step.go_to and not step.after.amount:
        due = "at once"
    return f"{due}, or on {step.or_on}" if step.or_on else due


def taken_in(sequence: Sequence) -> str:
    """Say whom a sequence takes in."""
    if sequence.enroll is None:
        return "nobody by itself: `nurture sequences enroll`"
    rule = sequence.enroll
    on = " or ".join(rule.on)
    return f"leads on {on}" + ("" if rule.when.everything else f", if {asked(rule.when)}")


def step_line(step: Step) -> str:
    """Write a step in one line, as a comparison of two versions shows it."""
    parts = (" | ".join(_named(step)), _due(step), _when(step), *_more(step))
    return f"{step.id}: {', '.join(filter(None, parts))}"


def _when(step: Step) -> str:
    if step.go_to:
        return ""
    if step.hours is None:
        return "day and night"
    back = ", else the day before" if step.slip is Slip.BACK else ""
    return f"{_hours(step.hours)}{back}"


def _hours(hours: Hours) -> str:
    days = "workdays" if hours.business else "every day"
    return f"{days} {hours.opens:%H:%M}-{hours.closes:%H:%M}"
