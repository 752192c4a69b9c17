"""The history of a lead as one list: each touch together with the decision that it led to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from worker.core.events import NAMES
from worker.engine.why import Entry
from worker.store.timeline import Decision, Touch

_HAPPENINGS = frozenset(NAMES.values())


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened or was decided.

    `direction` is ``in`` or ``out`` where it was a touch; `words` is then a subject, or what the
    person wrote. `place` is where the rule stands that said so.
    """

    at: datetime
    what: str
    reason: str
    direction: str | None = None
    words: str | None = None
    message_id: int | None = None
    place: str = ""


def merged(entries: Iterable[Entry | Decision], touches: Iterable[Touch]) -> list[Line]:
    """Return touches and decisions in order of time, a touch and its decision as one line."""
    left = list(touches)
    lines = [_line(entry, _taken(left, entry)) for entry in entries]
    lines += [
        Line(one.at, one.kind, "", one.direction, one.summary, one.message_id) for one in left
    ]
    return sorted(lines, key=lambda line: line.at)


def happenings(entries: Iterable[Entry]) -> list[Entry]:
    """Return only what happened to the lead, and not what was decided about its mail."""
    return [one for one in entries if one.message_id is None and one.what in _HAPPENINGS]


def about_message(history: Iterable[Line], message_id: int) -> list[Line]:
    """Return only what concerns one message."""
    return [line for line in history if line.message_id == message_id]


def _taken(touches: list[Touch], entry: Entry | Decision) -> Touch | None:
    """Take the touch out that a decision is about: the mail that was sent, or that came."""
    for touch in touches:
        out = touch.direction == "out" and entry.what == "sent"
        same_mail = out and touch.message_id == entry.message_id
        if same_mail or (touch.at == entry.at and touch.kind == entry.what):
            touches.remove(touch)
            return touch
    return None


def _line(entry: Entry | Decision, touch: Touch | None) -> Line:
    place = entry.place if isinstance(entry, Entry) else ""
    direction = words = None
    message_id = entry.message_id
    if touch is not None:
        direction, words = touch.direction, touch.summary
        message_id = message_id or touch.message_id
    return Line(entry.at, entry.what, entry.reason, direction, words, message_id, place)
