"""Changes what is known of a lead, with the checks of a list; `why` shows from what to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from worker.core import events
from worker.core.document import nearest
from worker.core.facts import Lead
from worker.core.states import Channel, Rhythm, Stage
from worker.engine.apply import Desk, apply
from worker.engine.intake import cells, consent
from worker.engine.owners import reached
from worker.errors import InputError
from worker.store import enrollments, leads, locks, messages

FIELDS = (
    "first_name", "last_name", "company", "zone", "country", "language", "phone", "source",
    "owner", "score", "stage", "rhythm", "channel",
)  # fmt: skip
"""What can be edited, besides declared attributes."""

_WORDS: Mapping[str, type[StrEnum]] = {"rhythm": Rhythm, "channel": Channel}


def edit(desk: Desk, lead: Lead, values: Mapping[str, str]) -> list[str]:
    """Write values over fields and attributes of a lead, by name; an empty one takes it away.

    Returns what changed, in words. A stage that changes is an event of its own. Raises
    `InputError` for a name that is unknown or a value that cannot be understood.
    """
    locks.lock_leads(desk.connection, [lead.id])
    lead = leads.get(desk.connection, lead.id)  # whoever had it before may have changed it
    read = {name: _read(desk, name, value) for name, value in values.items()}
    stage = read.pop("stage", lead.stage.value)
    changed = [
        f"{name} {_said(before)} → {_said(after)}"
        for name, after in read.items()
        if (before := _present(lead, name)) != after
    ]
    if changed:
        leads.change(desk.connection, lead.id, _columns(desk, lead, read))
        apply(desk, lead.id, events.LeadEdited(desk.now, ", ".join(changed)))
        enrollments.wake(desk.connection, desk.now, lead.id)  # its zone may be another
        if "owner" in read:
            _readdress(desk, lead, leads.get(desk.connection, lead.id))
    if stage != lead.stage.value:
        moved = f"stage {lead.stage.value} → {stage}"
        apply(desk, lead.id, events.StageChanged(desk.now, f"{moved}, by hand", Stage(stage)))
        changed.append(moved)
    return changed


def _readdress(desk: Desk, before: Lead, after: Lead) -> None:
    """Let nothing about the lead go to whoever had it before; what is for others stays theirs."""
    had = (desk.setup.owner_of(before), reached(desk.setup, before, desk.now))
    owner = reached(desk.setup, after, desk.now)
    if owner is not None:
        former = {one.address for one in had if one is not None}
        messages.readdress(desk.connection, after.id, former, owner.address)


def _read(desk: Desk, name: str, value: str) -> Any:
    known = (*FIELDS, *desk.setup.attributes)
    if name in consent.FIELDS:
        hint = "where a lead has none, `nurture leads add ADDRESS --consent TEXT` records one"
        raise InputError(f"it cannot be edited; {hint}", key=name)
    if name not in known:
        hint = f"expected one of {', '.join(known)}{nearest(name, known)}"
        raise InputError(f"it cannot be edited; {hint}", key=name)
    try:
        return _reader(desk, name)(value) if value else _empty(name)
    except InputError as error:
        raise InputError(error.problem, key=name) from None


def _reader(desk: Desk, name: str) -> Callable[[str], Any]:
    if name in desk.setup.attributes:
        return cells.attribute
    return _word_of(_WORDS[name]) if name in _WORDS else cells.reader(name)


def _word_of(words: type[StrEnum]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.lower() not in list(words):
            raise InputError(f"{value} is no such word; expected {' or '.join(words)}, or nothing")
        return value.lower()

    return read


def _empty(name: str) -> int | None:
    if name == "stage":
        raise InputError("a lead is always at a stage; name another")
    return 0 if name == "score" else None


def _present(lead: Lead, name: str) -> object:
    return getattr(lead, name) if name in FIELDS else lead.attributes.get(name)


def _columns(desk: Desk, lead: Lead, read: Mapping[str, Any]) -> dict[str, Any]:
    theirs = {name: value for name, value in read.items() if name in desk.setup.attributes}
    own = {name: value for name, value in read.items() if name not in theirs}
    if theirs:
        every = {**lead.attributes, **theirs}
        own["attributes"] = {name: value for name, value in every.items() if value is not None}
    return own


def _said(value: object) -> str:
    return "none" if value in (None, "") else str(value)
