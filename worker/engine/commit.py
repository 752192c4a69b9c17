"""What one group commit writes: the last results, and the starts that the gate lets go.

All of it is one transaction, so that the gate's facts and `transmitting` are one (promise 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from worker.core.facts import Message
from worker.core.gate import GateFacts, Go, judge
from worker.delivery.outcome import Accepted
from worker.engine import settle
from worker.engine.apply import Desk
from worker.engine.gatefacts import gate_facts
from worker.engine.letter import Letter
from worker.engine.outcomes import withhold
from worker.store import locks, messages, transmission
from worker.store.messages import CLAIMED, TRANSMITTING, Holder
from worker.store.transmission import Acceptance, Start


@dataclass(frozen=True, slots=True)
class Sending:
    """A claimed message, and what was written of it."""

    message: Message
    letter: Letter


def commit(
    desk: Desk,
    holder: Holder,
    accepted: Sequence[tuple[Sending, Accepted]],
    starts: Sequence[Sending],
) -> list[Sending]:
    """Write acceptances and starts; return what may go out now."""
    batch = [*(one for one, _ in accepted), *starts]
    locks.share_gate(desk.connection)
    locks.lock_leads(desk.connection, (one.message.lead_id for one in batch))
    ours = transmission.held(desk.connection, [one.message.id for one in batch], holder)
    _accept(desk, [one for one in accepted if ours.get(one[0].message.id) == TRANSMITTING])
    _take_back(desk, holder, [one for one in starts if ours.get(one.message.id) == TRANSMITTING])
    return _start(desk, holder, [one for one in starts if ours.get(one.message.id) == CLAIMED])


def _accept(desk: Desk, batch: Sequence[tuple[Sending, Accepted]]) -> None:
    rows = [
        Acceptance(one.message.id, outcome.message_id, outcome.response) for one, outcome in batch
    ]
    transmission.accepted(desk.connection, rows, desk.now)
    sent = [(one.message, one.letter.subject, str(outcome)) for one, outcome in batch]
    settle.sent(desk, sent, desk.now)


def _take_back(desk: Desk, holder: Holder, batch: Sequence[Sending]) -> None:
    """Put back what an earlier try of this very commit started.

    The answer to that commit was lost, so not a byte of these was written; and what was true at
    the gate then may not be true now.
    """
    reason = "the answer to the commit of its start was lost"
    for one in batch:
        messages.put_back(desk.connection, one.message.id, holder, reason, desk.now)


def _start(desk: Desk, holder: Holder, batch: Sequence[Sending]) -> list[Sending]:
    if not batch:
        return []
    facts = gate_facts(desk, [one.message for one in batch])
    going = [one for one in batch if _may_go(desk, holder, one, facts)]
    starts = [Start(one.message.id, one.letter.rfc_id, one.letter.subject) for one in going]
    transmission.start(desk.connection, starts, desk.now)
    return going


def _may_go(desk: Desk, holder: Holder, one: Sending, facts: dict[int, GateFacts]) -> bool:
    ours = facts[one.message.id]
    verdict = judge(ours, desk.setup.policy, desk.now)
    if not isinstance(verdict, Go):
        withhold(desk, holder, one.message, verdict)
        return False
    if ours.lead is not one.letter.lead and ours.lead != one.letter.lead:
        reason = "the lead changed while it was written"
        messages.put_back(desk.connection, one.message.id, holder, reason, desk.now)
        return False
    if one.letter.note:
        settle.decided(desk, one.message, "noted", one.letter.note)
    return True
