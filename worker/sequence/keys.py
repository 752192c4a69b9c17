"""Every key of the sequence language: its name, kind, default and meaning, once.

Reading, the sentences of errors, and the reference for people are all made from these lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import Enum
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

from worker.core.events import ENROLLING
from worker.core.facts import Audience, Delay, Purpose, Slip, Unit
from worker.core.states import Stage, Track
from worker.sequence import delays, kinds, windows
from worker.sequence.kinds import Kind, Table, choice
from worker.sequence.windows import Window

T = TypeVar("T")


class Absent(Enum):
    """The default of a key that must be written."""

    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """One key of a table; `default` is what it means where it is not written."""

    name: str
    kind: Kind[T]
    default: T | Absent
    meaning: str

    @property
    def required(self) -> bool:
        """Tell whether it must be written."""
        return self.default is Absent.ABSENT


_ABSENT = Absent.ABSENT
_EMPTY: Mapping[str, object] = MappingProxyType({})
_NAME = Kind("a name of a-z, 0-9, - and _, at most 64 long", kinds.read_name)
_DELAY = Kind(delays.EXPECTED, delays.read_delay)
_TABLE: Kind[Table] = Kind("a table such as { key = value }", kinds.read_table)
_TRACKS = {each.value: each for each in (Track.NEWSLETTER, Track.NONE)}

TITLE: Key[str] = Key(
    "title",
    Kind("a line of text, at most 200 long", kinds.read_title),
    _ABSENT,
    "what people call the sequence",
)
TO: Key[Audience] = Key(
    "to",
    choice({each.value: each for each in Audience}),
    Audience.LEAD,
    'to whom the emails go: to the lead, or, about the lead, to its "owner"',
)
ENROLL: Key[Table | None] = Key(
    "enroll", _TABLE, None, "which event takes leads in; without it, only a person does"
)
CALENDAR: Key[Table] = Key(
    "calendar", _TABLE, _EMPTY, "on which days and at which hours mail goes out"
)
THEN: Key[Track] = Key(
    "then", choice(_TRACKS), Track.NEWSLETTER, "the track of a lead that never answered"
)
WAIT_FOR_ANSWER: Key[Delay] = Key(
    "wait_for_answer",
    _DELAY,
    Delay(7, Unit.DAYS),
    "how long after the last step a lead may still answer",
)
FROM: Key[str | None] = Key(
    "from",
    _NAME,
    None,
    'who sends: a mailbox, a pool, or "owner"; without it, the first mailbox of the configuration',
)
STEP: Key[list[Table]] = Key(
    "step",
    Kind("steps, each under a heading [[step]]", kinds.read_tables),
    _ABSENT,
    "the touches, in order",
)
SEQUENCE: tuple[Key[Any], ...] = (TITLE, TO, ENROLL, CALENDAR, THEN, WAIT_FOR_ANSWER, FROM, STEP)

ON: Key[str] = Key(
    "on", choice({name: name for name in ENROLLING}), _ABSENT, "the event that takes a lead in"
)
WHEN: Key[Table] = Key("when", _TABLE, _EMPTY, "what a lead must be, to be taken in")
ENROLL_KEYS: tuple[Key[Any], ...] = (ON, WHEN)

STAGE: Key[frozenset[Stage]] = Key(
    "stage",
    Kind(f"a list of stages ({', '.join(Stage)})", kinds.read_stages),
    frozenset(),
    "the stages that are taken in; without it, every stage",
)
WHEN_KEYS: tuple[Key[Any], ...] = (STAGE,)

DAYS: Key[bool] = Key(
    "days",
    choice({"business": True, "every": False}),
    default=True,
    meaning='"business" leaves out weekends and holidays',
)
WINDOW: Key[Window] = Key(
    "window",
    Kind(windows.EXPECTED, windows.read_window),
    Window(time(9), time(17)),
    "from when until when mail goes out, in local time",
)
ZONE: Key[str] = Key(
    "zone",
    Kind('"lead" or a zone such as "Europe/Berlin"', kinds.read_zone),
    "lead",
    "whose local time counts",
)
CALENDAR_KEYS: tuple[Key[Any], ...] = (DAYS, WINDOW, ZONE)

ID: Key[str] = Key("id", _NAME, _ABSENT, "the name of the step; once mail went out, keep it")
AFTER: Key[Delay] = Key(
    "after", _DELAY, _ABSENT, "the wait since the step before, or since the enrollment"
)
EMAIL: Key[str] = Key(
    "email",
    Kind('a template such as "welcome/welcome.html"', kinds.read_template),
    _ABSENT,
    "the template, in the folder templates",
)
PURPOSE: Key[Purpose] = Key(
    "purpose",
    choice({each.value: each for each in Purpose}),
    _ABSENT,
    "what the email is good for to its reader",
)
THREAD: Key[bool] = Key(
    "thread",
    Kind("true or false", kinds.read_flag),
    default=False,
    meaning="whether it follows up in the conversation of the step before",
)
SLIP: Key[Slip] = Key(
    "slip",
    choice({each.value: each for each in Slip}),
    Slip.FORWARD,
    "where a step goes whose day is closed: to the next open day, or to the one before",
)
STEP_WINDOW: Key[Window | Literal["any"] | None] = Key(
    "window",
    Kind(f'"any" or {windows.EXPECTED}', windows.read_step_window),
    None,
    'as in calendar, for this step; "any" is day and night, weekends and holidays too',
)
STEP_KEYS: tuple[Key[Any], ...] = (ID, AFTER, EMAIL, PURPOSE, THREAD, SLIP, STEP_WINDOW)
