"""Two made-up leads to try templates with: all is known of the one, and nothing of the other."""

from __future__ import annotations

from datetime import UTC, datetime

from worker.core.facts import Lead
from worker.core.states import Stage, Track

BARE = Lead(
    id=0,
    address="visitor@harbour.example",
    stage=Stage.AWARENESS,
    track=Track.ACTIVE,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
"""A lead of whom no more is known than an address."""

KNOWN = BARE._replace(
    address="ada@analytical.example",
    first_name="Ada",
    last_name="Lovelace",
    company="Analytical Engines",
    domain="analytical.example",
    zone="Europe/London",
    country="GB",
    language="en",
    phone="+44 20 7946 0000",
    source="spring fair",
)
"""A lead of whom all is known but what a house knows itself: its owner, and declared attributes."""
