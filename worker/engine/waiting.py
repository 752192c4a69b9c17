"""What waits to be sent from a mailbox, in lines: the same hours, the same turn, one provider.

Hours are those that `core.due` plans by and the gate lets go by: a step's own, on the clock of its
sequence, of the lead or of the house, and the night of the house. They are worked out once for each
line. Nothing is asked about a lead but where it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from datetime import datetime
from operator import itemgetter

from worker.core import timing
from worker.core.facts import Sequence
from worker.core.hours import SendingHours
from worker.core.providers import provider_of
from worker.core.queue import Line
from worker.core.timing import Surroundings
from worker.core.turns import PATIENCE, Turn
from worker.engine.apply import Desk
from worker.engine.board import subject_of
from worker.engine.setup import Setup
from worker.store.queue import Coming, Home, Kind, Ready


def lines(desk: Desk, ready: Iterable[Ready], limited: Container[str]) -> list[Line]:
    """Return what gets ready, which is in order of time, as lines.

    Only providers whose subjects are `limited` have lines of their own.
    """
    found: defaultdict[tuple[str, Kind], list[datetime]] = defaultdict(list)
    for at, provider, kind in ready:
        subject = subject_of(provider)
        found[subject if subject in limited else "", kind].append(at)
    return [
        Line(moments, hours_of(desk, kind), subject, PATIENCE[Turn(kind.turn)])
        for (subject, kind), moments in found.items()
    ]


def hours_of(desk: Desk, kind: Kind) -> SendingHours:
    """Return when messages of a kind may go.

    Whoever just came in is greeted at night, too; notices and mail to owners know no night.
    """
    around = _around(desk.setup, kind.home, kind.to_owner)
    wakes = kind.to_owner or kind.turn == Turn.INTAKE
    night = None if wakes else desk.setup.policy.quiet
    if kind.sequence is None or kind.version is None:
        return SendingHours("", None, around.zone, night=night)
    sequence = desk.catalogue.find(desk.connection, kind.sequence, kind.version)
    if sequence is None:
        return SendingHours(kind.sequence, None, around.zone, night=night)
    hours = next((step.hours for step in sequence.steps if step.id == kind.step), None)
    clock = timing.by_clock_of(sequence, around)
    return SendingHours(sequence.name, hours, clock.zone, clock.holidays, night, around.zone)


def expected(desk: Desk, coming: Iterable[Coming]) -> list[Ready]:
    """Return the emails that come of enrollments, as far as one is their next step.

    Branches are taken to go on with the step below, and conditions to hold.
    """
    found = (_email(desk, one) for one in coming)
    return sorted((one for one in found if one is not None), key=itemgetter(0))


def _email(desk: Desk, one: Coming) -> Ready | None:
    enrollment = one.enrollment
    sequence = desk.catalogue.find(desk.connection, enrollment.sequence, enrollment.version)
    if sequence is None:
        return None
    to_come = sequence.steps[enrollment.position :]
    step = next((step for step in to_come if not step.go_to), None)
    if step is None or not step.email:
        return None
    turn = Turn.FOLLOW_UP if enrollment.position else Turn.FIRST
    own = enrollment.to_owner
    kind = Kind(turn, own, enrollment.sequence, enrollment.version, step.id, one.home)
    return _due(desk, one, sequence), "" if own else provider_of(one.address), kind


def _due(desk: Desk, one: Coming, sequence: Sequence) -> datetime:
    """Return when the step of an enrollment is due; one not looked at since is looked at now."""
    if one.at > desk.now:
        return one.at
    around = _around(desk.setup, one.home, one.enrollment.to_owner)
    step = sequence.steps[one.enrollment.position]
    moment = timing.moment_of(step, one.enrollment, timing.by_clock_of(sequence, around))
    return one.at if moment is None else max(moment.due, one.at)


def _around(setup: Setup, home: Home, to_owner: bool) -> Surroundings:
    """Return what times depend on; an owner keeps the hours of the house."""
    if to_owner:
        return Surroundings(setup.zone, setup.almanac.of())
    zone = setup.zone_at(home.zone, home.country)
    holidays = setup.holidays_at(home.country, home.subdivision)
    return Surroundings(zone, holidays, spread=setup.policy.spread)
