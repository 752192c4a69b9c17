"""Made-up leads, always the same for the same number and seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

from worker.core.facts import Consent
from worker.core.states import Stage
from worker.sandbox.cast import Role, cast
from worker.store.leads import NewLead

AT_ONE_COMPANY = 4
ANY_STAGE = (Stage.AWARENESS, Stage.CONSIDERATION, Stage.DECISION)


def make_up(
    count: int, seed: int, now: datetime, stages: Sequence[Stage] = ANY_STAGE
) -> Iterator[NewLead]:
    """Yield so many leads of six continents, four at a company, who agreed to be written to."""
    chance = Random(seed)  # noqa: S311  people, not secrets
    roles = cast()
    for number in range(1, count + 1):
        yield _lead(number, chance.choice(roles), chance.choice(stages), now)


def _lead(number: int, role: Role, stage: Stage, now: datetime) -> NewLead:
    company = 1 + (number - 1) // AT_ONE_COMPANY
    domain = f"company{company:05}.example"
    return NewLead(
        address=f"lead{number:05}@{domain}",
        domain=domain,
        stage=stage,
        first_name=role.first_name,
        last_name=role.last_name,
        company=f"Company {company}",
        zone=role.zone,
        country=role.country,
        language=role.language,
        source=role.source,
        consent=Consent("made up for a simulation", now),
    )
