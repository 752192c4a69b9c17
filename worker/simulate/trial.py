"""A short look ahead for a launch: what those whom it would take, or some like them, would get."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from worker.core.facts import Lead
from worker.engine.setup import Setup
from worker.simulate.answer import Progress, answer
from worker.simulate.future import Future
from worker.simulate.people import make_up
from worker.simulate.question import Question
from worker.simulate.version import Version
from worker.store.leads import NewLead

MOST = 200
"""Leads that are looked at: enough to see what happens, few enough to wait for."""

LIKE_THEM = 20
DAYS = 90
PATIENCE = 8.0  # seconds


def trial(
    setup: Setup, version: Version, leads: Sequence[Lead], now: datetime, progress: Progress
) -> Future:
    """Return the future of a sequence for the first of these leads, or for made-up ones.

    They are alone in it: nothing else goes through the mailboxes. It ends early where it takes
    too long.
    """
    guests = tuple(map(_new, leads[:MOST])) or tuple(make_up(LIKE_THEM, 0, now))
    question = Question(start=now, days=DAYS, guests=guests, patience=PATIENCE)
    return answer(setup, question, [version], progress)


def _new(lead: Lead) -> NewLead:
    return NewLead(
        address=lead.address,
        domain=lead.domain,
        stage=lead.stage,
        first_name=lead.first_name,
        last_name=lead.last_name,
        company=lead.company,
        zone=lead.zone,
        country=lead.country,
        language=lead.language,
        phone=lead.phone,
        source=lead.source,
        owner=lead.owner,
        consent=lead.consent,
        attributes=lead.attributes,
    )
