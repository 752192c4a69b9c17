"""The gate: each of its rules, their order, and what does not count as lateness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.core.parts import DAY, HOUR, NOW, hold, lead, message
from worker.core.caps import Caps, Limit
from worker.core.facts import Consent, Hours, Policy
from worker.core.gate import GateFacts, Go, Late, Later, MailboxFacts, Never, Verdict, judge
from worker.core.states import EnrollmentState, MessageKind

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
POLICY = Policy()
BOX: Mapping[str, Any] = {
    "watched": True,
    "inbox_read_at": NOW,
    "attended_since": NOW,
}


def box(**changed: Any) -> MailboxFacts:
    return MailboxFacts(**{**BOX, **changed})


def facts(**changed: Any) -> GateFacts:
    """A message to a lead with nothing in its way."""
    ordinary: dict[str, Any] = {
        "message": message(),
        "mailbox": box(),
        "lead": lead(),
        "enrollment_state": EnrollmentState.ACTIVE,
    }
    return GateFacts(**{**ordinary, **changed})


OVERDUE = message(due_at=NOW - 2 * DAY, not_before=NOW - 2 * DAY)
OBJECTIONS: dict[str, tuple[dict[str, Any], Verdict]] = {
    "suppressed": (
        {"suppressed": "opted out"},
        Never("the address is suppressed: opted out"),
    ),
    "stopped": (
        {"enrollment_state": EnrollmentState.STOPPED},
        Never("its enrollment is stopped"),
    ),
    "no consent": (
        {"lead": lead(consent=None)},
        Never("no consent is recorded", "policy.require_consent"),
    ),
    "held": (
        {"holds": (hold(NOW - HOUR, NOW + HOUR),)},
        Later(NOW + HOUR, "on hold (lead): away"),
    ),
    "in doubt": ({"in_doubt": True}, Later(None, "an earlier message to the lead is in doubt")),
    "inbox unread": (
        {"mailbox": box(inbox_read_at=NOW - 11 * MINUTE)},
        Later(
            NOW + 10 * SECOND,
            "the inbox of sales was last read on 2027-01-04 08:49 UTC",
            "policy.inbox_fresh",
        ),
    ),
    "late": (
        {"message": OVERDUE},
        Late("it was due on 2027-01-02 09:00 UTC, too long ago", "policy.late_after"),
    ),
    "closed": (
        {"hours": Hours(opens=time(10))},
        Later(NOW + HOUR, "its sending hours are over for now", "step.features.window"),
    ),
    "too soon": (
        {"mailed_at": NOW - 19 * HOUR},
        Later(NOW + HOUR, "another email went to the lead just now", "policy.minimum_gap"),
    ),
    "too many": (
        {"recent": (NOW - 6 * DAY, NOW - 4 * DAY, NOW - 2 * DAY)},
        Later(
            NOW + DAY,
            "the lead was reached 3 times in seven days; the limit is 3",
            "policy.weekly_cap",
        ),
    ),
}
"""What stands in the way, in the order in which it is looked at, and what is said of it."""


def test_nothing_stands_in_the_way_of_an_ordinary_message() -> None:
    assert judge(facts(), POLICY, NOW) == Go()


@pytest.mark.parametrize("name", OBJECTIONS)
def test_each_rule_objects(name: str) -> None:
    changed, verdict = OBJECTIONS[name]
    assert judge(facts(**changed), POLICY, NOW) == verdict


@pytest.mark.parametrize("number", range(len(OBJECTIONS)))
def test_the_first_objection_wins(number: int) -> None:
    """With this one and all after it in the way, this one is what is said."""
    names = list(OBJECTIONS)[number:]
    changed: dict[str, Any] = {}
    for name in reversed(names):
        changed |= OBJECTIONS[name][0]
    assert judge(facts(**changed), POLICY, NOW) == OBJECTIONS[names[0]][1]


@pytest.mark.parametrize("state", [EnrollmentState.FINISHED, EnrollmentState.PAUSED])
def test_what_ended_or_is_paused_sends_nothing(state: EnrollmentState) -> None:
    assert judge(facts(enrollment_state=state), POLICY, NOW) == Never(f"its enrollment is {state}")


def test_a_consent_ends_at_its_instant() -> None:
    agreed = lead(consent=Consent("form", NOW - DAY, expires=NOW))
    assert judge(facts(lead=agreed), POLICY, NOW - MINUTE) == Go()
    assert judge(facts(lead=agreed), POLICY, NOW) == Never(
        "the consent ended on 2027-01-04", "policy.require_consent"
    )


def test_consent_is_asked_for_only_where_the_policy_says_so() -> None:
    assert judge(facts(lead=lead(consent=None)), Policy(require_consent=False), NOW) == Go()


def test_an_inbox_that_was_never_read_keeps_everything_back() -> None:
    verdict = judge(facts(mailbox=box(inbox_read_at=None)), POLICY, NOW)
    assert isinstance(verdict, Later)
    assert "never read" in verdict.reason


def test_a_mailbox_without_an_inbox_need_not_be_read() -> None:
    unwatched = box(inbox_read_at=None, watched=False)
    assert judge(facts(mailbox=unwatched), POLICY, NOW) == Go()


def test_the_edges_of_the_gap_and_the_cap_are_open() -> None:
    assert judge(facts(mailed_at=NOW - 20 * HOUR), POLICY, NOW) == Go()
    week_ago = (NOW - 7 * DAY, NOW - 4 * DAY, NOW - 2 * DAY)
    assert judge(facts(recent=week_ago), POLICY, NOW) == Go()


def test_a_deferred_message_waits_for_the_morning_after_a_holiday() -> None:
    closed = facts(hours=Hours(), holidays=frozenset({date(2027, 1, 4)}))
    assert judge(closed, POLICY, NOW) == Later(
        NOW + DAY, "its sending hours are over for now", "step.features.window"
    )


NIGHT = Policy(quiet=(time(21), time(9, 30)))


def test_the_house_lets_people_sleep_whatever_the_window() -> None:
    morning = Later(NOW + 30 * MINUTE, "it is night where the lead is", "policy.quiet")
    known = lead(created_at=NOW - 2 * HOUR)
    assert judge(facts(lead=known), NIGHT, NOW) == morning
    assert judge(facts(lead=known, first=True), NIGHT, NOW) == morning
    edition = message(kind=MessageKind.EDITION)
    assert judge(facts(message=edition, lead=known), NIGHT, NOW) == morning
    assert judge(facts(lead=known, zone=ZoneInfo("Asia/Tokyo")), NIGHT, NOW) == Go()


def test_somebody_who_just_came_in_is_greeted_at_night_too() -> None:
    new = lead(created_at=NOW - 59 * MINUTE)
    assert judge(facts(lead=new, first=True), NIGHT, NOW) == Go()
    assert isinstance(judge(facts(lead=new), NIGHT, NOW), Later)


def test_a_sequence_may_state_caps_of_its_own() -> None:
    own = Caps(
        Limit(2, "cap.day"), Limit(None, "cap.week"), Limit(None, "cap.month"), 2 * HOUR, "cap.gap"
    )
    busy = {"recent": tuple(NOW - count * DAY for count in range(9, 0, -1))}
    assert isinstance(judge(facts(**busy), POLICY, NOW), Later)
    assert judge(facts(**busy, caps=own), POLICY, NOW) == Go()
    soon = Later(NOW + HOUR, "another email went to the lead just now", "cap.gap")
    assert judge(facts(mailed_at=NOW - HOUR, caps=own), POLICY, NOW) == soon


def late(due: datetime, **changed: Any) -> bool:
    changed = {"message": message(due_at=due, not_before=due), **changed}
    return isinstance(judge(facts(**changed), POLICY, NOW), Late)


def test_late_is_what_was_due_longer_ago_than_a_day() -> None:
    assert not late(NOW - DAY)
    assert late(NOW - DAY - MINUTE)


def test_time_spent_held_is_not_lateness() -> None:
    assert not late(NOW - 3 * DAY, holds=(hold(NOW - 3 * DAY, NOW - DAY),))
    assert late(NOW - 3 * DAY, holds=(hold(NOW - 3 * DAY, NOW - 2 * DAY),))


def test_waiting_for_a_time_is_not_lateness() -> None:
    waited = message(due_at=NOW - 3 * DAY, not_before=NOW)
    assert judge(facts(message=waited), POLICY, NOW) == Go()


def test_waiting_for_a_turn_while_somebody_looked_is_not_lateness() -> None:
    assert not late(NOW - 3 * DAY, mailbox=box(attended_since=NOW - 2 * DAY))
    assert late(NOW - 3 * DAY, mailbox=box(attended_since=NOW - 2 * DAY + MINUTE))


def test_what_was_tried_before_is_never_late() -> None:
    tried = message(due_at=NOW - 3 * DAY, not_before=NOW - 2 * DAY, first_try_at=NOW - 3 * DAY)
    assert judge(facts(message=tried), POLICY, NOW) == Go()


NOTICE = {"message": message(kind=MessageKind.NOTICE), "lead": None, "enrollment_state": None}


def test_a_notice_obeys_suppression_and_holds_alone() -> None:
    for name, (changed, verdict) in OBJECTIONS.items():
        obeys = name in ("suppressed", "held")
        kept = {**changed, **NOTICE}
        assert judge(facts(**kept), POLICY, NOW) == (verdict if obeys else Go()), name


def test_an_edition_whose_month_is_over_is_never_sent() -> None:
    edition = message(key="edition:1:newsletter:2027-01", kind=MessageKind.EDITION)
    auckland = ZoneInfo("Pacific/Auckland")
    evening = datetime(2027, 1, 31, 20, tzinfo=UTC)
    fresh = box(inbox_read_at=evening, attended_since=evening - HOUR)
    edition = edition._replace(due_at=evening, not_before=evening)
    assert judge(facts(message=edition, mailbox=fresh), POLICY, evening) == Go()
    assert judge(facts(message=edition, mailbox=fresh, zone=auckland), POLICY, evening) == Never(
        "2027-01 is over: the next edition comes instead"
    )
    step = edition._replace(kind=MessageKind.STEP)
    assert judge(facts(message=step, mailbox=fresh, zone=auckland), POLICY, evening) == Go()


def test_instants_are_judged_in_the_zone_of_the_lead() -> None:
    evening = datetime(2027, 1, 4, 17, 30, tzinfo=UTC)
    new_york = facts(
        hours=Hours(), zone=ZoneInfo("America/New_York"), mailbox=box(inbox_read_at=evening)
    )
    assert judge(new_york, POLICY, evening) == Go()
    assert isinstance(
        judge(facts(hours=Hours(), mailbox=box(inbox_read_at=evening)), POLICY, evening), Later
    )
