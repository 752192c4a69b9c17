"""The yearly question: is the letter still useful? To readers who were silent for all of a year.

It goes out halfway between two editions, once in that time, if its wording
(``newsletter/still-useful.html``) was approved. Whoever does not answer is taken off the
newsletter, with that as the reason: consent that nobody has confirmed for years is a poor one, and
a list of people who never read is no list. A person's answer of any kind is a sign of life.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from worker.core.events import FellSilent
from worker.core.facts import Lead
from worker.core.holds import postpone
from worker.core.states import MessageKind
from worker.engine.apply import Desk, apply
from worker.engine.setup import Setup
from worker.engine.surroundings import lead_subjects, pick
from worker.engine.unanswered import with_owner
from worker.store import alerts, holds, installation, messages, readers
from worker.store.messages import NewMessage
from worker.store.publications import Edition
from worker.store.readers import Asked
from worker.tracks.dates import FIRST, between

NAME = "still-useful"
JOB = "newsletter: still useful?"


def tick(desk: Desk, question: Edition | None) -> None:
    """Ask whom it is time to ask, and let those go who did not answer; each once a day."""
    today = desk.now.astimezone(FIRST).date()
    month = f"{today:%Y-%m}"
    if question is None:  # nobody was ever asked
        _warn(desk, month)
        return
    if _begins(desk, month, today.replace(day=1)):
        _ask(desk, question, month)
    if installation.occurs(desk.connection, f"{JOB} no answer", today, desk.now):
        _let_go(desk)


def next_due(setup: Setup, now: datetime) -> datetime:
    """Return when it goes out next for leads of the configured zone."""
    first = now.astimezone(setup.zone).replace(day=1)
    months = (f"{each:%Y-%m}" for each in (first, first + timedelta(days=31)))
    return next(due for month in months if (due := between(setup, month, setup.zone)) > now)


def due(setup: Setup, now: datetime) -> datetime:
    """Return when the question goes out in the present month."""
    return between(setup, f"{now.astimezone(FIRST):%Y-%m}", FIRST)


def _begins(desk: Desk, month: str, day: date) -> bool:
    """Tell whether it is time to ask in this month, once."""
    its_time = between(desk.setup, month, FIRST) <= desk.now
    return its_time and installation.occurs(desk.connection, JOB, day, desk.now)


def _ask(desk: Desk, question: Edition, month: str) -> None:
    silent = readers.silent(desk.connection, NAME, desk.now - desk.setup.newsletter.ask_after)
    theirs = with_owner(desk.connection, desk.now - desk.setup.policy.outcome_asked)
    asked = (lead for lead in silent if lead.address not in theirs)
    messages.plan(desk.connection, [_message(desk, question, month, lead) for lead in asked])


def _message(desk: Desk, question: Edition, month: str, lead: Lead) -> NewMessage:
    newsletter = desk.setup.newsletter
    return NewMessage(
        key=f"edition:{lead.id}:{question.newsletter}:{NAME}-{month}",
        kind=MessageKind.EDITION,
        recipient=lead.address,
        mailbox=desk.setup.mailbox(newsletter.mailbox).name,
        template=question.template,
        bundle=question.bundle,
        due_at=max(between(desk.setup, month, desk.setup.lead_zone(lead)), desk.now),
        reason=f"silent for {newsletter.ask_after.days} days: is the letter still useful?",
        lead_id=lead.id,
        step_id=NAME,
    )


def _let_go(desk: Desk) -> None:
    """Take off the newsletter who was asked and did not answer; an absence gives them more time."""
    patience = desk.setup.newsletter.answer_within
    for asked in readers.unanswered(desk.connection, NAME, desk.now - patience):
        subjects = lead_subjects(asked.lead)
        waited = pick(holds.of(desk.connection, subjects), subjects)
        over = postpone(asked.at + patience, asked.at, waited)
        if over is not None and over <= desk.now:
            apply(desk, asked.lead.id, FellSilent(desk.now, _reason(asked)))


def _reason(asked: Asked) -> str:
    return f"asked on {asked.at:%Y-%m-%d} whether the letter is still useful, and did not answer"


def _warn(desk: Desk, month: str) -> None:
    """Alert a week before it would go out, if there is anybody to ask."""
    due = between(desk.setup, month, FIRST)
    if not due - desk.setup.newsletter.alert_ahead <= desk.now <= due:
        return
    name = desk.setup.newsletter.name
    count = len(readers.silent(desk.connection, NAME, due - desk.setup.newsletter.ask_after))
    if count:
        text = (
            f"readers were silent for a year ({count}): ask them whether the letter is still "
            f"useful, with templates/{name}/{NAME}.html and `nurture editions approve {NAME}`"
        )
        alerts.raise_(desk.connection, "edition", NAME, text, desk.now)
