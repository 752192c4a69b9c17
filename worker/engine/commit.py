"""What one group commit writes: the last results, and the starts that the gate lets go.

All of it is one transaction, so that the gate's facts and `transmitting` are one (promise 2). What
the gate saw before the letter was written is what it would see now where nothing that it reads was
written since (`worker.store.standstill`); then it is not read again, but always judged again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from worker.core.facts import Message
from worker.core.gate import GateFacts, Go, judge
from worker.delivery.outcome import Accepted, Returned
from worker.engine import settle
from worker.engine.apply import Desk
from worker.engine.draft import Letter
from worker.engine.gatefacts import ask
from worker.engine.outcomes import withhold
from worker.store import locks, messages, standstill, transmission
from worker.store.messages import CLAIMED, TRANSMITTING, Holder
from worker.store.standstill import Mark
from worker.store.transmission import Acceptance, Return, Start

NOT_OURS = ""


class Sending(NamedTuple):
    """A claimed message, what was written of it, and what the gate saw before.

    `mark` is of the transaction that claimed it: the facts were read after that.
    """

    message: Message
    letter: Letter
    facts: GateFacts
    mark: Mark


def commit(
    desk: Desk,
    holder: Holder,
    accepted: Sequence[tuple[Sending, Accepted]],
    starts: Sequence[Sending],
    *,
    returned: Sequence[tuple[Sending, Returned]] = (),
    again: bool = False,
) -> list[Sending]:
    """Write acceptances, starts, and what came back untried; return what may go out now.

    Where nothing was written that a gate reads, the messages are taken for ours, in the state in
    which we left them. If one is not, a `StoreError` says so, and nothing is written: after that,
    and after every other failure, it is to be tried `again`, which asks.
    """
    batch = [*(one for one, _ in accepted), *starts]
    locks.share_gate(desk.connection)
    touched = [*batch, *(one for one, _ in returned)]
    locks.lock_leads(desk.connection, (one.message.lead_id for one in touched))
    unchanged = standstill.unchanged(desk.connection, {one.mark for one in batch})
    stale = {one.message.id for one in batch if one.mark not in unchanged}
    unsure = {one.message.id for one in batch} if again else stale
    # Their rows are locked, too, before anything is read about them.
    held = transmission.ask_held(desk.connection, unsure, holder) if unsure else None
    reread = [one.message for one in starts if one.message.id in stale]
    asked = ask(desk, reread) if reread else None
    ours = {one.message.id: TRANSMITTING for one, _ in accepted}
    ours |= {one.message.id: CLAIMED for one in starts}
    if held is not None:
        ours |= dict.fromkeys(unsure, NOT_OURS)
        ours |= held.get()
    _return(desk, holder, returned)
    _accept(desk, holder, [one for one in accepted if ours[one[0].message.id] == TRANSMITTING])
    _take_back(desk, holder, [one for one in starts if ours[one.message.id] == TRANSMITTING])
    claimed = [one for one in starts if ours[one.message.id] == CLAIMED]
    facts = {one.message.id: one.facts for one in claimed}
    if asked is not None:
        facts |= asked.facts([one for one in reread if ours[one.id] == CLAIMED])
    return _start(desk, holder, claimed, facts)


def _accept(desk: Desk, holder: Holder, batch: Sequence[tuple[Sending, Accepted]]) -> None:
    rows = [Acceptance(one.message.id, outcome.message_id, str(outcome)) for one, outcome in batch]
    with standstill.unread(desk.connection):
        transmission.accepted(desk.connection, holder, rows, desk.now)
        settle.advance(desk, [one.message for one, _outcome in batch], desk.now)


def _return(desk: Desk, holder: Holder, batch: Sequence[tuple[Sending, Returned]]) -> None:
    """Plan again what no server was asked about: it keeps its place, as if it had not been claimed.

    What was cancelled meanwhile stays so.
    """
    rows = [Return(one.message.id, str(outcome)) for one, outcome in batch]
    transmission.returned(desk.connection, holder, rows)


def _take_back(desk: Desk, holder: Holder, batch: Sequence[Sending]) -> None:
    """Put back what an earlier try of this very commit started.

    The answer to that commit was lost, so not a byte of these was written; and what was true at
    the gate then may not be true now.
    """
    reason = "the answer to the commit of its start was lost"
    for one in batch:
        messages.put_back(desk.connection, one.message.id, holder, reason, desk.now)


def _start(
    desk: Desk, holder: Holder, batch: Sequence[Sending], facts: Mapping[int, GateFacts]
) -> list[Sending]:
    going = [one for one in batch if _may_go(desk, holder, one, facts[one.message.id])]
    starts = [Start(one.message.id, one.letter.rfc_id, one.letter.subject) for one in going]
    with standstill.unread(desk.connection):
        transmission.start(desk.connection, holder, starts, desk.now)
    return going


def _may_go(desk: Desk, holder: Holder, one: Sending, facts: GateFacts) -> bool:
    verdict = judge(facts, desk.setup.policy, desk.now)
    if not isinstance(verdict, Go):
        withhold(desk, holder, one.message, verdict)
        return False
    if facts.lead is not one.letter.lead and facts.lead != one.letter.lead:
        reason = "the lead changed while it was written"
        messages.put_back(desk.connection, one.message.id, holder, reason, desk.now)
        return False
    if one.letter.note:
        settle.decided(desk, one.message, "noted", one.letter.note)
    return True
