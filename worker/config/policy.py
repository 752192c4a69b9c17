"""The table ``[policy]``: the rules of the house that no sequence overrides."""

from __future__ import annotations

from worker.config.values import Count, Flag, Lasting, Quiet, Span, Table
from worker.core.facts import Policy

_USUAL = Policy()


class PolicyTable(Table):
    """What `worker.core.facts.Policy` holds, written as ``24 hours``."""

    late_after: Lasting = _USUAL.late_after
    """A message that was due longer ago is held for a person."""
    minimum_gap: Span = _USUAL.minimum_gap
    """Between two marketing emails to one lead."""
    daily_cap: Count | None = _USUAL.daily_cap
    """At most so many touches of one lead on a day; emails, calls and whatever else reaches it."""
    weekly_cap: Count | None = _USUAL.weekly_cap
    """The same in any seven days."""
    monthly_cap: Count | None = _USUAL.monthly_cap
    """The same in any thirty days."""
    quiet: Quiet = _USUAL.quiet
    """From when until when nothing goes out, whatever the window: "21:00-07:00"."""
    spread: Span = _USUAL.spread
    """Emails that are due at once are scattered over so long, and stay within their window."""
    absence: Span = _USUAL.absence
    """How long an out-of-office that names no date holds."""
    company_hold: Span = _USUAL.company_hold
    """How long interest of one lead holds all leads of its company."""
    by_hand: Span = _USUAL.by_hand
    """How long a mail that an owner wrote to a lead by hand holds its sequences."""
    require_consent: Flag = _USUAL.require_consent
    """Whether marketing email needs a consent on record."""
    inbox_fresh: Lasting = _USUAL.inbox_fresh
    """A mailbox sends only if its inbox was read within this time."""
    expire_after: Span = _USUAL.expire_after
    """How long a message that is deferred is tried again (RFC 5321 §4.5.4.1: 4 to 5 days)."""
    doubt_ends: Span = _USUAL.doubt_ends
    """After this time without a bounce, a message in doubt counts as sent."""
    outcome_asked: Span = _USUAL.outcome_asked
    """How long after a reply the owner is asked for an outcome."""
    soft_bounces: Count = _USUAL.soft_bounces
    """So many soft bounces in a row suppress an address."""

    def facts(self) -> Policy:
        """Return the policy that decisions are made from."""
        return Policy(**self.model_dump())
