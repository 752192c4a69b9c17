"""Where every lead is, as the worker's own database has it: what the view shows in the middle."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from worker.core.facts import Lead
from worker.core.states import EnrollmentState, Scope, Stage, Track
from worker.engine.apply import Desk
from worker.store import alerts, enrollments, holds, leads


class Place(StrEnum):
    """Where a lead can be; in this order it moves down the board."""

    WELCOME = "in the welcome"
    WAITING = "waiting for an answer"
    REPLIED = "replied: paused"
    HELD = "on hold until a day"
    NEWSLETTER = "on the newsletter"
    CUSTOMER = "customer"
    STOPPED = "stopped"


Places = Mapping[Place, Sequence[str]]
"""Who is where, by first names."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked once for all leads: who has an open alert, and who is on hold."""

    replied: Collection[str]
    held: Collection[str]


def board(desk: Desk) -> Places:
    """Return the first names of the leads in each place."""
    found: dict[Place, list[str]] = {place: [] for place in Place}
    asked = _Asked(
        {one.subject for one in alerts.open_now(desk.connection) if one.kind == "reply"},
        {
            one.subject
            for one in holds.open_now(desk.connection, desk.now)
            if one.scope is Scope.LEAD
        },
    )
    for lead in leads.page(desk.connection):
        found[_place(desk, lead, asked)].append(lead.first_name or lead.address)
    return found


def _place(desk: Desk, lead: Lead, asked: _Asked) -> Place:
    if lead.address in asked.replied:
        return Place.REPLIED
    if str(lead.id) in asked.held:
        return Place.HELD
    if lead.stage is Stage.CUSTOMER:
        return Place.CUSTOMER
    if lead.track is Track.NEWSLETTER:
        return Place.NEWSLETTER
    return _place_in_sequence(desk, lead)


def _place_in_sequence(desk: Desk, lead: Lead) -> Place:
    running = enrollments.of_lead(desk.connection, lead.id, running=True)
    if not running:
        return Place.STOPPED
    one = running[0]
    if one.state is EnrollmentState.PAUSED:
        return Place.REPLIED
    steps = desk.catalogue.get(desk.connection, one.sequence, one.version).steps
    return Place.WELCOME if one.position < len(steps) else Place.WAITING
