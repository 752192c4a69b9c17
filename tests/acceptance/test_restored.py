"""A restored database: whoever got emails that it does not know goes on behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.acceptance.world import ADA, DAY, World, template
from worker.core.facts import Enrollment
from worker.core.states import MessageState
from worker.engine import control
from worker.engine.restored import Entry, reconcile
from worker.engine.surroundings import EVERYTHING
from worker.store import enrollments, outbox, publications

MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
STEPS = """\
title = "Trial"
enroll = { on = "lead.created" }
calendar = { days = "every", window = "09:00-17:00", zone = "lead" }

[[step]]
id = "one"
after = "0 minutes"
email = "one.html"
purpose = "value"

[[step]]
id = "two"
after = "1 day"
when = { lead = { country = "AT" } }
email = "two.html"
purpose = "value"

[[step]]
id = "three"
after = "1 day"
email = "three.html"
purpose = "value"

[[step]]
id = "four"
after = "2 days"
email = "four.html"
purpose = "value"
"""


@dataclass
class Remembered:
    """A journal that has emails of one passage, each with when it went."""

    passage: Enrollment
    bundle: str
    went: dict[str, datetime]

    def newest(self, _count: int) -> Iterator[Entry]:
        return self.entries()

    def entries(self) -> Iterator[Entry]:
        for number, (step, at) in enumerate(self.went.items(), start=51):
            yield Entry(
                at=at.isoformat(),
                id=number,
                key=f"step:{self.passage.id}:{step}",
                rfc_id=f"m{number}@felt.example",
                kind="step",
                recipient=ADA,
                mailbox="sales",
                template=f"{step}.html",
                bundle=self.bundle,
                due_at=at.isoformat(),
                lead_id=self.passage.lead_id,
                enrollment_id=self.passage.id,
                step_id=step,
            )


def test_a_passage_goes_on_behind_all_that_went_out(world: World) -> None:
    """All is settled before anything is planned, and what is no email lies between them."""
    names = ("one", "two", "three", "four")
    world.launch("trial", STEPS, {f"{name}.html": template(name) for name in names})
    world.until(MONDAY)
    lead = world.come(country="DE")
    with world.ticks.desk() as desk:
        [passage] = enrollments.of_lead(desk.connection, lead.id)
        bundle = publications.bundle_of(desk.connection, "trial", passage.version)
    journal = Remembered(passage, bundle, {"one": MONDAY, "three": MONDAY + 2 * DAY})
    world.clock.move_to(MONDAY + 3 * DAY)
    with world.ticks.desk() as desk:
        assert reconcile(desk, journal) == 2
        for one in outbox.shown(desk.connection, states=[MessageState.IN_DOUBT]):
            control.resolve_message(desk, one.id, MessageState.SENT)
        control.resume(desk, EVERYTHING)
    world.after(2 * DAY)
    assert world.subjects() == ["four"]
    assert world.mails()[0].at == MONDAY + 4 * DAY
