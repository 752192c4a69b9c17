"""Takes a suppression away that nobody asked for: of a refusal, of a bounce, or one put by hand.

Nothing here lifts an opt-out or a complaint (promise 9): neither an entry that is one, nor any of
somebody who ever objected. Of an older entry, which does not say where it comes from, that is told
by what happened to the lead at its very instant.
"""

from __future__ import annotations

from collections.abc import Iterable

from worker.address import comparable
from worker.core import events
from worker.core.events import NAMES
from worker.core.facts import Lead, Past
from worker.core.states import OBJECTIONS
from worker.engine.apply import Desk
from worker.errors import ConflictError, NotFoundError
from worker.store import history, incoming, leads, locks, suppressions, timeline
from worker.store.suppressions import Suppression
from worker.store.timeline import Decision

_MINE = frozenset(NAMES[one] for one in (events.Complained, events.OptedOut))
_LIFTED = frozenset(
    NAMES[one] for one in (events.AddressRefused, events.Bounced, events.SuppressedByHand)
)


def lift(desk: Desk, address: str, because: str) -> None:
    """Let an address be mailed again; raise `NotFoundError` or `ConflictError` where it may not.

    What the suppression ended stays ended: a person enrolls the lead anew.
    """
    locks.close_gate(desk.connection)
    digest, *domains = desk.setup.suppression_digests(address)
    if suppressions.reasons(desk.connection, domains):
        raise ConflictError(
            f"{address} is at a domain that is suppressed with all that is below it: no command "
            "takes that back"
        )
    entry = suppressions.find(desk.connection, digest)
    if entry is None:
        raise NotFoundError(f"{address} is not suppressed")
    lead = leads.find(desk.connection, comparable(address))
    past = _past(desk, lead)
    _check(desk, entry, address, past)
    suppressions.remove(desk.connection, digest)
    if lead is not None:
        leads.forget_soft_bounces(desk.connection, lead.id)
        what = f"{address} may be mailed again: {because}"
        timeline.decide(desk.connection, [Decision(lead.id, desk.now, "suppression lifted", what)])


def _past(desk: Desk, lead: Lead | None) -> tuple[Past, ...]:
    """Return what happened to a lead, whose row is locked from then on."""
    if lead is None:
        return ()
    locks.lock_leads(desk.connection, [lead.id])
    return history.of_leads(desk.connection, [lead.id]).get(lead.id, ())


def _check(desk: Desk, entry: Suppression, address: str, past: Iterable[Past]) -> None:
    said_so = entry.origin in OBJECTIONS or any(one.name in _MINE for one in past)
    if said_so or incoming.objected(desk.connection, address):
        raise ConflictError(
            f"{address} opted out or complained: only the person's own sign-up lifts an opt-out, "
            "and nothing lifts a complaint"
        )
    is_known = any(one.name in _LIFTED and one.at == entry.since for one in past)
    if entry.origin is None and not is_known:
        raise ConflictError(
            f"{address} is suppressed, but by no refusal, bounce or hand that is known: it stays so"
        )
