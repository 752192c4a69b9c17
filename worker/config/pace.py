"""How fast a mailbox sends, and how much goes to one provider."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal, Self

from pydantic import model_validator

from worker.config.values import Count, Flag, Line, Span, Table
from worker.core.pace import Pace

PROFILES: dict[str, dict[str, object]] = {
    "personal": {"daily_limit": 200, "spacing": "20 seconds", "ramp": True},
    "provider": {},
}
"""What holds where a mailbox does not say otherwise."""


class Paced(Table):
    """The keys of a mailbox that say how fast it sends."""

    profile: Literal["personal", "provider"] = "personal"
    """A person's mailbox, which sends as people do, or opt-in mail through a provider."""
    daily_limit: Count | None = None
    """At most so many emails a day; for a personal mailbox 200."""
    per_hour: Count | None = None
    """At most so many in any hour."""
    per_second: Count | None = None
    """At most so many in any second."""
    spacing: Span = timedelta(0)
    """At least so long between two; for a personal mailbox 20 seconds."""
    ramp: Flag = False
    """Whether a new mailbox begins with 20 a day and 10 more each day; a personal one does."""

    @model_validator(mode="before")
    @classmethod
    def _as_usual(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        usual = PROFILES.get(str(table.get("profile", "personal")), {})
        return {**usual, **table}

    @model_validator(mode="after")
    def _ramp_leads_somewhere(self) -> Self:
        if self.ramp and self.daily_limit is None:
            raise ValueError("expected daily_limit too: ramp = true grows up to it")
        return self

    def pace(self) -> Pace:
        """Return the limits."""
        return Pace(
            per_second=self.per_second,
            per_hour=self.per_hour,
            daily_limit=self.daily_limit,
            spacing=self.spacing,
            ramp=self.ramp,
        )


class DomainTable(Table):
    """How much goes to one provider, or one domain, from all mailboxes together."""

    name: Line
    """A provider, such as gmail, microsoft, yahoo, icloud or gmx, or else a domain."""
    per_hour: Count | None = None
    """At most so many in any hour."""
    per_second: Count | None = None
    """At most so many in any second."""

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.per_hour is None and self.per_second is None:
            raise ValueError("expected per_hour or per_second, or both")
        return self

    def pace(self) -> Pace:
        """Return the limits."""
        return Pace(per_second=self.per_second, per_hour=self.per_hour)
