"""What an owner decides by answering a notice: "won 500", "stop", "hold until 3 March".

It is an event, like the same words on the command line, and only if it came from the owner's own
mailbox: it lies in Sent of a mailbox that we watch, or our server vouches for From.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from worker.core import calendar, events
from worker.core.facts import Lead, Message
from worker.core.states import Outcome
from worker.engine import control, notices, reviews
from worker.engine.apply import Desk, apply
from worker.inbox.classify.approval import approval, says_more
from worker.inbox.classify.outcome import Decision, Verdict, decisions
from worker.inbox.reading import Reading
from worker.store import outbox

APPROVED, DROPPED = "approved", "dropped"
"""What an answer to a notice of a review comes to."""
_MORE = "there is more in it than a go; answer with that word alone, if it is to go out as it is"

OUTCOMES = {
    Verdict.WON: Outcome.WON,
    Verdict.LOST: Outcome.LOST,
    Verdict.NURTURE: Outcome.NURTURE,
}


def decided(reading: Reading, message: Message | None) -> tuple[Decision, ...]:
    """Return what an owner's answer to a mail decides; empty where no line of it is a decision."""
    text = reading.new_text or ""
    go = approval(text) if message and notices.reviewed_by(message) is not None else None
    if go:
        return (Decision(Verdict.SEND, unclear=_MORE if says_more(text) else ""),)
    if go is not None:
        return (Decision(Verdict.DROP),)
    return decisions(text, reading.envelope.day)


def carry_out(
    desk: Desk, lead: Lead, who: str, message: Message, found: Sequence[Decision]
) -> list[str]:
    """Do what is decided, each in turn; return the names of the events."""
    return [_done(desk, lead, who, message, one) for one in found]


def _done(desk: Desk, lead: Lead, who: str, message: Message, decision: Decision) -> str:
    number = notices.reviewed_by(message)
    if number is not None and decision.verdict is Verdict.SEND:
        reviews.approve(desk, number)
        return APPROVED
    if number is not None and decision.verdict is Verdict.DROP:
        control.drop_message(desk, number)
        return DROPPED
    event = _event(desk, lead, who, decision)
    apply(desk, lead.id, event)
    return event.name


def too_late(desk: Desk, message: Message, found: Sequence[Decision]) -> str:
    """Return why a go, or a no, comes too late for an email; empty where it does not."""
    number = notices.reviewed_by(message)
    of_email = any(one.verdict in (Verdict.SEND, Verdict.DROP) for one in found)
    if number is None or not of_email or reviews.waits(desk, number):
        return ""
    return f"the email waits for nobody's go: it is {outbox.get(desk.connection, number).state}"


def _event(desk: Desk, lead: Lead, who: str, decision: Decision) -> events.Event:
    because = f"{who} answered a notice: {_said(decision)}"
    match decision.verdict:
        case Verdict.WON | Verdict.LOST | Verdict.NURTURE:
            outcome = OUTCOMES[decision.verdict]
            return events.OutcomeRecorded(desk.now, because, outcome, decision.amount)
        case Verdict.HOLD:
            if decision.until is None:
                return events.HeldByHand(desk.now, because)
            return events.Postponed(desk.now, because, _morning(desk, lead, decision.until))
        case Verdict.STOP:
            return events.StoppedByHand(desk.now, because)
        case Verdict.NOT_MINE:
            return events.Disowned(desk.now, because)
        case Verdict.STAGE | Verdict.SEND | Verdict.DROP:
            assert decision.stage is not None  # a line without one is no decision
            return events.StageChanged(desk.now, because, decision.stage)


def _morning(desk: Desk, lead: Lead, day: date) -> datetime:
    """Return when a day begins where the lead is."""
    return calendar.resolve(datetime.combine(day, time()), desk.setup.lead_zone(lead))


def _said(decision: Decision) -> str:
    verdict = decision.verdict.value.replace("_", " ")
    if decision.reason:
        return f"{verdict}: {decision.reason}"
    detail = decision.amount or decision.until or decision.stage
    return f"{verdict} {detail}" if detail else verdict
