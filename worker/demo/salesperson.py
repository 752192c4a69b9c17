"""Sally, who takes up what people answer: nobody who wrote to us is left to the robot again.

On working mornings she looks at the alerts. A no is recorded the next day; interest and questions
become talks, and if nothing was bought within two weeks, that is an outcome too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from worker.core.calendar import business_day, resolve
from worker.core.states import Outcome
from worker.demo.span import ZONE
from worker.engine import control
from worker.engine.apply import Desk
from worker.sandbox.reactions import Purchase
from worker.sandbox.recipients import Mood
from worker.store import alerts
from worker.store.alerts import Alert

NAME = "Sally"
_AT_WORK = time(10)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _End:
    """How it ends with people of one mood, after so many working days."""

    after: int
    reason: str


_TALKS = _End(10, "we talked, and they bought nothing")
_ENDS = {
    Mood.NO: _End(1, "no need"),
    Mood.LATER: _End(2, "not now; they would like to hear from a person in spring"),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """What she did about whom."""

    address: str
    text: str


class Salesperson:
    """Looks at alerts and records outcomes; `moods` is what she reads in each person's answer."""

    def __init__(self, moods: Mapping[str, Mood]) -> None:
        self._moods = moods

    def next_moment(self, now: datetime) -> datetime:
        """Return the next working morning, by the clocks of her town."""
        day = now.astimezone(ZONE).date()
        while (morning := _morning(day)) <= now or not business_day(day):
            day += _DAY
        return morning

    def work(self, desk: Desk) -> list[Deed]:
        """Take up what is ripe, if it is a working morning; return what was done."""
        day = desk.now.astimezone(ZONE).date()
        if desk.now != _morning(day) or not business_day(day):
            return []
        looks = {"reply": self._close, "unclear": _let_go_on}
        found = [one for one in alerts.open_now(desk.connection) if one.kind in looks]
        deeds = [looks[alert.kind](desk, alert) for alert in found]
        return [deed for deed in deeds if deed is not None]

    def _close(self, desk: Desk, alert: Alert) -> Deed | None:
        end = _ENDS.get(self._moods.get(alert.subject, Mood.QUESTION), _TALKS)
        if _working_days(alert.since, desk.now) < end.after:
            return None
        lead = control.lead_by(desk, alert.subject)
        control.record_outcome(desk, lead, Outcome.LOST, None, f"{NAME}: {end.reason}")
        return Deed(lead.address, f"lost: {end.reason}")


def sell(desk: Desk, purchase: Purchase) -> None:
    """Record that somebody bought."""
    lead = control.lead_by(desk, purchase.address)
    reason = f"{NAME}: they bought for {purchase.amount}"
    control.record_outcome(desk, lead, Outcome.WON, purchase.amount, reason)


def _let_go_on(desk: Desk, alert: Alert) -> Deed:
    """A mail that no rule understood was no answer from the person."""
    lead = control.lead_by(desk, alert.subject)
    control.resume_lead(desk, lead, f"{NAME} read it: it was no answer")
    return Deed(lead.address, "read: no answer, it goes on")


def _morning(day: date) -> datetime:
    return resolve(datetime.combine(day, _AT_WORK), ZONE)


def _working_days(since: datetime, now: datetime) -> int:
    """Count the working days after the day of `since`, up to now."""
    first, last = (instant.astimezone(ZONE).date() for instant in (since, now))
    return sum(business_day(first + number * _DAY) for number in range(1, (last - first).days + 1))
