"""Launched sequences that this version of the program cannot read: a newer one launched them.

What belongs to one waits, and a person is told; it is looked at again every hour, and goes on by
itself once a version runs that can read it. Everything else goes on meanwhile, answers above all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from worker.core.facts import Enrollment, Hold, Sequence
from worker.core.states import Scope
from worker.engine.apply import Desk
from worker.engine.catalogue import Version
from worker.errors import UnreadableError
from worker.store import alerts, enrollments, publications
from worker.store.holds import Subject

KIND = "sequence"
LOOK_AGAIN = timedelta(hours=1)
WHY = "this version of the program cannot read its sequence"


def look(desk: Desk) -> list[str]:
    """Raise an alert about each that leads are in, or come into; close those that say so no more.

    Returns what is wrong with each.
    """
    current = (one for one in publications.launched(desk.connection) if one.current)
    used = enrollments.versions_running(desk.connection)
    used |= {(one.name, one.version) for one in current}
    wrong = {name: said for name, version in sorted(used) if (said := _wrong(desk, name, version))}
    for mended in alerts.subjects(desk.connection, KIND).difference(wrong):
        alerts.close(desk.connection, desk.now, kind=KIND, subject=mended)
    for name, said in wrong.items():
        _tell(desk, name, said)
    return list(wrong.values())


def tell(desk: Desk, running: Iterable[Enrollment], launched: Mapping[Version, Sequence]) -> None:
    """Tell a person about each sequence that is not among what could be read."""
    for name, version in {(one.sequence, one.version) for one in running}.difference(launched):
        _tell(desk, name, _wrong(desk, name, version))


def held(
    desk: Desk, running: Iterable[Enrollment], launched: Mapping[Version, Sequence]
) -> dict[Subject, Hold]:
    """Return what keeps those waiting whose sequences are not among what could be read."""
    until = desk.now + LOOK_AGAIN
    return {
        (Scope.ENROLLMENT, str(one.id)): Hold(
            0, Scope.ENROLLMENT, str(one.id), WHY, desk.now, until
        )
        for one in running
        if (one.sequence, one.version) not in launched
    }


def _wrong(desk: Desk, name: str, version: str) -> str:
    try:
        desk.catalogue.get(desk.connection, name, version)
    except UnreadableError as error:
        return str(error)
    return ""


def _tell(desk: Desk, name: str, said: str) -> None:
    text = f"{said}; what belongs to it waits, and all else goes on"
    alerts.raise_(desk.connection, KIND, name, text, desk.now)
