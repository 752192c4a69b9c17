"""Asks the gate about claimed messages and writes those that may go, before any server is troubled.

It only reads: rendering takes its time, and nobody should wait for it. What is not to go out now
is returned beside what is, to be put back in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from worker.core.facts import Enrollment, Message
from worker.core.gate import GateFacts, Go, Verdict, judge
from worker.engine.apply import Desk
from worker.engine.catalogue import Version
from worker.engine.commit import Sending
from worker.engine.gatefacts import read
from worker.engine.letter import Pen
from worker.engine.outcomes import unwritten, withhold
from worker.errors import StoreError
from worker.store import locks, messages
from worker.store.messages import Holder
from worker.store.standstill import Mark


class Candidate(NamedTuple):
    """A claimed message that the gate lets go, and what it saw."""

    message: Message
    facts: GateFacts
    enrollment: Enrollment | None


Staying = list[tuple[Message, Verdict | Exception]]
"""Messages that are not to go out now, each with why: a verdict, or what went wrong with it.

Whatever is wrong with one, those that were claimed with it go out all the same.
"""


@dataclass(slots=True)
class Judged:
    """What the gate says of a batch: what is to be written, and what stays.

    `bundles` are those that the steps of sequences are written from.
    """

    bundles: Mapping[Version, str]
    going: list[Candidate] = field(default_factory=list)
    staying: Staying = field(default_factory=list)


@dataclass(slots=True)
class Written:
    """What became of candidates: what is to be carried, and what stays."""

    sendings: list[Sending] = field(default_factory=list)
    staying: Staying = field(default_factory=list)


def judged(desk: Desk, claimed: Sequence[Message]) -> Judged:
    """Judge a batch of claimed messages."""
    known = read(desk, claimed)
    found = Judged(known.bundles)
    for message in claimed:
        try:
            facts = known.facts(message)
            verdict = judge(facts, desk.setup.policy, desk.now)
        except Exception as error:  # noqa: BLE001  it is of this one
            found.staying.append((message, error))
            continue
        if isinstance(verdict, Go):
            found.going.append(Candidate(message, facts, known.enrollment(message)))
        else:
            found.staying.append((message, verdict))
    return found


def written(pen: Pen, candidates: Sequence[Candidate], mark: Mark, now: datetime) -> Written:
    """Write candidates; `mark` is of the transaction that claimed them."""
    found = Written()
    for message, facts, enrollment in candidates:
        try:
            letter = pen.write(message, facts.lead, enrollment, now)
            found.sendings.append(Sending(message, letter, facts, mark))
        except StoreError:
            raise  # of the database, and so of all of them
        except Exception as error:  # noqa: BLE001  it is of this one
            found.staying.append((message, error))
    return found


def put_back(desk: Desk, holder: Holder, staying: Staying) -> None:
    """Put back, drop or hold what stays.

    The gate is asked again, in the transaction that writes its verdict: a hold that was taken
    away meanwhile woke those that waited for it, and whoever is put to sleep after that would
    sleep for ever.
    """
    asked = [message for message, why in staying if not isinstance(why, Exception)]
    locks.share_gate(desk.connection)
    locks.lock_leads(desk.connection, (one.lead_id for one in asked))
    known = read(desk, asked)
    for message, why in staying:
        if isinstance(why, Exception):
            unwritten(desk, holder, message, why)
            continue
        verdict = judge(known.facts(message), desk.setup.policy, desk.now)
        if isinstance(verdict, Go):
            reason = "what stood in its way is gone"
            messages.put_back(desk.connection, message.id, holder, reason, desk.now)
        else:
            withhold(desk, holder, message, verdict)
