"""How tasks look to a salesperson: whom to call, until when, with which words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from worker.cli.history import Line
from worker.cli.show import clean, console, grid, several, table
from worker.cli.times import Times
from worker.cli.why_view import print_history
from worker.core.due import CALL
from worker.core.facts import Lead
from worker.core.states import CallResult, TaskState
from worker.engine.worklist import Item


def as_values(found: Item) -> dict[str, Any]:
    """Return a task with its lead, for JSON."""
    told: dict[str, Any] = {"task": found.task, "lead": found.lead, "owner": found.owner}
    return told | {"sequence": found.sequence, "answer": found.answer}


def print_tasks(found: Sequence[Item], total: int, times: Times, now: datetime) -> None:
    """Print a list of tasks."""
    out = console()
    if not found:
        out.print("Nothing is to be done.")
        return
    owners = {one.owner for one in found}
    rows = table(">id", "what", "whom", ">score", "due", leading=1)
    for one in found:
        whom = Text(clean(_named(one.lead)), style="bold")
        for line in _beside(one, times, several_owners=len(owners) > 1):
            whom.append("\n").append_text(line)
        rows.add_row(str(one.task.id), _kind(one), whom, str(one.lead.score), _due(one, times, now))
    out.print(rows)
    out.print(f"\n{_counted(found, total, now)} {times.note}", style="dim")
    out.print(
        "`nurture tasks show ID` has the history, `nurture tasks done ID` closes.", style="dim"
    )


def print_task(found: Item, history: Sequence[Line], times: Times, now: datetime) -> None:
    """Print one task, with all that happened with its lead."""
    out = console()
    task, lead = found.task, found.lead
    out.print(Text(f"Task {task.id}: {task.kind}, {clean(_named(lead))}", style="bold"))
    out.print(_facts(found, times, now))
    if task.say:
        out.print()
        for line in task.say.splitlines():
            out.print(Text(f"  {clean(line)}", style="italic"))
    out.print()
    print_history(out, history, times)
    if task.state is TaskState.OPEN:
        result = f" --result {'|'.join(CallResult)}" if task.kind == CALL else ""
        out.print(f"`nurture tasks done {task.id}{result} --note …`", style="dim", soft_wrap=True)
    out.print(times.note, style="dim")


def _facts(found: Item, times: Times, now: datetime) -> Table:
    task, lead = found.task, found.lead
    state = _due(found, times, now) if task.state is TaskState.OPEN else task.state.value
    facts: list[tuple[str, object]] = [
        ("due" if task.state is TaskState.OPEN else "state", state),
        ("why", task.reason),
        ("owner", found.owner),
        ("phone", lead.phone),
        ("email", lead.address),
        ("stage", lead.stage.value),
        ("score", str(lead.score)),
        ("note", task.note),
    ]
    return grid(*((name, value) for name, value in facts if value))


def _named(lead: Lead) -> str:
    return f"{lead.name}, {lead.company}" if lead.company else lead.name


def _kind(found: Item) -> Text:
    return Text(clean(found.task.kind), style="green" if found.task.kind == CALL else "cyan")


def _beside(found: Item, times: Times, *, several_owners: bool) -> Iterator[Text]:
    """Yield what stands below the name: how to reach them, what they said, what to say."""
    lead, task = found.lead, found.task
    owner = (found.owner or "no owner") if several_owners else None
    ways = lead.phone if task.kind == CALL and lead.phone else lead.address
    known = filter(None, (ways, lead.stage.value, found.sequence, owner))
    yield Text(clean(" · ".join(known)), style="dim")
    if found.answer:
        wrote = f"wrote {times.day(found.answer.at)}: “{clean(_short(found.answer.summary))}”"
        yield Text(wrote, style="cyan")
    if task.say:
        yield Text(f"“{clean(_short(task.say))}”", style="italic")


def _short(text: str, most: int = 90) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rstrip()}…"


def _due(found: Item, times: Times, now: datetime) -> Text:
    due = found.task.due_at
    if due <= now:
        return Text(f"overdue {times.until(due, now)}", style="red")
    told = times.until(due, now)
    return Text(told, style="yellow" if told.startswith("today") else "")


def _counted(found: Sequence[Item], total: int, now: datetime) -> str:
    overdue = sum(one.task.due_at <= now for one in found)
    late = f", {overdue:,} overdue" if overdue else ""
    return f"{len(found):,} of {several(total, 'task')}{late}."
