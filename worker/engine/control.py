"""What a person does by hand, in the caller's transaction: to a lead, a message, everything."""

from __future__ import annotations

from datetime import datetime

from worker.address import comparable
from worker.core import events, goals
from worker.core.facts import Lead
from worker.core.states import MessageState, Origin, Outcome, Scope, TaskState
from worker.engine import over, reviews, settle
from worker.engine.apply import Desk, apply
from worker.engine.owners import reached
from worker.engine.setup import Owner, suppression_digest
from worker.errors import ConflictError, InputError, NotFoundError
from worker.sequence.event_names import EVENT, read_event
from worker.sequence.kinds import UnfitError
from worker.store import (
    alerts,
    asleep,
    holds,
    leads,
    messages,
    publications,
    suppressions,
)
from worker.store.holds import Subject

HELD_ALL = (("identity", "database"), ("restored", "database"), ("restored", "sight"))
"""The alerts, by kind and subject, of what holds everything until a person lets it go on."""

SAID = {
    MessageState.SENT: "a person said that it arrived",
    MessageState.PLANNED: "a person said that it is to be sent again",
    MessageState.CANCELLED: "a person said that it is not to be sent again",
}


def lead_by(desk: Desk, address: str) -> Lead:
    """Return a lead by one of its addresses; raise `NotFoundError`."""
    found = leads.find(desk.connection, comparable(address))
    if found is None:
        raise NotFoundError(f"no lead has the address {address}: see `nurture leads list`")
    return found


def hand_over(desk: Desk, lead: Lead, to: Owner | None, reason: str) -> Owner:
    """Give a lead to its owner, or to another one; return who is there for it now.

    What we send to it waits; sequences that follow up the owner begin, for another one anew.
    """
    former = desk.setup.owner_of(lead)
    if to is not None:
        leads.change(desk.connection, lead.id, {"owner": to.name})
    taken = leads.get(desk.connection, lead.id)
    owner = desk.setup.owner_of(taken)
    if owner is None:
        known = ", ".join(desk.setup.owners) or "none"
        whom = f"no owner is called {lead.owner}" if lead.owner else f"{lead.address} has no owner"
        raise NotFoundError(f"{whom}: name one by --to; the configuration has {known}")
    because = f"handed over to {owner.name}: {reason}"
    if owner != former:
        messages.cancel_notices(desk.connection, lead.id, because, desk.now)
    apply(desk, lead.id, events.HandedOver(desk.now, because, anew=owner != former))
    return reached(desk.setup, taken, desk.now) or owner


def hold_lead(desk: Desk, lead: Lead, reason: str, until: datetime | None) -> None:
    """Make everything to a lead wait."""
    apply(desk, lead.id, events.HeldByHand(desk.now, reason, until))


def resume_lead(desk: Desk, lead: Lead, reason: str) -> None:
    """Let a lead's paused sequences go on, and take its own holds away."""
    apply(desk, lead.id, events.ResumedByHand(desk.now, reason))


def stop_lead(desk: Desk, lead: Lead, reason: str) -> None:
    """End a lead's sequences."""
    apply(desk, lead.id, events.StoppedByHand(desk.now, reason))


def note(desk: Desk, lead: Lead, name: str, reason: str) -> None:
    """Tell an event by a name of the firm's own; raise `InputError` for what is none."""
    try:
        called = read_event(name)
    except UnfitError as error:
        why = f": {error}" if error.args else ""
        raise InputError(f"{name[:64]!r} is no {EVENT.expected.removeprefix('an ')}{why}") from None
    if called == events.NAMES[events.MeetingBooked]:  # by telephone, say
        apply(desk, lead.id, events.MeetingBooked(desk.now, reason))
        return
    if called in events.BUILT_IN:
        raise InputError(f"{called} is told by what happens itself, not by hand")
    apply(desk, lead.id, events.Noted(desk.now, reason, called))


def heard(desk: Desk) -> frozenset[str]:
    """Return the events that mean something to what was ever launched, or to a stage rule."""
    every = publications.launched(desk.connection)
    found = (desk.catalogue.find(desk.connection, one.name, one.version) for one in every)
    known = (one for one in found if one is not None)
    return frozenset().union(*map(goals.heard, known), *(one.on for one in desk.setup.stage_rules))


def record_outcome(
    desk: Desk, lead: Lead, outcome: Outcome, amount: int | None, reason: str
) -> None:
    """Record how it ended with a lead, as its owner says."""
    apply(desk, lead.id, events.OutcomeRecorded(desk.now, reason, outcome, amount))


def suppress(desk: Desk, subject: str, reason: str, *, asked: bool = False) -> bool:
    """Never mail an address, or a domain written ``@example.com``, again; tell whether it is new.

    Whoever is written to there is stopped in the same transaction. `asked`: they asked for it, by
    telephone, say, which no hand takes back.
    """
    kind = "domain" if subject.startswith("@") else "address"
    digest = suppression_digest(desk.setup.secret, subject)
    origin = Origin.OPT_OUT if asked else Origin.HAND
    new = suppressions.add(desk.connection, digest, kind, reason, desk.now, origin)
    if asked and not new:
        suppressions.wish(desk.connection, digest, reason, desk.now)
    event = events.OptedOut if asked else events.SuppressedByHand
    for lead in concerned(desk, subject):
        apply(desk, lead.id, event(desk.now, reason, lead.address))
    return new


def pause(desk: Desk, subject: Subject, reason: str) -> None:
    """Make everything, a mailbox, a sequence or a company wait until `resume`."""
    holds.add(desk.connection, subject, reason, desk.now, None)


def resume(desk: Desk, subject: Subject) -> int:
    """Take the holds on one subject away, and no others; tell how many there were."""
    ended = holds.end(desk.connection, subject, desk.now)
    if ended:
        scope, name = subject
        domain = name if scope is Scope.COMPANY else None
        _close_alerts(desk, subject)
        asleep.wake(desk.connection, desk.now, domain=domain)
    return ended


def _close_alerts(desk: Desk, subject: Subject) -> None:
    """Close the alerts that said that nothing is sent until this goes on."""
    scope, name = subject
    closed = {Scope.EVERYTHING: HELD_ALL, Scope.MAILBOX: (("mailbox", name),)}.get(scope, ())
    for kind, about in closed:
        alerts.close(desk.connection, desk.now, kind=kind, subject=about)


def release_message(desk: Desk, message_id: int) -> None:
    """Let a message that is held, for being late or for its template, go out after all."""
    message = settle.locked(desk, message_id)
    if any(one.id == message_id for one in reviews.waiting(desk)):
        raise ConflictError(
            f"message {message_id} waits for review: `nurture outbox approve {message_id}`"
        )
    is_over = bool(over.over(desk, [message]))
    if is_over or not holds.end(desk.connection, (Scope.MESSAGE, str(message_id)), desk.now):
        raise ConflictError(f"message {message_id} is not held: it is {message.state}")
    messages.release_waiting(desk.connection, desk.now, id=message_id)
    alerts.close(desk.connection, desk.now, subject=f"message {message_id}")
    settle.decided(desk, message, "released", "a person let it go out")


def resolve_message(desk: Desk, message_id: int, state: MessageState) -> None:
    """Settle a message in doubt by a person's word: it was sent, send it again, or drop it.

    Sent again, it keeps its Message-ID, so that a mail program that has it shows it once.
    """
    message = settle.locked(desk, message_id)
    if not settle.resolve(desk, message, state, SAID[state]):
        raise ConflictError(f"message {message_id} is not in doubt: it is {message.state}")


def drop_message(desk: Desk, message_id: int) -> None:
    """Cancel a planned message for good; its step counts as skipped now."""
    message = settle.locked(desk, message_id)
    if message.state is MessageState.IN_DOUBT:
        resolve_message(desk, message_id, MessageState.CANCELLED)
        return
    if not messages.cancel_one(desk.connection, message_id, "dropped by hand", desk.now):
        raise ConflictError(f"message {message_id} cannot be dropped: it is {message.state}")
    alerts.close(desk.connection, desk.now, subject=f"message {message_id}")
    holds.end(desk.connection, (Scope.MESSAGE, str(message_id)), desk.now)
    reviews.close(desk, message_id, TaskState.SKIPPED, "the message was dropped")
    settle.skipped(desk, message, "dropped", "a person dropped it")


def concerned(desk: Desk, subject: str) -> list[Lead]:
    """Return the leads whom the suppression of an address or a domain stops."""
    if subject.startswith("@"):
        return leads.of_domain(desk.connection, subject[1:])
    found = leads.find(desk.connection, subject)
    return [] if found is None else [found]
