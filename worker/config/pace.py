"""How fast a mailbox sends, and how much goes to one provider."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from worker.config.values import Span, Table, read_span
from worker.core.pace import Pace

Count: TypeAlias = Annotated[int, Field(ge=1)]

PROFILES: dict[str, Pace] = {
    "personal": Pace(daily_limit=200, spacing=read_span("20 seconds"), ramp=True),
    "provider": Pace(),
}
"""What holds where a mailbox does not say otherwise."""


class Paced(Table):
    """The keys of a mailbox that say how fast it sends."""

    profile: Literal["personal", "provider"] = "personal"
    """A person's mailbox, which sends as people do, or opt-in mail through a provider."""
    daily_limit: Count | None = None
    """At most so many emails a day; for a personal mailbox 200, if it does not say otherwise."""
    per_hour: Count | None = None
    """At most so many in any hour."""
    per_second: Count | None = None
    """At most so many in any second."""
    spacing: Span | None = None
    """At least so long between two; for a personal mailbox 20 seconds."""
    ramp: bool | None = None
    """Whether a new mailbox begins with 20 a day and 10 more each day; a personal one does."""

    def pace(self) -> Pace:
        """Return the limits, with those of the profile where none is named."""
        usual = PROFILES[self.profile]
        spacing: timedelta | None = self.spacing
        return Pace(
            per_second=self.per_second,
            per_hour=self.per_hour,
            daily_limit=self.daily_limit or usual.daily_limit,
            spacing=usual.spacing if spacing is None else spacing,
            ramp=usual.ramp if self.ramp is None else self.ramp,
        )


class DomainTable(Table):
    """How much goes to one provider, or one domain, from all mailboxes together."""

    per_hour: Count | None = None
    """At most so many in any hour."""
    per_second: Count | None = None
    """At most so many in any second."""

    def pace(self) -> Pace:
        """Return the limits."""
        return Pace(per_second=self.per_second, per_hour=self.per_hour)
