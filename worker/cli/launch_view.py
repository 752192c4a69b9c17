"""What a launch would do, before it does: what changes, who comes in, how many, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff

from rich.console import Console
from rich.text import Text

from worker.cli.project import Project
from worker.cli.sequence_facts import read_file, without_file
from worker.cli.sequence_view import step_line, taken_in, told_gone
from worker.cli.show import clean, console, grid, several
from worker.config import Settings
from worker.core.due import step_due
from worker.core.facts import Sequence
from worker.engine.apply import Desk
from worker.engine.enroll import in_general, refusals
from worker.engine.publish import Launch, prepare
from worker.engine.senders import daily_limit, possible
from worker.engine.surroundings import anywhere
from worker.errors import NotFoundError, UnreadableError
from worker.render.bundle import load
from worker.render.images import is_image
from worker.store import publications

_MOST_NAMED = 5
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What of the present a launch is shown against.

    `former` are the steps as launched before, `texts` the templates; `first_due` is when a lead
    of the configured zone that came in now would get the first email, and `willing` are the
    addresses of those present leads that can come in, `barred` why others cannot. `gone` are
    other sequences that are launched, and have no file any more.
    """

    former: tuple[str, ...]
    texts: Mapping[str, str]
    first_due: datetime
    daily_limit: int | None
    willing: tuple[str, ...]
    barred: Mapping[str, int]
    gone: tuple[str, ...]


def plan_of(desk: Desk, settings: Settings, name: str, *, existing: bool) -> tuple[Launch, Seen]:
    """Return what a launch would do, and what that is compared with."""
    sequence, source = read_file(settings, name)
    plan = prepare(
        desk.connection, desk.setup, sequence, source, load(settings.templates_dir), desk.now
    )
    taken = {lead.id: lead for lead in (plan.existing if existing else ())}
    refused = refusals(desk.connection, desk.setup, taken)
    seen = Seen(
        former=_former_steps(desk, name),
        texts=_former_texts(desk, name),
        first_due=_first_due(desk, sequence),
        daily_limit=daily_limit(possible(desk.setup, sequence.sender)),
        willing=tuple(lead.address for one, lead in taken.items() if one not in refused),
        barred=Counter(map(in_general, refused.values())),
        gone=tuple(without_file(desk.connection, settings)),
    )
    return plan, seen


def print_plan(plan: Launch, seen: Seen, project: Project, *, diff: bool) -> None:
    """Print what a launch would do."""
    out = console()
    sequence = plan.sequence
    out.print(Text(f"Launching {sequence.name}: {clean(sequence.title)}", style="bold"))
    out.print(
        grid(
            ("structure", _structure(plan)),
            ("emails", _emails(plan, seen)),
            ("in it now", _running(plan)),
            ("from now on", taken_in(sequence)),
            ("there already", _existing(plan, seen)),
            ("first email", _first(seen, project)),
        )
    )
    for name in seen.gone:
        out.print(told_gone(name), style="yellow")
    out.print()
    now = tuple(step_line(step) for step in sequence.steps)
    if plan.first or plan.new_structure:
        _print_lines(out, _changes(seen.former, now))
    if diff:
        for path in (one for one in plan.changed if not is_image(one)):
            before, after = seen.texts.get(path, ""), plan.bundle.files[path]
            _print_lines(out, _changes(before.splitlines(), after.splitlines(), path, context=2))


def _structure(plan: Launch) -> str:
    if plan.first:
        return f"new, {several(len(plan.sequence.steps), 'step')}"
    return "changed; who is in it keeps the former one" if plan.new_structure else "as before"


def _emails(plan: Launch, seen: Seen) -> str:
    if not plan.changed:
        return "as before"
    told = []
    for path in plan.changed:
        before, after = seen.texts.get(path), plan.bundle.files[path].splitlines()
        if before is None or is_image(path):
            told.append(f"{path} ({'new' if before is None else 'another image'})")
            continue
        signs = Counter(line[0] for line in _changes(before.splitlines(), after))
        told.append(f"{path} (+{signs['+']} -{signs['-']} lines)")
    return ", ".join(told)


def _running(plan: Launch) -> str:
    if not plan.running:
        return "nobody"
    keeps = "they get corrected wording, and keep their steps"
    return f"{several(plan.running, 'lead')}; {keeps}"


def _existing(plan: Launch, seen: Seen) -> str:
    if not plan.existing:
        return "nobody that the rule would take"
    if not seen.willing and not seen.barred:
        stay = "stays out; --existing would take it"
        if len(plan.existing) > 1:
            stay = "stay out; --existing would take them"
        return f"{several(len(plan.existing), 'lead')} {stay}"
    named = ", ".join(seen.willing[:_MOST_NAMED])
    more = ", …" if len(seen.willing) > _MOST_NAMED else ""
    barred = "".join(f"; {count:,} not: {reason}" for reason, count in seen.barred.items())
    taken = f"{several(len(seen.willing), 'lead')} come in"
    return f"{taken}{f' ({named}{more})' if named else ''}{barred}"


def _first(seen: Seen, project: Project) -> str:
    when = project.times.weekday(seen.first_due)
    soon = "at once" if seen.first_due <= project.now else f"from {when}"
    pace = f", at most {seen.daily_limit:,} a day" if seen.daily_limit else ""
    return f"{soon}{pace} ({project.times.zone.key})"


def _former_steps(desk: Desk, name: str) -> tuple[str, ...]:
    try:
        former: Sequence = desk.catalogue.current(desk.connection, name)
    except (NotFoundError, UnreadableError):
        return ()
    return tuple(step_line(step) for step in former.steps)


def _former_texts(desk: Desk, name: str) -> Mapping[str, str]:
    for one in publications.launched(desk.connection, name=name):
        if one.current:
            return publications.bundle(desk.connection, one.bundle)
    return {}


def _first_due(desk: Desk, sequence: Sequence) -> datetime:
    due = step_due(sequence.steps[0], desk.now, anywhere(desk.setup))
    assert due is not None  # without holds there is always a time
    return due


def _changes(
    before: Iterable[str], after: Iterable[str], name: str = "", context: int = 0
) -> Iterator[str]:
    """Yield the lines that differ, each with + or - in front; and the file, if it has a name."""
    found = unified_diff(list(before), list(after), lineterm="", n=context)
    if name:
        yield f"@ {name}"
    for line in found:
        if not line.startswith(("---", "+++", "@@")):
            yield line


def _print_lines(out: Console, lines: Iterable[str]) -> None:
    for line in lines:
        out.print(Text(clean(line), style=_COLOURS.get(line[:1], "dim")), soft_wrap=True)
    out.print()
