"""The ledger against a simple model: any order of what can happen to messages keeps the promises.

The model is a word for each message and two counts: how often its body may have gone out, and how
often a person or a piece of evidence said that it may go again. What a worker does is done by the
functions that the worker uses, in transactions like its own, on a real database.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.crash.ledger_parts import (
    ACCEPTED,
    LEADS,
    MANY,
    OUTCOMES,
    START,
    WORKERS,
    Known,
    edition,
    house,
    letter,
)
from worker.core import events
from worker.core.facts import Consent, Message
from worker.core.states import MessageState
from worker.delivery.outcome import Accepted, Outcome
from worker.engine import control, settle
from worker.engine.apply import Desk, apply
from worker.engine.catalogue import Catalogue
from worker.engine.commit import Sending, commit
from worker.engine.gatefacts import gate_facts
from worker.engine.leases import Patience, Watchman
from worker.engine.outcomes import settle_outcome
from worker.engine.rescue import rescue
from worker.errors import StoreError
from worker.store import (
    claims,
    installation,
    leads,
    locks,
    messages,
    outbox,
    publications,
    standstill,
    transmission,
)
from worker.store.database import Database
from worker.store.leads import NewLead
from worker.store.messages import Holder
from worker.store.standstill import Mark

lead_numbers = st.integers(0, LEADS - 1)
workers = st.sampled_from(WORKERS)
picks = st.integers(0, MANY)
InHand = dict[int, tuple[Holder, Sending]]
"""What a worker knows to have in hand, and in which epoch it claimed it, by the messages' ids."""
EACH, LOOKS = 20, 40  # seconds between looks at a lease, and so many of them


def some(state: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a rule be tried only while a message is in this state."""
    return precondition(lambda self: any(one.state == state for one in self.known.values()))


class LedgerMachine(RuleBasedStateMachine):
    """Two workers, a few leads, a person who stops and resolves, and crashes."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="nurture-model-"))
        file = shutil.copy(self.template, self.folder / "model.db")
        self.database = Database(f"sqlite:///{file}")
        self.setup = house()
        self.now = START
        self.numbers = itertools.count(1)
        self.known: dict[str, Known] = {}
        self.holders: dict[str, Holder] = {}
        self.former: list[Holder] = []
        self.written: dict[str, InHand] = {}
        self.going: dict[str, InHand] = {}
        self.stopped: set[int] = set()
        self.barred: set[int] = set()

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    def transact(self, work: Callable[[Desk], None]) -> None:
        self.now += timedelta(seconds=1)
        with self.database.write() as connection:
            work(Desk(connection, self.setup, Catalogue(), self.now))

    @initialize()
    def people(self) -> None:
        def come(desk: Desk) -> None:
            publications.add_bundle(desk.connection, "files", {}, desk.now)
            for number in range(LEADS):
                consent = Consent("asked", desk.now)
                new = NewLead(f"lead{number}@firm.example", "firm.example", consent=consent)
                leads.add(desk.connection, new, desk.now)

        self.transact(come)
        for name in WORKERS:
            self.begin(name)
        for number in range(LEADS):
            self.plan(number, again=False)

    def begin(self, name: str) -> None:
        def begun(desk: Desk) -> None:
            self.former += [self.holders[name]] if name in self.holders else []
            epoch = installation.begin_epoch(desk.connection, name, desk.now)
            self.holders[name] = Holder(name, epoch)
            self.written[name], self.going[name] = {}, {}
            rescue(desk, self.holders[name])

        self.transact(begun)
        self._read_back()

    @precondition(lambda self: len(self.known) < LEADS * 4)
    @rule(number=lead_numbers, again=st.booleans())
    def plan(self, number: int, again: bool) -> None:
        """Plan a new message, or one whose key there is already."""
        key = next(iter(self.known), "new") if again else f"edition:{number}:{next(self.numbers)}"
        key = f"edition:{number}:0" if key == "new" else key
        self.transact(lambda desk: messages.plan(desk.connection, [edition(key, number, desk)]))
        self.known.setdefault(key, Known())
        self._read_back()

    @some("planned")
    @rule(name=workers, limit=st.integers(1, 3))
    def claim(self, name: str, limit: int) -> None:
        """Claim what is due; the gate is asked, and the letters are written."""
        holder = self.holders[name]
        found: list[Message] = []
        marks: list[Mark] = []

        def claimed(desk: Desk) -> None:
            if installation.is_current(desk.connection, holder.worker, holder.epoch):
                due = claims.candidates(desk.connection, "sales", desk.now, limit)
                found[:] = claims.take(desk.connection, holder, due)
            marks.append(standstill.mark(desk.connection))

        self.now += timedelta(hours=3)  # what was deferred may be tried again
        self.transact(claimed)
        with self.database.read_back() as connection:
            facts = gate_facts(Desk(connection, self.setup, Catalogue(), self.now), found)
        for one in found:
            sending = Sending(one, letter(facts[one.id], next(self.numbers)), facts[one.id], *marks)
            self.written[name][one.id] = holder, sending
        self._read_back()

    @some("claimed")
    @rule(name=workers, pick=picks, unanswered=st.booleans())
    def start(self, name: str, pick: int, unanswered: bool) -> None:
        """The start commit, which is made again where it was not answered; then the body goes."""
        taken = _taken(self.written[name], pick)
        if taken is None:
            return
        holder, sending = taken
        if unanswered:
            self._commit(holder, [], [sending], again=False)
        for one in self._commit(holder, [], [sending], again=unanswered):
            self.going[name][one.message.id] = holder, one
            known = self.known[one.message.key]
            known.tries += 1
            assert one.message.lead_id not in self.stopped | self.barred, "it started after a stop"
            assert known.tries <= known.permits, "it was sent twice, and nobody said that it may"
        self._read_back()

    @some("transmitting")
    @rule(name=workers, pick=picks, again=st.booleans())
    def accept(self, name: str, pick: int, again: bool) -> None:
        taken = _taken(self.going[name], pick)
        if taken is not None:
            holder, sending = taken
            self._commit(holder, [(sending, ACCEPTED)], [], again=again)
        self._read_back()

    @some("transmitting")
    @rule(name=workers, pick=picks, what=st.sampled_from(["defer", "refuse", "doubt"]))
    def settle(self, name: str, pick: int, what: str) -> None:
        """A result that is not an acceptance; a clear no means that it did not go out."""
        denied: list[str] = []

        def settled(desk: Desk) -> None:
            message = self._pick(desk, pick, MessageState.TRANSMITTING, self.holders[name])
            if message is None:
                return
            locks.close_gate(desk.connection)
            settle_outcome(desk, self.holders[name], message, OUTCOMES[what], 0.5)
            self.going[name].pop(message.id, None)
            after = outbox.get(desk.connection, message.id).state
            if what != "doubt" and after is not MessageState.TRANSMITTING:
                denied.append(message.key)

        self.transact(settled)
        for key in denied:
            self.known[key].tries -= 1
        self._read_back()

    @some("planned")
    @rule(name=workers, pick=picks, ends=st.sampled_from(["accept", "doubt", "crash", "outlive"]))
    def deliver(self, name: str, pick: int, ends: str) -> None:
        """The usual way in one go, so that short stories get far."""
        self.claim(name, 2)
        self.start(name, pick, unanswered=False)
        if ends == "accept":
            self.accept(name, pick, again=False)
        elif ends == "doubt":
            self.settle(name, pick, ends)
        else:
            getattr(self, ends)(name)

    @some("planned")
    @rule(name=workers, number=lead_numbers, pick=picks)
    def overtake(self, name: str, number: int, pick: int) -> None:
        """A stop comes between the gate of the claim and the start."""
        self.claim(name, LEADS)
        self.hold(number)
        self.start(name, pick, unanswered=False)

    @rule(name=workers)
    def crash(self, name: str) -> None:
        """A worker dies and begins anew under its own identity."""
        self.begin(name)

    @rule(name=workers)
    def outlive(self, name: str) -> None:
        """A worker's lease runs out while it sleeps; another takes what it holds."""
        seconds = itertools.count(0, EACH)
        watchman = Watchman(
            next(one for one in WORKERS if one != name), lambda: float(next(seconds)), Patience()
        )
        self.transact(lambda desk: _look_on(watchman, desk))
        self._read_back()

    @precondition(lambda self: self.former)
    @rule(pick=picks, outcome=st.sampled_from(list(OUTCOMES.values())))
    def write_late(self, pick: int, outcome: Outcome) -> None:
        """A worker whose epoch is over writes a result after all: nothing changes (promise 5)."""
        holder = self.former[pick % len(self.former)]

        def late(desk: Desk) -> None:
            for shown in outbox.shown(desk.connection, limit=MANY):
                message = outbox.get(desk.connection, shown.id)
                settle_outcome(desk, holder, message, outcome, 0.5)

        before = {key: known.state for key, known in self.known.items()}
        self.transact(late)
        self._read_back()
        assert before == {key: known.state for key, known in self.known.items()}

    @rule(number=lead_numbers)
    def hold(self, number: int) -> None:
        self._happens(number, events.HeldByHand(self.now, "on holiday", None))
        self.stopped.add(number + 1)

    @precondition(lambda self: self.stopped)
    @rule(number=lead_numbers)
    def resume(self, number: int) -> None:
        self._happens(number, events.ResumedByHand(self.now, "back again"))
        self.stopped.discard(number + 1)

    @precondition(lambda self: len(self.barred) + 1 < LEADS)
    @rule(number=lead_numbers)
    def suppress(self, number: int) -> None:
        """For good: no resume takes it away."""
        address = f"lead{number}@firm.example"
        self.transact(lambda desk: _suppress(desk, address))
        self.barred.add(number + 1)
        self._read_back()

    @some("in_doubt")
    @rule(pick=picks, state=st.sampled_from(["sent", "planned", "cancelled"]))
    def resolve(self, pick: int, state: str) -> None:
        """A person's word, or evidence, on a message in doubt."""
        resolved: list[str] = []

        def settled(desk: Desk) -> None:
            message = self._pick(desk, pick, MessageState.IN_DOUBT)
            if message and settle.resolve(desk, message, MessageState(state), "a person said so"):
                resolved.append(message.key)

        self.transact(settled)
        for key in resolved if state == "planned" else ():
            self.known[key].permits += 1
        self._read_back()

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        """Every key that was planned is one message, and a lead has one in hand at the most."""
        with self.database.read() as connection:
            found = outbox.shown(connection, limit=MANY)
            flying = outbox.shown(
                connection,
                states=[MessageState.CLAIMED, MessageState.TRANSMITTING],
                limit=MANY,
            )
        assert len(found) == len(self.known)
        recipients = [one.recipient for one in flying]
        assert len(set(recipients)) == len(recipients)

    @invariant()
    def what_may_have_arrived_is_never_planned_again(self) -> None:
        for key, one in self.known.items():
            assert one.tries <= one.permits, key
            if one.state == "sent":
                assert one.tries >= 1, key
            if one.state in ("planned", "claimed"):
                assert one.tries < one.permits, f"{key} is {one.state} and may have arrived"

    def _commit(
        self,
        holder: Holder,
        accepted: Sequence[tuple[Sending, Accepted]],
        starts: Sequence[Sending],
        *,
        again: bool,
    ) -> list[Sending]:
        """Commit as the worker does: what fails is tried again."""
        going: list[Sending] = []

        def write(desk: Desk) -> None:
            going[:] = commit(desk, holder, accepted, starts, again=again)

        try:
            self.transact(write)
        except StoreError:
            assert not again
            return self._commit(holder, accepted, starts, again=True)
        return going

    def _happens(self, number: int, event: events.Event) -> None:
        self.transact(lambda desk: apply(desk, number + 1, event))
        self._read_back()

    def _pick(
        self, desk: Desk, pick: int, state: MessageState, holder: Holder | None = None
    ) -> Message | None:
        """Choose a message in a state; one of the holder's own, where it has any."""
        ids = [one.id for one in outbox.shown(desk.connection, states=[state], limit=MANY)]
        ours = transmission.ask_held(desk.connection, ids, holder).get() if holder else {}
        among = sorted(one for one, of in ours.items() if of == state) or ids
        return outbox.get(desk.connection, among[pick % len(among)]) if among else None

    def _read_back(self) -> None:
        """Let the model know the states that the moves led to."""
        with self.database.read() as connection:
            for shown in outbox.shown(connection, limit=MANY):
                message = outbox.get(connection, shown.id)
                self.known[message.key].state = message.state.value


def _taken(among: InHand, pick: int) -> tuple[Holder, Sending] | None:
    """Take one of what a worker has in hand."""
    ids = sorted(among)
    return among.pop(ids[pick % len(ids)]) if ids else None


def _look_on(watchman: Watchman, desk: Desk) -> None:
    for _ in range(LOOKS):
        watchman.look(desk)


def _suppress(desk: Desk, address: str) -> None:
    control.suppress(desk, address, "they called")
