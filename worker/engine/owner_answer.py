"""What an owner decides by answering a notice: "won 500", "stop", "hold until 3 March".

It is an event, like the same words on the command line, and only if it came from the owner's own
mailbox: it lies in Sent of a mailbox that we watch, or our server vouches for From.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from worker.core import calendar, events
from worker.core.facts import Lead
from worker.core.states import Outcome
from worker.engine.apply import Desk, apply
from worker.inbox.classify.outcome import Decision, Verdict, decisions
from worker.inbox.reading import Reading

OUTCOMES = {
    Verdict.WON: Outcome.WON,
    Verdict.LOST: Outcome.LOST,
    Verdict.NURTURE: Outcome.NURTURE,
}


def decided(reading: Reading) -> tuple[Decision, ...]:
    """Return what an owner's answer decides; empty where no line of it is a decision."""
    return decisions(reading.new_text or "", reading.envelope.day)


def carry_out(desk: Desk, lead: Lead, who: str, found: Sequence[Decision]) -> list[str]:
    """Apply each decision in turn; return the names of the events."""
    happened = [_event(desk, lead, who, one) for one in found]
    for event in happened:
        apply(desk, lead.id, event)
    return [event.name for event in happened]


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
        case Verdict.STAGE:
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
