"""Where a running enrollment stands in a changed structure of its sequence.

It goes on after the last step that it passed, whatever came before that in the new structure: so a
step that was sent once never goes again, one that vanished is passed over, and one that was put in
ahead of it is taken along. A step that was renamed is the same step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from worker.core.facts import Sequence


@dataclass(frozen=True, slots=True)
class Move:
    """Where an enrollment goes on: `position` in the new structure, which may be its end.

    `was` and `now` are the ids of the next step before and after; None: the last one is passed.
    `vanished` says that `was` is not there any more; `missed` are steps of the new structure that
    stand before `position` and that the lead did not get.
    """

    position: int
    was: str | None
    now: str | None
    vanished: bool = False
    missed: tuple[str, ...] = ()


def move(
    old: Sequence, new: Sequence, position: int, sent: Collection[str], renamed: Mapping[str, str]
) -> Move:
    """Say where an enrollment at `position` of the old structure goes on in the new one.

    `sent` are the ids of steps that it got, under whatever structure; `renamed` gives new ids by
    old ones.
    """
    ids = [step.id for step in new.steps]
    before = [step.id for step in old.steps]
    passed = {renamed.get(one, one) for one in (*before[:position], *sent)}
    was = before[position] if position < len(before) else None
    is_called = renamed.get(was, was) if was is not None else None
    to = _place(ids, passed, is_called, position)
    return Move(
        position=to,
        was=was,
        now=ids[to] if to < len(ids) else None,
        vanished=is_called is not None and is_called not in ids,
        missed=tuple(one for one in ids[:to] if one not in passed),
    )


def _place(ids: list[str], passed: Collection[str], called: str | None, position: int) -> int:
    """Return the place after the last step that was passed.

    Where none of those is left: that of the next step, or else as many steps on as before.
    """
    places = [place + 1 for place, one in enumerate(ids) if one in passed]
    if places:
        return max(places)
    if called in ids:
        return 0 if not passed else ids.index(called)
    return min(position, len(ids))
