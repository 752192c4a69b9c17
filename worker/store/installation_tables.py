"""The tables of the installation itself: its workers, what it remembers, what recurs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String, Table

from worker.store.columns import metadata, must
from worker.store.instant import Instant

worker = Table(
    "worker",
    metadata,
    must("name", String, primary_key=True),
    must("epoch", Integer),
    must("beat", BigInteger),
    must("started_at", Instant),
)
"""A worker by the identity in its state directory; its lease is a counter that moves."""

fact = Table(
    "fact",
    metadata,
    must("name", String, primary_key=True),
    must("value", String),
)
"""What the installation remembers of itself: the fingerprint of its key, say."""

occurrence = Table(
    "occurrence",
    metadata,
    must("job", String, primary_key=True),
    must("day", String, primary_key=True),
    must("at", Instant),
)
"""That a recurring job ran for a local date; once each."""
