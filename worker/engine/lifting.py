"""Takes a suppression away that nobody asked for: of a refusal, of a bounce, or one put by hand.

Nothing here lifts an opt-out or a complaint (promise 9). An entry does not say what it comes from;
what happened to the lead at its very instant does, and who ever objected stays suppressed.
"""

from __future__ import annotations

from datetime import datetime

from worker.core import events
from worker.core.events import NAMES
from worker.core.facts import Lead
from worker.engine.apply import Desk
from worker.errors import ConflictError, NotFoundError
from worker.store import history, incoming, leads, locks, suppressions, timeline
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
    digest, *_domains = desk.setup.suppression_digests(address)
    since = suppressions.since(desk.connection, digest)
    if since is None:
        raise NotFoundError(f"{address} is not suppressed")
    lead = leads.find(desk.connection, address)
    if lead is None:
        raise ConflictError(
            f"{address} is suppressed, and no lead: who wanted that is not known, so it stays so"
        )
    locks.lock_leads(desk.connection, [lead.id])
    _check(desk, lead, address, since)
    suppressions.remove(desk.connection, digest)
    leads.forget_soft_bounces(desk.connection, lead.id)
    what = f"{address} may be mailed again: {because}"
    timeline.decide(desk.connection, [Decision(lead.id, desk.now, "suppression lifted", what)])


def _check(desk: Desk, lead: Lead, address: str, since: datetime) -> None:
    past = history.of_leads(desk.connection, [lead.id]).get(lead.id, ())
    if any(one.name in _MINE for one in past) or incoming.objected(desk.connection, address):
        raise ConflictError(
            f"{address} opted out or complained: only the person's own sign-up lifts an opt-out, "
            "and nothing lifts a complaint"
        )
    if not any(one.name in _LIFTED and one.at == since for one in past):
        raise ConflictError(
            f"{address} is suppressed, but by no refusal, bounce or hand that is known: it stays so"
        )
