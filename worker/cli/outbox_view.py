"""How outgoing messages look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from worker.cli.message_facts import Told
from worker.cli.show import clean, console, several, table
from worker.cli.times import Times
from worker.cli.why_view import message_facts, print_history
from worker.core.states import MessageState
from worker.store.outbox import Shown

_NOW = "As it would go out now"
_NOT_KEPT = "As it would be written today: what was sent is not kept, and may differ"
_COLOURS = {"in_doubt": "red", "refused": "red", "sent": "green", "planned": "cyan"}


def print_messages(
    found: Sequence[Shown], total: int, counts: Mapping[str, int], times: Times
) -> None:
    """Print messages as a table, and how many there are of what was asked for.

    Where there are none, how many there are of each state.
    """
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
    out.print(f"\n{len(found):,} of {several(total, 'message')}. {times.note}", style="dim")


def print_message(told: Told, times: Times) -> None:
    """Print one message."""
    out = console()
    message = told.message
    out.print(Text(f"Message {message.id} to {clean(message.recipient)}", style="bold"))
    out.print(message_facts(message, times))
    if told.rfc_id:
        out.print(f"<{told.rfc_id}>", style="dim", soft_wrap=True)
    out.print()
    print_history(out, told.history, times)
    if told.text is not None:
        out.print(_NOT_KEPT if message.state is MessageState.SENT else _NOW, style="bold")
        for line in told.text.splitlines():
            out.print(clean(line), soft_wrap=True)
        out.print()
    out.print(times.note, style="dim")


def _empty(counts: Mapping[str, int]) -> str:
    if not counts:
        return "No message was ever planned: `nurture sequences launch NAME` begins it."
    every = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    return f"There is none like that; in all there are {every}."
