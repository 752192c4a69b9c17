"""Mailboxes that the configuration has no more, though mail is to go out from them.

It waits, whatever its mailbox was called before, and a person is told: whoever gets a follow-up
from another address than before should get it because somebody wanted that.
"""

from __future__ import annotations

from worker.core.gate import no_mailbox
from worker.engine import settle
from worker.engine.apply import Desk
from worker.errors import ConflictError, InputError, NotFoundError
from worker.store import alerts, asleep, enrollments, locks, messages, senders, timeline
from worker.store.timeline import Decision

KIND = "mailbox_gone"


def look(desk: Desk) -> list[str]:
    """Raise an alert about each mailbox that is gone, and close those that say so no more."""
    planned, running = senders.planned(desk.connection), senders.running(desk.connection)
    gone = sorted((planned + running).keys() - desk.setup.mailboxes.keys())
    for back in alerts.subjects(desk.connection, KIND).difference(gone):
        alerts.close(desk.connection, desk.now, kind=KIND, subject=back)
    for name in gone:
        text = f"{no_mailbox(name)}: {_counted(planned[name], running[name])} wait for it"
        alerts.raise_(desk.connection, KIND, name, text, desk.now)
    return gone


def move(desk: Desk, before: str, after: str) -> tuple[int, int]:
    """Let one mailbox take over from another; tell how many messages and enrollments it has now."""
    taking = desk.setup.mailbox(after).name
    if before == taking:
        raise InputError(f"{before} cannot take over from itself: name another mailbox by --to")
    locks.take_turn(desk.connection)  # what is claimed meanwhile would be in hand
    locks.close_gate(desk.connection)  # before any row: others are at work
    woken = asleep.theirs(desk.connection, desk.now)
    locks.lock_leads(desk.connection, senders.concerned(desk.connection, before) | woken)
    if count := senders.in_hand(desk.connection, before):
        raise ConflictError(
            f"{count} of the messages from {before} are being sent: pause it "
            f"(`nurture pause --mailbox {before}`) or try again once they are"
        )
    reason = f"{taking} writes, no more {before}"
    moved = senders.move_planned(desk.connection, before, taking)
    for message in moved:
        if message.enrollment_id is None:
            settle.decided(desk, message, "moved", reason)
    passages = senders.move_running(desk.connection, before, taking)
    if not (moved or passages or before in desk.setup.mailboxes):
        raise NotFoundError(f"nothing is to go out from {before}: see `nurture status`")
    decided = (Decision(lead, desk.now, "moved", reason, number) for lead, number in passages)
    timeline.decide(desk.connection, decided)
    _look_anew(desk, before, taking)
    return len(moved), len(passages)


def _look_anew(desk: Desk, before: str, taking: str) -> None:
    """Ask the gate again about what waited for the former mailbox, which is of no account now."""
    messages.release_waiting(desk.connection, desk.now, mailbox=taking)
    enrollments.wake_waiting(desk.connection, desk.now)
    alerts.close(desk.connection, desk.now, kind=KIND, subject=before)


def _counted(planned: int, running: int) -> str:
    of = "message" if planned == 1 else "messages"
    passages = "enrollment" if running == 1 else "enrollments"
    return f"{planned:,} planned {of} and {running:,} running {passages}"
