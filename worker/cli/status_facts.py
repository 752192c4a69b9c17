"""What `nurture status` tells, gathered in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from worker.cli.project import Project
from worker.core.calendar import resolve
from worker.core.facts import Hold
from worker.daemon.identity import is_held
from worker.engine.apply import Desk
from worker.engine.setup import Mailbox
from worker.store import alerts, claims, enrollments, holds, incoming, leads, outbox
from worker.store.alerts import Alert

_MOST = 1_000_000  # messages of a day that are counted


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """How a mailbox is: when its inbox was read to the end, and what it sent since midnight."""

    name: str
    address: str
    read_at: datetime | None
    sent_today: int
    daily_limit: int | None


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
            database=project.database.url.render_as_string(hide_password=True),
            leads={track.value: count for track, count in tracks.items()},
            messages=outbox.count(desk.connection),
            enrollments=_enrollments(desk),
            next_due=min(filter(None, moments), default=None),
            mailboxes=tuple(_mailbox(desk, one) for one in desk.setup.mailboxes.values()),
            holds=tuple(holds.open_now(desk.connection, desk.now)),
            alert_count=alerts.count(desk.connection),
            alerts=tuple(alerts.open_now(desk.connection)),
        )


def _enrollments(desk: Desk) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (sequence, state), count in sorted(enrollments.count(desk.connection).items()):
        found.setdefault(sequence, {})[state] = count
    return found


def _mailbox(desk: Desk, mailbox: Mailbox) -> MailboxStatus:
    zone = desk.setup.zone
    midnight = resolve(datetime.combine(desk.now.astimezone(zone).date(), time()), zone)
    return MailboxStatus(
        name=mailbox.name,
        address=mailbox.address,
        read_at=incoming.read_at(desk.connection, mailbox.name),
        sent_today=outbox.sent_from(desk.connection, mailbox.name, midnight, _MOST),
        daily_limit=mailbox.daily_limit,
    )
