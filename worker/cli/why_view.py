"""How `nurture why` looks: who it is, what happened day by day, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from shlex import quote
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.cli.folding import FoldingTable
from worker.cli.history import Line
from worker.cli.show import clean, console, grid, several
from worker.cli.times import Times
from worker.core.facts import Hold, Lead, Message
from worker.core.states import EnrollmentState, Track
from worker.engine.why import Prospect, Why

_MARKS = {"in": ("←", "cyan"), "out": ("→", "green"), "note": ("·", "default")}
_LOUD = {
    "held": "yellow",
    "waits": "yellow",
    "in doubt": "yellow",
    "not enrolled": "yellow",
    "refused": "red",
    "bounced": "red",
    "complained": "red",
    "suppressed": "red",
    "opted_out": "red",
}


def as_values(found: Why, history: Sequence[Line], message: Message | None) -> dict[str, Any]:
    """Return all that is told, for JSON."""
    told: dict[str, Any] = {"lead": found.lead, "suppressed": found.suppressed, "hold": found.hold}
    told |= {"history": history, "next": found.prospects, "messages": found.open_messages}
    told |= {"tasks": found.open_tasks}
    return told if message is None else {"message": message, **told}


def print_why(found: Why, history: Sequence[Line], times: Times) -> None:
    """Print everything about a lead."""
    out = console()
    print_lead_line(out, found.lead)
    out.print()
    print_history(out, history, times)
    out.print(Text("Next", style="bold"))
    for line in next_lines(found, times):
        out.print(_hanging("", line))
    out.print()
    out.print(times.note, style="dim")


def print_message(message: Message, history: Sequence[Line], times: Times) -> None:
    """Print everything about one message."""
    out = console()
    out.print(Text(f"Message {message.id} to {clean(message.recipient)}", style="bold"))
    out.print(message_facts(message, times))
    out.print()
    print_history(out, history, times)
    out.print(
        f"`nurture why {quote(message.recipient)}` tells the rest.  {times.note}", style="dim"
    )


def message_facts(message: Message, times: Times) -> Table:
    """Return the facts of a message."""
    facts: list[tuple[str, object]] = [
        ("state", message.state.value.replace("_", " ")),
        ("template", message.template),
        ("mailbox", message.mailbox),
        ("due", times.weekday(message.due_at)),
    ]
    if message.attempts:
        facts.append(("deferred", several(message.attempts, "time")))
    return grid(*facts)


def print_lead_line(out: Console, lead: Lead) -> None:
    """Print who a lead is, in a line or two."""
    name = clean(lead.name)
    head = Text(name, style="bold")
    if name != lead.address:
        head.append(f" <{clean(lead.address)}>", style="not bold")
    out.print(head)
    track = "no track" if lead.track is Track.NONE else f"track {lead.track.value}"
    known = (lead.company, lead.country, lead.zone, f"stage {lead.stage.value}", track)
    out.print(clean(" · ".join(filter(None, known))), style="dim")


def print_history(out: Console, history: Sequence[Line], times: Times) -> None:
    """Print what happened, day by day."""
    if not history:
        out.print("Nothing has happened yet.\n")
        return
    width = max(len(line.what) for line in history)
    for day, lines in groupby(history, key=lambda line: times.day(line.at)):
        out.print(Text(day, style="bold"))
        out.print(_day(lines, times, width))
        out.print()


def on_hold(hold: Hold, times: Times) -> str:
    """Say until when all waits, and why."""
    until = f"until {times.weekday(hold.end)}" if hold.end else "until a person lets it go on"
    return f"on hold {until}: {clean(hold.reason)}"


def next_lines(found: Why, times: Times) -> Iterator[Text]:
    """Yield what comes next for a lead, or why nothing does."""
    lead = found.lead
    if found.suppressed is not None:
        yield Text(f"nothing, the address is never mailed: {clean(found.suppressed)}", style="red")
        return
    if found.hold is not None:
        yield Text(on_hold(found.hold, times), style="yellow")
    for prospect in found.prospects:
        if prospect.state is EnrollmentState.PAUSED:
            yield _paused(prospect, lead)
        elif prospect.at is not None or not found.open_messages:
            yield _prospect(prospect, times)
    for message in found.open_messages:
        when = f"not before {times.weekday(message.not_before)}"
        if message.not_before is None or message.state == "in_doubt":
            when = "until a person decides"
        reader = "" if message.recipient == lead.address else f" to {clean(message.recipient)}"
        state = f"is {message.state}, {when}: {clean(message.reason)}"
        yield Text(f"message {message.id}{reader} {state}")
    for task in found.open_tasks:
        due = times.until(task.due_at)
        yield Text(f"task {task.id} is open, {task.kind}, due {due}: {clean(task.reason)}")
    if not found.prospects and not found.open_messages and not found.open_tasks:
        yield Text(_nothing_planned(found))


def _day(lines: Iterable[Line], times: Times, width: int) -> Table:
    table = FoldingTable.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(width=5, style="dim")
    table.add_column(width=width)
    table.add_column(overflow="fold")
    for line in lines:
        mark, colour = _MARKS.get(line.direction or "", ("", "default"))
        what = Text(line.what, style=_LOUD.get(line.what, colour))
        told = Text(clean(line.reason))
        if line.words and clean(line.words) not in told.plain:
            told.append(f"{chr(10) if told else ''}“{clean(line.words)}”", style="italic")
        if line.place:
            told.append(f"{chr(10)}{clean(line.place)}", style="dim")
        table.add_row(Text(mark, style=colour), times.clock(line.at), what, told)
    return table


def _prospect(prospect: Prospect, times: Times) -> Text:
    line = Text()
    if prospect.at is not None:
        line.append(times.weekday(prospect.at), style="green").append("  ")
    step = f", step {prospect.step}" if prospect.step else ""
    line.append(f"{prospect.sequence}{step}: ")
    _because(line, prospect.reason, prospect.place)
    for one in prospect.waits_for:
        until = f"then until {times.weekday(one.until)}: " if one.until else "then held: "
        _because(line.append(f"\n{until}", style="yellow"), one.reason, one.place)
    return line


def _because(line: Text, reason: str, place: str) -> None:
    line.append(clean(reason))
    if place:
        line.append(f"\n{clean(place)}", style="dim")


def _paused(prospect: Prospect, lead: Lead) -> Text:
    line = Text(f"{prospect.sequence} is paused until a person decides", style="yellow")
    address = quote(clean(lead.address))
    options = f": `nurture leads resume {address}`, or `stop`, or `nurture outcome {address} …`"
    return line.append(options, style="default")


def _nothing_planned(found: Why) -> str:
    address = quote(clean(found.lead.address))
    if found.refused is not None:
        way = f"`nurture leads add {address} --consent TEXT` records one"
        return f"nothing, {clean(found.refused)}; {way}"
    if found.lead.track is Track.NEWSLETTER:
        once = ", once a person has said how it goes on" if found.left_out else ""
        return f"the newsletter's next edition that is approved{once}"
    return f"nothing; `nurture sequences enroll NAME {address}` would change that"


def _hanging(mark: str, line: Text) -> Table:
    """Return a line whose continuation stays clear of the margin."""
    table = FoldingTable.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(overflow="fold")
    table.add_row(mark, line)
    return table
