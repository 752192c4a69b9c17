"""What follows from what: the table of events, read as documentation."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.follows import FOLLOWS, NONE, ON, POLICY, event, won
from worker.core import events
from worker.core.effects import (
    Ask,
    ChangeTrack,
    EndEnrollments,
    Enroll,
    HoldCompany,
    HoldLead,
    Pause,
)
from worker.core.events import Event
from worker.core.mail import Intent
from worker.core.states import (
    MESSAGE_MOVES,
    MessageState,
    Outcome,
    Track,
)
from worker.core.transitions import TABLE, Effects, LeadState, after_return, effects_of


@pytest.mark.parametrize(
    ("happened", "state", "follows"), [row[1:] for row in FOLLOWS], ids=[row[0] for row in FOLLOWS]
)
def test_what_follows(happened: Event, state: LeadState, follows: Effects) -> None:
    assert effects_of(happened, state, POLICY) == follows


def is_event(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, Event) and one is not Event


def test_every_event_has_a_name_a_row_and_a_case() -> None:
    kinds = {one for one in vars(events).values() if is_event(one)}
    assert set(TABLE) == set(events.NAMES) == kinds
    assert {type(happened) for _, happened, _, _ in FOLLOWS} == kinds
    assert len(set(events.NAMES.values())) == len(events.NAMES)


def test_sequences_can_enroll_on_what_enrolls() -> None:
    named = {
        effect.on for *_, follows in FOLLOWS for effect in follows if isinstance(effect, Enroll)
    }
    assert named - {"held"} == set(events.ENROLLING)


@pytest.mark.parametrize(
    ("happened", "state", "follows"), [row[1:] for row in FOLLOWS], ids=[row[0] for row in FOLLOWS]
)
def test_every_lead_ends_somewhere(happened: Event, state: LeadState, follows: Effects) -> None:
    """Whose last sequence ends is on a track, or done with; whoever is paused is asked about."""
    ends = any(isinstance(effect, EndEnrollments) for effect in follows)
    if ends and state.running == 1:
        assert any(isinstance(effect, ChangeTrack) for effect in follows)
    if Pause() in follows or HoldLead(None) in follows:
        assert any(isinstance(effect, Ask) for effect in follows)


def test_without_consent_the_long_term_is_nothing() -> None:
    alone = LeadState(Track.ACTIVE, running=1, consented=False)
    for happened in (
        event(events.Unanswered, 7, newsletter=True),
        event(events.OutcomeOverdue, 7),
        won(Outcome.NURTURE),
    ):
        assert NONE in effects_of(happened, alone, POLICY)


@pytest.mark.parametrize("track", Track)
@pytest.mark.parametrize("running", [0, 1, 2])
def test_a_human_reply_pauses_before_anything_else(track: Track, running: int) -> None:
    """Promise 7: whatever the lead is on."""
    follows = effects_of(event(events.Replied), LeadState(track, running, consented=True), POLICY)
    assert follows[0] == Pause()


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles"])


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), ZONES)
def test_after_a_return_comes_a_whole_business_day(back: date, name: str) -> None:
    zone = ZoneInfo(name)
    begins = after_return(back, zone).astimezone(zone)
    assert begins.date() > back
    assert begins.weekday() < 5
    assert begins.date() - back <= timedelta(days=3)
    assert (begins.hour, begins.minute) == (0, 0)


def test_every_state_of_a_message_has_its_moves_and_only_settled_ones_have_none() -> None:
    assert set(MESSAGE_MOVES) == set(MessageState)
    final = {state for state, moves in MESSAGE_MOVES.items() if not moves}
    assert final == {MessageState.SENT, MessageState.REFUSED}


def test_nothing_is_sent_but_from_a_transmission_that_was_written_down() -> None:
    """Promise 3: `sent` is reached over `transmitting`, or over the doubt that follows it."""
    before = {state for state, moves in MESSAGE_MOVES.items() if MessageState.SENT in moves}
    assert before == {MessageState.TRANSMITTING, MessageState.IN_DOUBT}


@pytest.mark.parametrize("intent", Intent)
def test_only_who_is_being_talked_to_holds_the_company(intent: Intent) -> None:
    follows = effects_of(event(events.Replied, intent), ON, POLICY)
    held = any(isinstance(effect, HoldCompany) for effect in follows)
    assert held is (intent in {Intent.INTERESTED, Intent.QUESTION, Intent.MEETING})
