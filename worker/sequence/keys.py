"""Every key of a sequence file outside its steps: its name, kind, default and meaning, once.

Reading, the sentences of errors, the schema for editors and the reference for people are all made
from these lists, and from those of `step_keys` and `condition_keys`.
"""

from __future__ import annotations

from datetime import time
from typing import Any

from worker.core.delay import Delay, Unit
from worker.core.facts import Audience
from worker.core.states import Track
from worker.sequence import delays, kinds, windows
from worker.sequence.event_names import ENROLLING_EVENTS, EVENTS
from worker.sequence.key import ABSENT, DELAY, EMPTY, FLAG, NAME, TABLE, Key
from worker.sequence.kinds import Kind, Table, UnfitError, choice, counted
from worker.sequence.windows import Window

NEVER = "never"
_TRACKS = {each.value: each for each in (Track.NEWSLETTER, Track.NONE)}
_NOTHING: tuple[str, ...] = ()


def _read_again(value: object) -> Delay | None:
    return None if value == NEVER else delays.read_delay(value)


def _read_steps(value: object) -> list[Table]:
    if not isinstance(value, list):
        raise UnfitError
    return kinds.read_tables(value)


TITLE: Key[str] = Key(
    "title",
    Kind("a line of text, at most 200 long", kinds.read_title, kinds.TEXT),
    ABSENT,
    "what people call the sequence",
)
TO: Key[Audience] = Key(
    "to",
    choice({each.value: each for each in Audience}),
    Audience.LEAD,
    'whom its emails go to: `"lead"`, or `"owner"`: the lead\'s salesperson, about the lead. Such '
    "an email has no way out, no caps, and sees `history`; the sequence ends when an outcome is "
    "recorded, and where none ever is, the `team_lead` of the configuration is told",
)
ENROLL: Key[Table | None] = Key(
    "enroll", TABLE, None, "which event takes leads in; see below", "only by hand"
)
CALENDAR: Key[Table] = Key(
    "calendar",
    TABLE,
    EMPTY,
    "on which days and at which hours mail goes out; see below",
    "working days, 09:00 to 17:00, by the lead's clock",
)
GOAL: Key[tuple[str, ...]] = Key(
    "goal",
    EVENTS,
    _NOTHING,
    "the event, or events, that the sequence is for: it ends as finished when one comes",
    "none",
)
STOP_ON: Key[tuple[str, ...]] = Key(
    "stop_on",
    EVENTS,
    _NOTHING,
    "more events that end it, besides those that always pause or stop everything",
    "none",
)
AGAIN: Key[Delay | None] = Key(
    "again",
    Kind(
        f'"{NEVER}" or {delays.EXPECTED}',
        _read_again,
        {"anyOf": [{"const": NEVER}, DELAY.schema]},
    ),
    None,
    "how long after it ended a lead may be taken in again",
    f'`"{NEVER}"`',
)
ALONE: Key[bool] = Key(
    "alone",
    FLAG,
    default=False,
    meaning="`true`: it waits while another sequence of the lead runs, then goes on",
)
THEN: Key[Track] = Key(
    "then",
    choice(_TRACKS),
    Track.NEWSLETTER,
    'where a lead goes who never answered: `"newsletter"` or `"none"`',
)
WAIT_FOR_ANSWER: Key[Delay] = Key(
    "wait_for_answer",
    DELAY,
    Delay(7, Unit.DAYS),
    "how long after the last step a lead may still answer, before `then`",
)
FROM: Key[str | None] = Key(
    "from",
    NAME,
    None,
    'who sends: a mailbox or a pool, by its name in the configuration, or `"owner"`: the mailbox '
    "of the lead's owner, or of the deputy while the owner is absent. A lead keeps the mailbox "
    "that it began with",
    "the first mailbox of the configuration",
)
CAP: Key[Table | None] = Key(
    "cap",
    TABLE,
    None,
    "its own limits on how often it reaches one lead, in place of the house's; see below",
    "those of the house",
)
STEP: Key[list[Table]] = Key(
    "step",
    Kind(
        "steps, each under a heading [[step]]",
        _read_steps,
        {"type": "array", "items": {"type": "object"}, "minItems": 1},
    ),
    ABSENT,
    "the touches, in order",
)
SEQUENCE: tuple[Key[Any], ...] = (
    TITLE,
    TO,
    ENROLL,
    CALENDAR,
    GOAL,
    STOP_ON,
    AGAIN,
    ALONE,
    THEN,
    WAIT_FOR_ANSWER,
    FROM,
    CAP,
    STEP,
)

ON: Key[tuple[str, ...]] = Key(
    "on", ENROLLING_EVENTS, ABSENT, "the event, or events, that take a lead in"
)
WHEN: Key[Table] = Key(
    "when", TABLE, EMPTY, "what a lead must be, to be taken in: a condition, see below", "anybody"
)
ENROLL_KEYS: tuple[Key[Any], ...] = (ON, WHEN)

DAYS: Key[bool] = Key(
    "days",
    choice({"business": True, "every": False}),
    default=True,
    meaning='`"business"` leaves out weekends and public holidays, `"every"` does not. The '
    "holidays are those of the lead's country, or of `country` in `config.toml`, with its "
    "`closed_days`",
    otherwise='`"business"`',
)
WINDOW: Key[Window] = Key(
    "window",
    Kind(windows.EXPECTED, windows.read_window, {"type": "string", "pattern": windows.PATTERN}),
    Window(time(9), time(17)),
    "from when until when mail goes out, in local time",
)
ZONE: Key[str] = Key(
    "zone",
    Kind('"lead" or a zone such as "Europe/Berlin"', kinds.read_zone, kinds.TEXT),
    "lead",
    'whose clock counts: `"lead"`, or a place such as `"Europe/Berlin"`',
)
CALENDAR_KEYS: tuple[Key[Any], ...] = (DAYS, WINDOW, ZONE)

_MOST_TOUCHES = counted(1, 1000)
DAY_CAP: Key[int | None] = Key(
    "day", _MOST_TOUCHES, None, "at most so many touches in a day", "as the house"
)
WEEK_CAP: Key[int | None] = Key(
    "week", _MOST_TOUCHES, None, "at most so many in a week", "as the house"
)
MONTH_CAP: Key[int | None] = Key(
    "month", _MOST_TOUCHES, None, "at most so many in a month", "as the house"
)
GAP: Key[Delay | None] = Key("gap", DELAY, None, "the least time between two", "as the house")
CAP_KEYS: tuple[Key[Any], ...] = (DAY_CAP, WEEK_CAP, MONTH_CAP, GAP)
