"""Asks the gate about claimed messages and writes those that may go, before any server is troubled.

It only reads: rendering takes its time, and nobody should wait for it. What is not to go out now
is returned beside what is, to be put back in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from worker.core.facts import Message
from worker.core.gate import GateFacts, Go, Verdict, judge
from worker.engine.apply import Desk
from worker.engine.commit import Sending
from worker.engine.gatefacts import read
from worker.engine.letter import Writer
from worker.engine.outcomes import unrendered, withhold
from worker.errors import TemplateError
from worker.store import locks, messages
from worker.store.messages import Holder
from worker.store.standstill import Mark


@dataclass(slots=True)
class Prepared:
    """What became of a batch: what is to be carried, and messages that stay, each with why."""

    sendings: list[Sending] = field(default_factory=list)
    staying: list[tuple[Message, Verdict | TemplateError]] = field(default_factory=list)


def prepare(desk: Desk, writer: Writer, claimed: Sequence[Message], mark: Mark) -> Prepared:
    """Judge and write a batch of claimed messages; `mark` is of the transaction that did so."""
    known = read(desk, claimed)
    prepared = Prepared()
    # All are judged before the first is written: what is done in a row is done in half the time.
    seen = [(message, known.facts(message)) for message in claimed]
    going: list[tuple[Message, GateFacts]] = []
    for message, facts in seen:
        verdict = judge(facts, desk.setup.policy, desk.now)
        if isinstance(verdict, Go):
            going.append((message, facts))
        else:
            prepared.staying.append((message, verdict))
    pen = writer.pen(desk.connection)
    for message, facts in going:
        try:
            letter = pen.write(message, facts.lead, known.enrollment(message))
            prepared.sendings.append(Sending(message, letter, facts, mark))
        except TemplateError as error:
            prepared.staying.append((message, error))
    return prepared


def put_back(desk: Desk, holder: Holder, prepared: Prepared) -> None:
    """Put back, drop or hold what stays.

    The gate is asked again, in the transaction that writes its verdict: a hold that was taken
    away meanwhile woke those that waited for it, and whoever is put to sleep after that would
    sleep for ever.
    """
    judged = [message for message, why in prepared.staying if not isinstance(why, TemplateError)]
    locks.share_gate(desk.connection)
    locks.lock_leads(desk.connection, (one.lead_id for one in judged))
    known = read(desk, judged)
    for message, why in prepared.staying:
        if isinstance(why, TemplateError):
            unrendered(desk, holder, message, why)
            continue
        verdict = judge(known.facts(message), desk.setup.policy, desk.now)
        if isinstance(verdict, Go):
            reason = "what stood in its way is gone"
            messages.put_back(desk.connection, message.id, holder, reason, desk.now)
        else:
            withhold(desk, holder, message, verdict)
