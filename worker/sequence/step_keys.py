"""Every key of a step, and which of them an email, a task and a branch have."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from worker.core.delay import Delay
from worker.core.facts import END, Purpose, Slip
from worker.sequence import kinds, windows
from worker.sequence.event_names import EVENT
from worker.sequence.key import ABSENT, DELAY, EMPTY, FLAG, NAME, TABLE, Key
from worker.sequence.kinds import Kind, Table, UnfitError, choice, counted, one_or_more, read_list
from worker.sequence.windows import Window

MOST_VARIANTS = 10
_MOST_DAY = 3660  # as long as the longest delay


class StepKind(StrEnum):
    """What a step is; the key of that name says so."""

    EMAIL = "email"
    TASK = "task"
    BRANCH = "go_to"


def _read_emails(value: object) -> tuple[str, ...]:
    found = read_list(value, kinds.read_template)
    if len(found) > MOST_VARIANTS:
        raise UnfitError(f"at most {MOST_VARIANTS} variants")
    if len(set(found)) < len(found):
        raise UnfitError("each variant is a template of its own")
    return found


def _read_split(value: object) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise UnfitError
    return read_list(value, counted(1, 1000).read)


ID: Key[str] = Key("id", NAME, ABSENT, "the name of the step; once mail went out, keep it")
AFTER: Key[Delay | None] = Key(
    "after",
    DELAY,
    None,
    "the wait since the step before was sent, skipped, or its task opened; for the first, since "
    "the lead came in",
    "`day` instead; a branch is decided at once",
)
DAY: Key[int | None] = Key(
    "day",
    counted(1, _MOST_DAY),
    None,
    "instead of `after`: the day of the passage, whose first day is 1. What moves a step moves "
    "those after it as well",
    "`after` instead",
)
OR_ON: Key[str | None] = Key(
    "or_on",
    EVENT,
    None,
    "an event that makes it due at once, should it come earlier",
    "only time counts",
)
WHEN: Key[Table] = Key(
    "when",
    TABLE,
    EMPTY,
    "a condition, see below; where it does not hold when the time has come, the step is skipped",
    "always",
)
EMAIL: Key[tuple[str, ...] | None] = Key(
    "email",
    Kind(
        'a template such as "welcome/welcome.html", or a list of variants',
        _read_emails,
        one_or_more(kinds.TEXT),
    ),
    None,
    "the template, in the folder templates; a list has variants, and each lead gets one of them",
    "the step is a task or a branch",
)
SPLIT: Key[tuple[int, ...] | None] = Key(
    "split",
    Kind(
        "a list of shares such as [80, 20]",
        _read_split,
        {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 1000}},
    ),
    None,
    "how variants share the leads among them",
    "equal shares",
)
PURPOSE: Key[Purpose | None] = Key(
    "purpose",
    choice({each.value: each for each in Purpose}),
    None,
    'what the reader gains: `"value"`, `"insight"`, `"educate"` or `"news"`',
    "an email must have it",
)
THREAD: Key[bool] = Key(
    "thread",
    FLAG,
    default=False,
    meaning="`true`: in the same conversation as the email before; not for the first",
)
REVIEW: Key[bool] = Key(
    "review",
    choice({"owner": True}),
    default=False,
    meaning='`"owner"`: it waits until the owner says that it may go out',
    otherwise="it goes out by itself",
)
TASK: Key[str | None] = Key(
    "task",
    NAME,
    None,
    'what a person is to do: `"call"`, `"linkedin"`, `"letter"`, or any other name',
    "the step is an email or a branch",
)
SAY: Key[str | None] = Key(
    "say",
    Kind("text, at most 2,000 long", kinds.read_prose, kinds.TEXT),
    None,
    "how the person might begin",
    "nothing is suggested",
)
WAIT: Key[bool] = Key(
    "wait",
    FLAG,
    default=False,
    meaning="`true`: what comes next waits until the task is done or skipped, at most `for`",
)
FOR: Key[Delay | None] = Key(
    "for", DELAY, None, "how long what comes next waits at most", "must be there with `wait`"
)
GO_TO: Key[str | None] = Key(
    "go_to",
    NAME,
    None,
    f'the id of a later step, or `"{END}"`: where the passage goes on if `when` holds',
    "the step is an email or a task",
)
SLIP: Key[Slip] = Key(
    "slip",
    choice({each.value: each for each in Slip}),
    Slip.FORWARD,
    'where it goes if its day is closed: `"forward"` to the next open day, `"back"` to the one '
    "before",
)
STEP_WINDOW: Key[Window | Literal["any"] | None] = Key(
    "window",
    Kind(
        f'"any" or {windows.EXPECTED}',
        windows.read_step_window,
        {"anyOf": [{"const": windows.ANY}, {"type": "string", "pattern": windows.PATTERN}]},
    ),
    None,
    'as in `calendar`, for this step alone; `"any"` is day and night, every day',
    "as in `calendar`",
)
STEP_KEYS: tuple[Key[Any], ...] = (
    ID,
    AFTER,
    DAY,
    OR_ON,
    WHEN,
    EMAIL,
    SPLIT,
    PURPOSE,
    THREAD,
    REVIEW,
    TASK,
    SAY,
    WAIT,
    FOR,
    GO_TO,
    SLIP,
    STEP_WINDOW,
)
_TOUCH = frozenset({StepKind.EMAIL, StepKind.TASK})
ONLY_FOR: dict[str, frozenset[StepKind]] = {
    **dict.fromkeys((DAY.name, OR_ON.name, SLIP.name, STEP_WINDOW.name), _TOUCH),
    **dict.fromkeys(
        (EMAIL.name, SPLIT.name, PURPOSE.name, THREAD.name, REVIEW.name),
        frozenset({StepKind.EMAIL}),
    ),
    **dict.fromkeys((TASK.name, SAY.name, WAIT.name, FOR.name), frozenset({StepKind.TASK})),
    GO_TO.name: frozenset({StepKind.BRANCH}),
}
"""The kinds of step that a key is for; all others are for every kind."""
