"""Names of events: those that the house has, and those that a firm gives itself."""

from __future__ import annotations

import re
from difflib import get_close_matches

from worker.core.events import BUILT_IN, ENROLLING
from worker.sequence.kinds import Kind, UnfitError, alternatives, one_or_more, read_list

PATTERN = r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*"
_NAME = re.compile(PATTERN)
_MOST = 64
_ALIKE = 0.8
_SCHEMA = {
    "type": "string",
    "anyOf": [{"enum": list(BUILT_IN)}, {"pattern": f"^{PATTERN}$", "maxLength": _MOST}],
}
_OWN = 'one of your own such as "meeting_booked"'


def read_event(value: object) -> str:
    """Read the name of an event; raise `UnfitError` where it looks like one that is misspelt."""
    if not isinstance(value, str) or len(value) > _MOST or not _NAME.fullmatch(value):
        raise UnfitError
    near = get_close_matches(value, BUILT_IN, n=1, cutoff=_ALIKE)
    if value not in BUILT_IN and near:
        raise UnfitError(f'perhaps "{near[0]}" was meant; choose a less similar name if not')
    return value


def _read_enrolling(value: object) -> str:
    event = read_event(value)
    if event in BUILT_IN and event not in ENROLLING:
        raise UnfitError(f'"{event}" takes nobody in')
    return event


EVENT = Kind(f'an event such as "replied" or {_OWN}', read_event, _SCHEMA)
EVENTS = Kind(
    f'an event such as "replied" or {_OWN}, or a list of some',
    lambda value: read_list(value, read_event),
    one_or_more(_SCHEMA),
)
ENROLLING_EVENTS = Kind(
    f"{alternatives(ENROLLING)}, or {_OWN}, or a list of some",
    lambda value: read_list(value, _read_enrolling),
    one_or_more(_SCHEMA),
)
