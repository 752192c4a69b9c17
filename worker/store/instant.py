"""Instants in the database: microseconds since 1970 in a BIGINT, the same on every database.

SQLite has no type for time, and the ones of SQLAlchemy lose the zone there; an integer sorts,
compares and indexes alike everywhere. In memory an instant is an aware datetime in UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Return the whole microseconds since 1970."""
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the instant so many microseconds after 1970."""
    return EPOCH + MICROSECOND * micros  # half the time of a timedelta made of them


class Instant(TypeDecorator[datetime]):
    """A column of instants."""

    impl = BigInteger
    cache_ok = True

    # The whole processors, not `process_bind_param` and the like, which they would only wrap.
    def bind_processor(self, _dialect: Dialect) -> Callable[[datetime | None], int | None]:
        """Return what turns an aware datetime into microseconds."""
        return _to_column

    def result_processor(
        self, _dialect: Dialect, _coltype: object
    ) -> Callable[[int | None], datetime | None]:
        """Return what turns microseconds into an aware datetime in UTC."""
        return _from_column


def _to_column(value: datetime | None) -> int | None:
    return None if value is None else (value - EPOCH) // MICROSECOND


def _from_column(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + MICROSECOND * value
