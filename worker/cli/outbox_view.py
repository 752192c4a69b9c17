"""How outgoing messages look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email import message_from_bytes, policy

from rich.text import Text

from worker.cli.history import Line
from worker.cli.show import clean, console, several, table
from worker.cli.times import Times
from worker.cli.why_view import message_facts, print_history
from worker.clock import VirtualClock
from worker.core.facts import Message
from worker.core.states import OPEN_MESSAGE
from worker.engine.apply import Desk
from worker.engine.letter import Writer
from worker.errors import NurtureError
from worker.store.outbox import Shown

_COLOURS = {"in_doubt": "red", "refused": "red", "sent": "green", "planned": "cyan"}


def draft(desk: Desk, message: Message) -> str | None:
    """Return the text of an unsettled message as it would go out now, or why it could not."""
    if message.state not in OPEN_MESSAGE:
        return None
    try:
        letter = Writer(desk.setup, desk.catalogue, VirtualClock(desk.now)).write(
            desk.connection, message
        )
    except NurtureError as error:
        return f"It cannot be written: {error}"
    written = message_from_bytes(letter.raw, policy=policy.default)
    body = written.get_body(("plain",))
    return f"Subject: {letter.subject}\n\n{body.get_content() if body else ''}".strip()


def print_messages(found: Sequence[Shown], counts: Mapping[str, int], times: Times) -> None:
    """Print messages as a table, and how many there are of each state."""
    out = console()
    if not found:
        out.print(_empty(counts))
        return
    rows = table(">id", "state", "when", "to whom, what, and why")
    for one in found:
        when = one.sent_at or one.not_before
        state = Text(one.state.replace("_", " "), style=_COLOURS.get(one.state, "default"))
        waits = "waits" if when is None else times.minute(when)
        told = Text(f"{clean(one.recipient)}  {clean(one.template)}")
        told.append(f"\n{clean(one.reason)}", style="dim")
        rows.add_row(str(one.id), state, waits, told)
    out.print(rows)
    every = sum(counts.values())
    out.print(f"\n{len(found):,} of {several(every, 'message')}. {times.note}", style="dim")


def print_message(
    message: Message, history: Sequence[Line], text: str | None, times: Times
) -> None:
    """Print one message."""
    out = console()
    out.print(Text(f"Message {message.id} to {clean(message.recipient)}", style="bold"))
    out.print(message_facts(message, times))
    out.print()
    print_history(out, history, times)
    if text is not None:
        out.print("As it would go out now", style="bold")
        for line in text.splitlines():
            out.print(clean(line), soft_wrap=True)
        out.print()
    out.print(times.note, style="dim")


def _empty(counts: Mapping[str, int]) -> str:
    if not counts:
        return "No message was ever planned: `nurture sequences launch NAME` begins it."
    every = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    return f"There is none like that; in all there are {every}."
