"""Which variant of an email a lead gets: drawn by a hash of lead and step, never by the moment."""

from __future__ import annotations

from itertools import accumulate

from worker.core.facts import Step
from worker.core.share import share


def chosen(sequence: str, step: Step, lead_id: int) -> str:
    """Return the template of a step for a lead; its only one where there are no variants."""
    if len(step.emails) < 2:
        return step.email
    shares = step.split or (1,) * len(step.emails)
    drawn = share("variant", sequence, step.id, lead_id) * sum(shares)
    bounds = accumulate(shares)
    return next(email for email, bound in zip(step.emails, bounds, strict=True) if drawn < bound)
