"""What `nurture status` tells, gathered in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from worker.cli.project import Project
from worker.core.facts import Hold
from worker.core.pace import day_begins
from worker.daemon.identity import is_held
from worker.engine.apply import Desk
from worker.engine.board import Board
from worker.store import alerts, claims, enrollments, holds, incoming, leads, outbox
from worker.store.alerts import Alert

_MOST = 1_000_000  # messages of a day that are counted


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """How a mailbox is: when its inbox was read to the end, and what it sent since midnight.

    `limit_today` is lower than `daily_limit` while the mailbox is new.
    """

    name: str
    address: str
    read_at: datetime | None
    sent_today: int
    daily_limit: int | None
    limit_today: int | None


@dataclass(frozen=True, slots=True)
class Status:
    """How everything is.

    `leads` are counted by track, `messages` by state, `enrollments` by sequence and then state;
    `next_due` is when there is something to do next.
    """

    running: bool
    database: str
    leads: Mapping[str, int]
    messages: Mapping[str, int]
    enrollments: Mapping[str, Mapping[str, int]]
    next_due: datetime | None
    mailboxes: tuple[MailboxStatus, ...]
    holds: tuple[Hold, ...]
    alert_count: int
    alerts: tuple[Alert, ...]


def status_of(project: Project) -> Status:
    """Gather everything."""
    with project.reading() as desk:
        upcoming = claims.next_try(desk.connection, desk.setup.mailboxes, desk.now)
        moments = (enrollments.next_due(desk.connection), upcoming)
        tracks = leads.count(desk.connection)
        return Status(
            running=is_held(project.settings.state_folder),
            database=project.database.shown,
            leads={track.value: count for track, count in tracks.items()},
            messages=outbox.count(desk.connection),
            enrollments=_enrollments(desk),
            next_due=min(filter(None, moments), default=None),
            mailboxes=_mailboxes(desk),
            holds=tuple(holds.open_now(desk.connection, desk.now)),
            alert_count=alerts.count(desk.connection),
            alerts=tuple(alerts.open_now(desk.connection)),
        )


def _enrollments(desk: Desk) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (sequence, state), count in sorted(enrollments.count(desk.connection).items()):
        found.setdefault(sequence, {})[state] = count
    return found


def _mailboxes(desk: Desk) -> tuple[MailboxStatus, ...]:
    quotas = Board(desk.connection, desk.setup, desk.now).quotas()
    midnight = day_begins(desk.now, desk.setup.zone)
    return tuple(
        MailboxStatus(
            name=one.name,
            address=one.address,
            read_at=incoming.read_at(desk.connection, one.name),
            sent_today=outbox.sent_from(desk.connection, one.name, midnight, _MOST),
            daily_limit=one.daily_limit,
            limit_today=quotas[one.name].count_of(midnight) if one.name in quotas else None,
        )
        for one in desk.setup.mailboxes.values()
    )
