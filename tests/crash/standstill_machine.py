"""What a gate saw, against what it would see: any order of what can be written, by anybody.

One worker claims, starts, is accepted and plans, by the functions of the product. Between that
people stop, hold, suppress and change, over its own connection or over another. Whenever the
database says that nothing was written since a claim, the facts are read once more, and must be
those that were read after it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import timedelta
from types import MappingProxyType

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import update

from tests.crash.ledger_parts import START, edition, house
from worker.core.facts import Consent, Lead
from worker.core.states import Channel, MessageState, Scope, Stage
from worker.delivery.body import NOTHING
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Accepted
from worker.engine import control, enroll
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.commit import Sending, commit
from worker.engine.draft import Letter
from worker.engine.gatefacts import gate_facts, read
from worker.engine.pace import Pacer
from worker.engine.plan import plan_due
from worker.engine.surroundings import EVERYTHING
from worker.store import (
    incoming,
    installation,
    leads,
    messages,
    outbox,
    publications,
    standstill,
    timeline,
)
from worker.store.database import Database
from worker.store.leads import NewLead
from worker.store.messages import Holder
from worker.store.publications import Launched
from worker.store.tables import enrollment, message
from worker.store.timeline import Touch

LEADS = 4
ACCEPTED = Accepted("250 ok")
SEQUENCE = """\
title = "Welcome"
[[step]]
id = "one"
after = "0 minutes"
window = "any"
email = "a.html"
purpose = "value"
[[step]]
id = "two"
after = "1 minutes"
window = "any"
email = "a.html"
purpose = "value"
"""
Deed = Callable[[Desk, int], object]


def _doubt(desk: Desk, number: int) -> None:
    theirs = update(message).where(message.c.lead_id == number, message.c.state == "sent")
    desk.connection.execute(theirs.values(state=MessageState.IN_DOUBT.value))


def _touched(desk: Desk, number: int) -> None:
    timeline.touch(desk.connection, [Touch(number, desk.now, "out", "call", "they were called")])


def _in_bulk(desk: Desk, number: int) -> None:
    theirs = update(enrollment).where(enrollment.c.lead_id == number)
    desk.connection.execute(theirs.values(bulk=True))


def _lead(desk: Desk, number: int) -> Lead:
    return leads.get(desk.connection, number)


DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "stop": lambda d, n: control.stop_lead(d, _lead(d, n), "they called"),
        "hold": lambda d, n: control.hold_lead(d, _lead(d, n), "ill", None),
        "resume": lambda d, n: control.resume_lead(d, _lead(d, n), "well"),
        "suppress": lambda d, n: control.suppress(d, _lead(d, n).address, "they called"),
        "pause": lambda d, _n: control.pause(d, EVERYTHING, "stop the presses"),
        "go on": lambda d, _n: control.resume(d, EVERYTHING),
        "pause mailbox": lambda d, _n: control.pause(d, (Scope.MAILBOX, "sales"), "it bounces"),
        "call": _touched,
        "doubt": _doubt,
        "stage": lambda d, n: leads.change_stage(d.connection, n, Stage.DECISION),
        "rename": lambda d, n: leads.change(d.connection, n, {"first_name": str(d.now)}),
        "wish": lambda d, n: leads.change(d.connection, n, {"channel": Channel.EMAIL.value}),
        "inbox": lambda d, _n: incoming.read_to_end(d.connection, "sales", "INBOX", d.now),
        "bulk": _in_bulk,
    }
)


class StandstillMachine(RuleBasedStateMachine):
    """A worker that sends, and people who interfere."""

    new: Callable[[], AbstractContextManager[str]]
    """Makes a database, and gives its URL for the length of the block."""

    def __init__(self) -> None:
        super().__init__()
        self.after = ExitStack()
        url = self.after.enter_context(type(self).new())
        self.database, self.elsewhere = Database(url), Database(url)
        self.setup, self.catalogue = house(), Catalogue()
        self.holder = Holder("ada", 1)
        self.pacer = Pacer(self.setup, self.holder, lambda: 0.5)
        self.now = START
        self.numbers = itertools.count(1)
        self.offered: dict[int, Sending] = {}
        self.started: dict[int, Sending] = {}

    def teardown(self) -> None:
        self.database.close()
        self.elsewhere.close()
        self.after.close()

    def transact(self, work: Callable[[Desk], object], database: Database | None = None) -> None:
        self.now += timedelta(seconds=1)
        with (database or self.database).write() as connection:
            work(Desk(connection, self.setup, self.catalogue, self.now))

    @initialize()
    def people(self) -> None:
        def come(desk: Desk) -> None:
            publications.add_bundle(desk.connection, "files", {}, desk.now)
            new = Launched("welcome", "v1", SEQUENCE, "files", desk.now, current=True)
            publications.add_sequence(desk.connection, new)
            incoming.move_mark(desk.connection, "sales", "INBOX", 1, 0)
            installation.begin_epoch(desk.connection, self.holder.worker, desk.now)
            welcome = self.catalogue.get(desk.connection, "welcome", "v1")
            for number in range(LEADS):
                consent = Consent("asked", desk.now)
                person = NewLead(f"lead{number}@firm.example", "firm.example", consent=consent)
                lead = leads.get(desk.connection, leads.add(desk.connection, person, desk.now))
                enroll.enroll(desk.connection, self.setup, lead, welcome, "came", desk.now)

        self.transact(come)
        self.plan()
        self.claim(LEADS - 1)

    @rule()
    def plan(self) -> None:
        self.transact(plan_due)

    @rule(number=st.integers(0, LEADS - 1))
    def plan_edition(self, number: int) -> None:
        key = f"edition:{number}:{next(self.numbers)}"
        self.transact(lambda desk: messages.plan(desk.connection, [edition(key, number, desk)]))

    @rule(limit=st.integers(1, LEADS))
    def claim(self, limit: int) -> None:
        """Claim, and read what the gate asks in a transaction of its own, as the sender does."""
        self.now += timedelta(seconds=1)
        with self.database.write() as connection:
            claimed = self.pacer.claim(connection, self.now, limit)
            mark = standstill.mark(connection)
        with self.database.read() as connection:
            known = read(Desk(connection, self.setup, self.catalogue, self.now), claimed)
        for one in claimed:
            lead = known.lead(one)
            assert lead is not None
            body = NOTHING
            envelope = Envelope.of("us@felt.example", one.recipient, body.raw)
            letter = Letter(lead, f"{next(self.numbers)}@felt.example", "Hello", envelope, body)
            self.offered[one.id] = Sending(one, letter, known.facts(one), mark)

    @precondition(lambda self: self.offered)
    @rule(count=st.integers(1, LEADS))
    def start(self, count: int) -> None:
        """The group commit: some starts, with the results that there are."""
        starts = list(self.offered.values())[:count]
        results = [(one, ACCEPTED) for one in self.started.values()]
        going: list[Sending] = []
        self.transact(lambda desk: going.extend(commit(desk, self.holder, results, starts)))
        self.started = {one.message.id: one for one in going}
        for one in starts:
            del self.offered[one.message.id]

    @rule(deed=st.sampled_from(sorted(DEEDS)), number=st.integers(1, LEADS), far=st.booleans())
    def interfere(self, deed: str, number: int, far: bool) -> None:
        """A person, or a mail that comes in: in this process, or in another."""
        database = self.elsewhere if far else self.database
        self.transact(lambda desk: DEEDS[deed](desk, number), database)

    @rule(deed=st.sampled_from(sorted(DEEDS)), number=st.integers(1, LEADS))
    def fail(self, deed: str, number: int) -> None:
        """What is rolled back was never there."""

        def failing(desk: Desk) -> None:
            DEEDS[deed](desk, number)
            raise LookupError

        with suppress(LookupError):
            self.transact(failing)

    @invariant()
    def what_was_seen_is_what_would_be_seen(self) -> None:
        with self.database.write() as connection:
            marks = {one.mark for one in self.offered.values()}
            unchanged = standstill.unchanged(connection, marks) if marks else frozenset()
            same = [one for one in self.offered.values() if one.mark in unchanged]
            desk = Desk(connection, self.setup, self.catalogue, self.now)
            found = gate_facts(desk, [one.message for one in same])
            for one in same:
                assert found[one.message.id] == one.facts
                assert outbox.get(connection, one.message.id).state is MessageState.CLAIMED
