"""The outlook: what the gate will have against a message, until it lets it go."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.parts import DAY, HOUR, NOW, hold, lead
from tests.unit.core.test_gate import box, facts
from worker.core.facts import Hours, Policy
from worker.core.gate import Go, Later, Never, foresee
from worker.core.outlook import Outlook, outlook

POLICY = Policy(quiet=(time(21), time(8)), daily_cap=1)
spans = st.timedeltas(0 * DAY, 20 * DAY)


def test_obstacles_come_one_after_the_other() -> None:
    busy = facts(
        hours=Hours(opens=time(10)),
        holds=(hold(NOW - HOUR, NOW + 3 * HOUR),),
        recent=(NOW - 3 * DAY, NOW - HOUR),
        mailed_at=NOW - HOUR,
    )
    found = outlook(busy, Policy(weekly_cap=3), NOW)
    assert found.at == NOW + DAY + HOUR
    assert [(one.rule, one.reason[:7]) for one in found.obstacles] == [
        ("", "on hold"),
        ("policy.minimum_gap", "another"),
        ("step.features.window", "its sen"),
    ]


def test_what_depends_on_somebody_has_no_time() -> None:
    held = Later(None, "on hold (lead): away")
    assert outlook(facts(holds=(hold(NOW),)), POLICY, NOW) == Outlook(None, (held,))
    never = Never("no consent is recorded", "policy.require_consent")
    assert outlook(facts(lead=lead(consent=None)), POLICY, NOW) == Outlook(None, (never,))


def test_an_inbox_that_is_not_read_yet_is_no_obstacle_to_what_is_to_come() -> None:
    assert outlook(facts(mailbox=box(inbox_read_at=None)), POLICY, NOW + DAY) == Outlook(NOW + DAY)


@given(
    st.lists(spans, max_size=9),
    spans,
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]).map(ZoneInfo),
    st.sampled_from([None, Hours(), Hours(business=False, opens=time(22), closes=time(23))]),
)
def test_it_goes_at_the_first_moment_that_the_gate_allows(
    ago: list[timedelta], until: timedelta, zone: ZoneInfo, hours: Hours | None
) -> None:
    """As far as there is one: mail at night alone, and never at night, do not fit together."""
    touches = sorted(NOW - span for span in ago)
    busy = facts(
        recent=tuple(touches),
        mailed_at=touches[-1] if touches else None,
        holds=(hold(NOW - DAY, NOW + until),),
        zone=zone,
        hours=hours,
        lead=lead(created_at=NOW - 30 * DAY),
    )
    found = outlook(busy, POLICY, NOW)
    if found.at is None:
        assert hours is not None
        assert hours.opens == time(22)
        return
    assert isinstance(foresee(busy, POLICY, found.at), Go)
    earlier = NOW + (found.at - NOW) / 2
    assert earlier == found.at or not isinstance(foresee(busy, POLICY, earlier), Go)
