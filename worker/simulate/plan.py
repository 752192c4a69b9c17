"""The send plan: a future as a file that people review and CI checks.

One line for each email and each task, in order, so that a changed sequence shows its effect in a
review. How it was made stands on top: whoever checks it asks the same question again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from pathlib import Path
from typing import Any

from worker.errors import InputError
from worker.simulate.difference import TASK, Entry, minute
from worker.simulate.future import Future
from worker.store.future import Gone, Opened

FORMAT = 1
MOST_BYTES = 100_000_000
Made = Mapping[str, Any]
"""How a plan was made: the options of the command, by name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Times are local ones of `zone`."""

    made: Made
    zone: str
    sends: tuple[Entry, ...]


def plan_of(future: Future, made: Made) -> Plan:
    """Return the plan that a future is."""
    return Plan(made, future.zone.key, entries(future))


def entries(future: Future, end: datetime | None = None) -> tuple[Entry, ...]:
    """Return the emails and tasks of a future, in order; only those before `end`, if there is one.

    A task is due on the day on which it opens; in place of the mailbox it has its kind.
    """
    touches: Iterable[Gone | Opened]
    touches = merge(future.sends, future.tasks, key=lambda one: (one.at, one.address))
    return tuple(
        (
            minute(one.at.astimezone(future.zone)),
            one.address,
            f"{one.sequence}/{one.step}" if one.sequence else one.step,
            one.mailbox if isinstance(one, Gone) else f"{TASK}{one.kind}",
        )
        for one in touches
        if end is None or one.at < end
    )


def write(plan: Plan, path: Path) -> None:
    """Write a plan; the same plan makes the same bytes."""
    lines = ",\n".join(f"  {json.dumps(list(one), ensure_ascii=False)}" for one in plan.sends)
    head = json.dumps(
        {"send_plan": FORMAT, "made": dict(plan.made), "zone": plan.zone},
        ensure_ascii=False,
        indent=1,
    )
    text = f'{head[:-2]},\n "sends": [\n{lines}\n ]\n}}\n'
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=str(path)) from None


def read(path: Path) -> Plan:
    """Read a plan; InputError for what is none."""
    try:
        with path.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise InputError(f"expected at most {MOST_BYTES:,} bytes", file=str(path))
        found = json.loads(raw)
        if found["send_plan"] != FORMAT:
            raise InputError(f"expected a plan of format {FORMAT}", file=str(path))
        sends = tuple((str(a), str(b), str(c), str(d)) for a, b, c, d in found["sends"])
        return Plan(dict(found["made"]), str(found["zone"]), sends)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=str(path)) from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        problem = "is no send plan: write one with `nurture simulate --plan FILE`"
        raise InputError(problem, file=str(path)) from None
