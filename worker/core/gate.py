"""May this message go out now? Asked in the transaction that starts its transmission.

An ordered list of rules; the first that objects decides. Each is a small function of the facts,
and says why in words that ``nurture why`` shows, and by which `rule`: a key of the configuration
such as ``policy.weekly_cap``, or of the sequence's file; empty where nobody wrote one. Promise 2
rests on this: the facts are true in the very transaction that writes `transmitting`. They are read
in it, or it is known there that to read them again would change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from worker.core import calendar
from worker.core.calendar import NO_HOLIDAYS, Holidays
from worker.core.caps import Caps, full, house_caps
from worker.core.facts import Hold, Hours, Lead, Message, Policy
from worker.core.holds import open_hold, postpone
from worker.core.states import Channel, EnrollmentState, MessageKind, Rhythm
from worker.core.turns import FRESH


@dataclass(frozen=True, slots=True)
class Go:
    """It may."""

    reason: str = "nothing stands in its way"


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: not before `until`, or, where that is None, when what held it is taken away."""

    until: datetime | None
    reason: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Late:
    """It was due too long ago: it is held for a person (promise 11)."""

    reason: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Never:
    """It must not go out at all."""

    reason: str
    rule: str = ""


Verdict = Go | Later | Late | Never


@dataclass(frozen=True, slots=True)
class MailboxFacts:
    """What of a mailbox matters at the gate.

    `inbox_read_at` is when its inbox was last read to the end; `watched` is False for a mailbox
    that has none. Somebody has looked for what it is to send ever since `attended_since`. `known`
    is False for one that the configuration has no more.
    """

    watched: bool
    inbox_read_at: datetime | None
    attended_since: datetime
    known: bool = True


class GateFacts(NamedTuple):
    """All that the gate looks at, read in one transaction.

    `recent` are the instants of all touches of the lead in the last thirty days, in order, and
    `mailed_at` is when the last marketing email went to it; `caps` are those of the sequence, None
    where the house's hold. `zone` is whose hours count, `home` the lead's where that is another.
    `first` says that it greets: the first step of a lead that came in
    alone. `suppressed` is why the recipient may not be written to, `in_doubt` whether an earlier
    message to the lead is.
    """

    message: Message
    mailbox: MailboxFacts
    lead: Lead | None = None
    enrollment_state: EnrollmentState | None = None
    hours: Hours | None = None
    zone: ZoneInfo = ZoneInfo("UTC")
    holidays: Holidays = NO_HOLIDAYS
    suppressed: str | None = None
    in_doubt: bool = False
    holds: tuple[Hold, ...] = ()
    recent: tuple[datetime, ...] = ()
    mailed_at: datetime | None = None
    caps: Caps | None = None
    home: ZoneInfo | None = None
    first: bool = False


SPANS = {Rhythm.WEEKLY: timedelta(days=7), Rhythm.MONTHLY: timedelta(days=30)}
"""How long a lead who asked for it does not hear from us."""
CONSENT = "policy.require_consent"
_GO = Go()
_MONTH = re.compile(r"\d{4}-\d{2}$")
LOOK_AGAIN = timedelta(seconds=10)
"""After so long an inbox may have been read; speed to lead does not want to wait longer."""

Rule = Callable[[GateFacts, Policy, datetime], Verdict | None]


def judge(facts: GateFacts, policy: Policy, now: datetime) -> Verdict:
    """Return the verdict of the first rule that objects, or `Go`."""
    return _first(_rules(facts.message), facts, policy, now)


def foresee(facts: GateFacts, policy: Policy, moment: datetime) -> Verdict:
    """Return the verdict at a moment to come, but of the rules that time alone mends."""
    rules = _rules(facts.message)
    return _first((one for one in rules if one not in OF_THE_MOMENT), facts, policy, moment)


def _first(rules: Iterable[Rule], facts: GateFacts, policy: Policy, now: datetime) -> Verdict:
    for rule in rules:
        verdict = rule(facts, policy, now)
        if verdict is not None:
            return verdict
    return _GO


def _rules(message: Message) -> tuple[Rule, ...]:
    """What reaches a lead has the most rules; an owner has no consent to give, and no caps."""
    if message.kind is MessageKind.NOTICE:
        return EVERY
    return TO_OWNER if message.to_owner else MARKETING


def suppressed(facts: GateFacts, _policy: Policy, _now: datetime) -> Verdict | None:
    """Suppression wins over everything (promise 9)."""
    if facts.suppressed is None:
        return None
    return Never(f"the address is suppressed: {facts.suppressed}")


def ended(facts: GateFacts, _policy: Policy, _now: datetime) -> Verdict | None:
    """An enrollment that ended sends nothing more; one that is paused waits."""
    state = facts.enrollment_state
    if state is None or state is EnrollmentState.ACTIVE:
        return None
    return Never(f"its enrollment is {state}")


def month_over(facts: GateFacts, _policy: Policy, now: datetime) -> Verdict | None:
    """An edition that was held past its month gives way to the next: never two in a month."""
    if facts.message.kind is not MessageKind.EDITION:
        return None
    found = _MONTH.search(facts.message.key)
    if found is None:
        return None
    if f"{now.astimezone(facts.zone):%Y-%m}" <= found[0]:
        return None
    return Never(f"{found[0]} is over: the next edition comes instead")


def consent(facts: GateFacts, policy: Policy, now: datetime) -> Verdict | None:
    """Nobody is written to without a recorded reason that still stands."""
    if facts.lead is None or not policy.require_consent:
        return None
    if facts.lead.consent is None:
        return Never("no consent is recorded", CONSENT)
    if not facts.lead.consent.holds(now):
        return Never(f"the consent ended on {facts.lead.consent.expires:%Y-%m-%d}", CONSENT)
    return None


def gone(facts: GateFacts, _policy: Policy, _now: datetime) -> Verdict | None:
    """Nothing goes out from a mailbox that the configuration does not have (promise 12)."""
    return None if facts.mailbox.known else Later(None, no_mailbox(facts.message.mailbox))


def no_mailbox(name: str) -> str:
    """Say that a mailbox is gone."""
    return f"the configuration has no mailbox called {name} any more"


def held(facts: GateFacts, _policy: Policy, now: datetime) -> Verdict | None:
    """An open hold makes it wait."""
    hold = open_hold(facts.holds, now) if facts.holds else None
    return None if hold is None else Later(hold.end, f"on hold ({hold.scope}): {hold.reason}")


def doubt(facts: GateFacts, _policy: Policy, _now: datetime) -> Verdict | None:
    """While nobody knows whether the last one arrived, the next one waits (promise 4)."""
    return Later(None, "an earlier message to the lead is in doubt") if facts.in_doubt else None


def inbox_read(facts: GateFacts, policy: Policy, now: datetime) -> Verdict | None:
    """What we have not read may be a stop: no mail goes out past an unread inbox (promise 12)."""
    read = facts.mailbox.inbox_read_at
    if not facts.mailbox.watched or (read is not None and now - read <= policy.inbox_fresh):
        return None
    when = "never read" if read is None else f"last read on {read:%Y-%m-%d %H:%M} UTC"
    reason = f"the inbox of {facts.message.mailbox} was {when}"
    return Later(now + LOOK_AGAIN, reason, "policy.inbox_fresh")


def lateness(facts: GateFacts, policy: Policy, now: datetime) -> Verdict | None:
    """Late is not urgent: what is overdue before its first try waits for a person (promise 11).

    Time spent held, or waiting for its turn while the mailbox was attended to, is not lateness.
    """
    if facts.message.first_try_at is not None:
        return None
    waited_from = max(facts.message.due_at, facts.message.not_before)
    latest = waited_from + policy.late_after
    if now <= latest:
        return None  # holds only put it off
    expected = postpone(latest, waited_from, facts.holds)
    if expected is None or min(facts.mailbox.attended_since, now) <= expected:
        return None
    reason = f"it was due on {facts.message.due_at:%Y-%m-%d %H:%M} UTC, too long ago"
    return Late(reason, "policy.late_after")


def window(facts: GateFacts, _policy: Policy, now: datetime) -> Verdict | None:
    """A message that was deferred into the night waits for the morning."""
    if facts.hours is None:
        return None
    opens = calendar.fit(now, facts.hours, facts.zone, facts.holidays)
    if opens <= now:
        return None
    rule = f"step.{facts.message.step_id}.window"
    return Later(opens, "its sending hours are over for now", rule)


def quiet(facts: GateFacts, policy: Policy, now: datetime) -> Verdict | None:
    """The house lets people sleep, but for the answer to somebody who just came in."""
    if policy.quiet is None or _greets(facts, now):
        return None
    ends = calendar.quiet_until(now, policy.quiet, facts.home or facts.zone)
    return None if ends is None else Later(ends, "it is night where the lead is", "policy.quiet")


def _greets(facts: GateFacts, now: datetime) -> bool:
    return facts.first and facts.lead is not None and now - facts.lead.created_at < FRESH


def channel(facts: GateFacts, _policy: Policy, _now: datetime) -> Verdict | None:
    """Who asked to be called is not mailed."""
    if facts.lead is None or facts.lead.channel is not Channel.PHONE:
        return None
    return Never("they asked to be called, not mailed")


def rhythm(facts: GateFacts, _policy: Policy, now: datetime) -> Verdict | None:
    """Who asked to hear from us once a week, or a month, does not hear more often."""
    wanted = facts.lead.rhythm if facts.lead else None
    if wanted is None or facts.mailed_at is None or now - facts.mailed_at >= SPANS[wanted]:
        return None
    return Later(facts.mailed_at + SPANS[wanted], f"they asked for {wanted} mail at the most")


def minimum_gap(facts: GateFacts, policy: Policy, now: datetime) -> Verdict | None:
    """Two marketing emails to one person keep their distance."""
    if facts.mailed_at is None:
        return None
    caps = facts.caps or house_caps(policy)
    if now - facts.mailed_at >= caps.gap:
        return None
    until = facts.mailed_at + caps.gap
    return Later(until, "another email went to the lead just now", caps.gap_rule)


def capped(facts: GateFacts, policy: Policy, now: datetime) -> Verdict | None:
    """Nobody is reached more often than the house, or the sequence, allows."""
    if not facts.recent:
        return None
    reached = full(facts.caps or house_caps(policy), facts.recent, facts.home or facts.zone, now)
    return None if reached is None else Later(*reached)


EVERY: tuple[Rule, ...] = (suppressed, gone, held)
TO_OWNER: tuple[Rule, ...] = (suppressed, ended, gone, held, inbox_read, lateness, window)
MARKETING: tuple[Rule, ...] = (
    suppressed,
    ended,
    month_over,
    consent,
    gone,
    held,
    doubt,
    inbox_read,
    lateness,
    window,
    channel,
    quiet,
    rhythm,
    minimum_gap,
    capped,
)
OF_THE_MOMENT: tuple[Rule, ...] = (inbox_read, lateness)
