"""What follows from a mail that was matched to a lead: the touch, the event, and its effects."""

from __future__ import annotations

from worker.core import events
from worker.core.facts import Message
from worker.core.mail import Bond, BounceType, Kind
from worker.core.meaning import event_of
from worker.core.states import MessageState
from worker.engine import breaker, owner_mail, settle, softbounces
from worker.engine.apply import Desk, apply
from worker.engine.match import Match
from worker.engine.understand import is_soft, said_by
from worker.inbox.reading import Reading
from worker.store import leads, timeline
from worker.store.setbacks import Setback
from worker.store.timeline import Touch

SUMMARY = 200  # characters that a touch keeps


def follow(desk: Desk, reading: Reading, found: Match) -> str:
    """Do what follows from a matched mail; return the name of its event, or its kind.

    Who answers what was written to another lead has answered, whatever it means for that one.
    """
    evidence = found.message
    if evidence is not None and evidence.state is MessageState.IN_DOUBT:
        settle.resolve(desk, evidence, MessageState.SENT, "a mail came back that carries its token")
    if evidence is not None and owner_mail.concerns_owner(found):
        return owner_mail.follow(desk, reading, found, evidence)
    kind = _do(desk, reading, found)
    if found.writer is not None:
        _do(desk, reading, found.writer)
    return kind


def _do(desk: Desk, reading: Reading, found: Match) -> str:
    """Do what follows for one lead; return the name of the event, or the kind of the mail."""
    evidence = found.message
    streak = softbounces.count(desk, evidence) if evidence and is_soft(reading) else 0
    said = said_by(reading, found, desk.setup.lead_zone(found.lead), streak)
    event = event_of(said, desk.now)
    kind = event.name if event is not None else reading.kind.value
    timeline.touch(desk.connection, [_touch(desk, found, kind, reading)])
    if reading.kind is Kind.HUMAN and found.bond in (Bond.OURS, Bond.VOUCHED):
        leads.forget_soft_bounces(desk.connection, found.lead.id)
    if event is not None:
        apply(desk, found.lead.id, event)
        _count_against(desk, evidence, event, reading)
    return kind


def _count_against(
    desk: Desk, message: Message | None, event: events.Event, reading: Reading
) -> None:
    """Let what came back, or was complained about, count against the mailbox that sent it."""
    if message is None:
        return
    if isinstance(event, events.Complained):
        breaker.note(desk, message, Setback.COMPLAINT)
    elif isinstance(event, events.Bounced) and reading.bounce_type is BounceType.HARD:
        breaker.note(desk, message, Setback.BOUNCE)


def _touch(desk: Desk, found: Match, kind: str, reading: Reading) -> Touch:
    summary = reading.new_text or reading.envelope.subject or reading.why
    message_id = found.message.id if found.message else None
    return Touch(
        found.lead.id, desk.now, "in", kind, " ".join(summary.split())[:SUMMARY], message_id
    )
