"""The newsletter: one edition a month to everyone on the track, exactly once each.

An edition is a dated file (``newsletter/2027-01.html``) that a person approves. On its day its
audience is frozen (who joins later gets the next), one message is planned for each, and when all
are settled it is closed. No approved edition: nothing is sent, and an alert comes a week ahead.
"""

from __future__ import annotations

from datetime import datetime

from worker.core.facts import Lead
from worker.core.states import MessageKind
from worker.engine.apply import Desk
from worker.engine.publish import publish_files
from worker.engine.setup import Setup
from worker.engine.unanswered import WITH_OWNER, with_owner
from worker.errors import ConflictError, NotFoundError
from worker.render.bundle import Bundle
from worker.render.reach import reached
from worker.store import alerts, leads, messages, outbox, publications, timeline
from worker.store.database import Connection
from worker.store.messages import NewMessage
from worker.store.publications import Edition
from worker.store.timeline import Decision
from worker.tracks import still_useful
from worker.tracks.dates import FIRST, edition_due, month_named


def approvable(desk: Desk, month: str, templates: Bundle) -> str:
    """Return the template of an edition that could be approved now; raise why it cannot be.

    ``still-useful`` is the yearly question, which belongs to no month.
    """
    newsletter = desk.setup.newsletter.name
    if month == still_useful.NAME:
        return _written(templates, f"{newsletter}/{month}.html", "the yearly question is not there")
    template = f"{newsletter}/{month_named(month)}.html"
    if month < desk.now.astimezone(desk.setup.zone).strftime("%Y-%m"):
        raise ConflictError(f"{month} is over; approve an edition for this month or a later one")
    _written(templates, template, f"there is no edition for {month}")
    known = _edition(desk.connection, newsletter, month)
    if known is not None and known.frozen_at is not None:
        raise ConflictError(f"the edition of {month} has gone out; it cannot be changed")
    return template


def approve(desk: Desk, month: str, templates: Bundle) -> Edition:
    """Approve an edition, or its corrected wording while it was not sent to anybody."""
    newsletter = desk.setup.newsletter.name
    template = approvable(desk, month, templates)
    bundle = templates.narrow(reached(templates.files, template))
    digest = publish_files(desk.connection, bundle, desk.now)
    new = Edition(newsletter, month, template, digest, desk.now, None, None)
    publications.approve_edition(desk.connection, new)
    alerts.close(desk.connection, desk.now, kind="edition", subject=month)
    return new


def tick(desk: Desk) -> None:
    """Freeze, plan and close what it is time for; alert about what is missing."""
    _warn(desk)
    approved = {one.month: one for one in _approved(desk)}
    still_useful.tick(desk, approved.pop(still_useful.NAME, None))
    for edition in approved.values():
        if edition.frozen_at is None and _due(desk.setup, edition.month) <= desk.now:
            _send(desk, edition)
        elif edition.frozen_at is not None and edition.closed_at is None:
            _close(desk, edition)


def next_moment(connection: Connection, setup: Setup, now: datetime) -> datetime | None:
    """Return when the newsletter has something to do next, as far as is known now."""
    editions = publications.all_editions(connection, setup.newsletter.name)
    waiting = [one.month for one in editions if one.frozen_at is None]
    dues = [_due(setup, month) for month in waiting if month != still_useful.NAME]
    if still_useful.NAME in waiting:
        dues.append(still_useful.due(setup, now))
    return min((due for due in dues if due > now), default=None)


def goes_out(setup: Setup, month: str, now: datetime) -> datetime:
    """Return when an edition, or the yearly question, is due for leads of the configured zone."""
    if month == still_useful.NAME:
        return still_useful.next_due(setup, now)
    return edition_due(setup, month, setup.zone)


def _approved(desk: Desk) -> list[Edition]:
    return publications.all_editions(desk.connection, desk.setup.newsletter.name)


def _written(templates: Bundle, template: str, otherwise: str) -> str:
    if template not in templates.files:
        raise NotFoundError(f"{otherwise}: write templates/{template} first")
    return template


def _send(desk: Desk, edition: Edition) -> None:
    """Freeze the audience, without whom an owner is talking to, and plan a message for each."""
    publications.mark_edition(desk.connection, edition, frozen_at=desk.now)
    audience = leads.on_newsletter(desk.connection, desk.now)
    mailbox = desk.setup.mailbox(desk.setup.newsletter.mailbox).name
    theirs = with_owner(desk.connection, desk.now - desk.setup.policy.outcome_asked)
    reading = [lead for lead in audience if lead.address not in theirs]
    messages.plan(
        desk.connection, [_message(desk.setup, edition, lead, mailbox) for lead in reading]
    )
    why = f"the edition of {edition.month}: {WITH_OWNER}"
    left_out = (lead for lead in audience if lead.address in theirs)
    timeline.record(
        desk.connection, [Decision(lead.id, desk.now, "left out", why) for lead in left_out]
    )


def _message(setup: Setup, edition: Edition, lead: Lead, mailbox: str) -> NewMessage:
    due = edition_due(setup, edition.month, setup.lead_zone(lead))
    return NewMessage(
        key=f"edition:{lead.id}:{edition.newsletter}:{edition.month}",
        kind=MessageKind.EDITION,
        recipient=lead.address,
        mailbox=mailbox,
        template=edition.template,
        bundle=edition.bundle,
        due_at=max(due, edition.approved_at),
        reason=f"the edition of {edition.month} goes to everyone on the newsletter",
        lead_id=lead.id,
        step_id=f"edition {edition.month}",
    )


def _close(desk: Desk, edition: Edition) -> None:
    ending = f":{edition.newsletter}:{edition.month}"
    if not outbox.has_unsettled(desk.connection, ending):
        publications.mark_edition(desk.connection, edition, closed_at=desk.now)


def _warn(desk: Desk) -> None:
    """Alert a week before an edition is due that nobody approved, if anybody would get it."""
    ahead = desk.setup.newsletter.alert_ahead
    coming = (desk.now + ahead).astimezone(desk.setup.zone).strftime("%Y-%m")
    due = _due(desk.setup, coming)
    known = _edition(desk.connection, desk.setup.newsletter.name, coming)
    if known is not None or not desk.now <= due <= desk.now + ahead:
        return
    if not leads.count_on_newsletter(desk.connection, joined_before=desk.now):
        return
    text = (
        f"no edition is approved for {coming}, and nothing will be sent: write "
        f"templates/newsletter/{coming}.html and run `nurture editions approve {coming}`"
    )
    alerts.raise_(desk.connection, "edition", coming, text, desk.now)


def _edition(connection: Connection, newsletter: str, month: str) -> Edition | None:
    editions = publications.all_editions(connection, newsletter)
    return next((one for one in editions if one.month == month), None)


def _due(setup: Setup, month: str) -> datetime:
    """Return when the first leads of all get an edition: where the day begins first."""
    return edition_due(setup, month, FIRST)
