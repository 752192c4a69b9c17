"""How much processor time one decision takes, with days, conditions, variants and holds."""

from __future__ import annotations

import itertools
import statistics
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.harness.result import RUNS, Result
from worker.core.due import Surroundings, decide
from worker.core.facts import Enrollment, Hold, Lead, Past, Sequence
from worker.core.states import EnrollmentState, Scope, Stage, Track
from worker.sequence.reader import read

TIMES = 2_000
_NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
_DAY = timedelta(days=1)
_LEADS = 200
_SEQUENCE = """\
title = "Nine"
calendar = { days = "business", window = "09:00-17:00", zone = "lead" }
""" + "".join(
    f"""
[[step]]
id = "s{number}"
day = {1 + 3 * number}
email = ["a{number}.html", "b{number}.html"]
purpose = "value"
when = {{ stage = ["awareness", "decision"], not_happened = "trial_started" }}
"""
    for number in range(9)
)


def measure() -> list[Result]:
    """Time decisions about passages at every step of a sequence of nine; half of them are due."""
    sequence, errors = read(_SEQUENCE, "nine.toml")
    assert sequence is not None, errors
    took = [_seconds(sequence) for _ in range(RUNS)]
    value = statistics.median(took) / TIMES * 1e6
    return [Result("due: one decision", value, "µs", goal="< 20")]


def _seconds(sequence: Sequence) -> float:
    asked = list(itertools.islice(itertools.cycle(_passages()), TIMES))
    begun = time.process_time()
    for enrollment, around in asked:
        decide(sequence, enrollment, around, _NOW)
    return time.process_time() - begun


def _passages() -> list[tuple[Enrollment, Surroundings]]:
    zones = [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Tokyo")]
    past = (Past("lead.created", _NOW - 30 * _DAY), Past("auto_replied", _NOW - 9 * _DAY))
    held = Hold(1, Scope.LEAD, "1", "away", _NOW - 9 * _DAY, _NOW - 7 * _DAY)
    return [
        (
            _enrollment(number),
            Surroundings(
                zones[number % len(zones)],
                holds=(held,) if number % 2 else (),
                lead=_lead(number),
                past=past,
            ),
        )
        for number in range(_LEADS)
    ]


def _enrollment(number: int) -> Enrollment:
    anchor = _NOW - _DAY * (number % 5) - timedelta(minutes=7 * number)
    return Enrollment(
        id=number,
        lead_id=number,
        sequence="nine",
        version="v1",
        mailbox="sales",
        state=EnrollmentState.ACTIVE,
        began_at=anchor,
        position=number % 9,
        anchor=anchor,
        day=1 + 3 * (number % 9) - 3 * bool(number % 9),
    )


def _lead(number: int) -> Lead:
    began = _NOW - 30 * _DAY
    return Lead(number, f"lead{number}@firm.example", Stage.AWARENESS, Track.ACTIVE, began)
