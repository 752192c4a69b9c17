"""When to try again; the random number in [0, 1) is passed in as `chance`."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60))
SHORTEST = timedelta(minutes=30)
LONGEST = timedelta(minutes=120)
EXPIRES = timedelta(days=5)
WOBBLE = 0.2  # the share of a first wait that chance may add, so that retries do not march in step
LONGEST_RECONNECT = timedelta(minutes=5)


def retry_at(
    tries: int,
    first_try: datetime,
    now: datetime,
    chance: float,
    expires: timedelta = EXPIRES,
) -> datetime | None:
    """Return when a deferred message is tried again; None when it is given up.

    `tries` counts those made so far, from 1. The waits are about 5, 15, 30 and 60 minutes, then 30
    to 120 minutes; the last try is when `expires` has passed since the first one
    (RFC 5321 §4.5.4.1: retry at least every 30 minutes at first, give up after 4 to 5 days).
    """
    end = first_try + expires
    if now >= end:
        return None
    return min(now + _wait(tries, chance), end)


def reconnect_after(failures: int, chance: float) -> timedelta:
    """Return how long to wait before connecting again to a mailbox that cannot be reached.

    Twice as long after each failure in a row (from 1), at most 5 minutes; chance takes away up to
    half, so that mailboxes of one provider do not all come back at once.
    """
    doubled = timedelta(seconds=2 ** min(failures, 10))
    return min(doubled, LONGEST_RECONNECT) * (1 - chance / 2)


def _wait(tries: int, chance: float) -> timedelta:
    if tries <= len(FIRST_WAITS):
        return FIRST_WAITS[max(tries, 1) - 1] * (1 + WOBBLE * chance)
    return SHORTEST + (LONGEST - SHORTEST) * chance
