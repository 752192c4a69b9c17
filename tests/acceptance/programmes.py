"""The shipped programmes, launched as they are shipped, and a diary of what they did to a lead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from tests.acceptance.world import ADA, House, World
from worker.core.events import Noted
from worker.core.states import CallResult, EnrollmentState, Outcome
from worker.engine import control, tasks
from worker.engine.apply import apply
from worker.engine.setup import Owner
from worker.render.bundle import load
from worker.store import enrollments
from worker.store import tasks as task_store
from worker.store.tasks import Task

SHIPPED = Path(__file__).parents[2]
HEDY = Owner("Hedy Lamarr", "hedy@felt.example", mailbox="sales")
MARY = Owner("Mary Jackson", "mary@felt.example")
MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
HOUSE = House(
    start=MONDAY,
    setup={"owners": {one.name: one for one in (HEDY, MARY)}, "team_lead": MARY.name},
)


def launch(world: World, *names: str) -> None:
    """Launch shipped sequences with the shipped templates."""
    templates = load(SHIPPED / "templates").files
    for name in names:
        source = (SHIPPED / "sequences" / f"{name}.toml").read_text("utf-8")
        world.launch(name, source, templates)


def come(world: World, **values: str) -> None:
    """Let Ada come in, who belongs to Hedy and lives in London."""
    known = {"owner": HEDY.name, "zone": "Europe/London", "country": "GB", "first_name": "Ada"}
    world.add(**{**known, **values})


def happens(world: World, word: str) -> None:
    """Let something happen to Ada that has a name of the house's own."""
    with world.desk() as desk:
        apply(desk, control.lead_by(desk, ADA).id, Noted(desk.now, f"told by hand: {word}", word))


def bought(world: World) -> None:
    """Record that Ada bought."""
    with world.desk() as desk:
        lead = control.lead_by(desk, ADA)
        control.record_outcome(desk, lead, Outcome.WON, 1416, "twelve panels")


def todo(world: World) -> list[Task]:
    """The open tasks about Ada."""
    with world.ticks.database.read() as connection:
        return task_store.of_lead(connection, world.lead().id, still_open=True)


def close(world: World, step: str, result: CallResult | None = None, note: str = "done") -> None:
    """Let the owner do the open task of a step."""
    [task] = [one for one in todo(world) if one.step_id == step]
    with world.desk() as desk:
        tasks.done(desk, task.id, result, note)


def skip(world: World, step: str, reason: str) -> None:
    """Let the owner leave out the open task of a step."""
    [task] = [one for one in todo(world) if one.step_id == step]
    with world.desk() as desk:
        tasks.skip(desk, task.id, reason)


def diary(world: World) -> list[tuple[datetime, str]]:
    """What was done to Ada, in order: emails as they arrived, tasks as they were opened."""
    with world.ticks.database.read() as connection:
        found = task_store.of_lead(connection, world.lead().id)
    mailed = [
        (one.sent_at, "email")
        for one in world.messages()
        if one.sent_at is not None and one.recipient == ADA
    ]
    assert [at for at, _ in mailed] == [mail.at for mail in world.mails()]
    return sorted([*mailed, *((one.opened_at, one.kind) for one in found)])


def by_day(entries: Iterable[tuple[datetime, str]], first: datetime) -> dict[int, list[str]]:
    """A diary by the days of a programme, the first of which is day 1."""
    days: dict[int, list[str]] = {}
    for at, what in entries:
        days.setdefault((at.date() - first.date()).days + 1, []).append(what)
    return {day: sorted(what) for day, what in days.items()}


def weekdays(entries: Iterable[tuple[datetime, str]]) -> list[str]:
    """A diary as people write it: ``Mon 4 Jan email``."""
    return [f"{at:%a} {at.day} {at:%b} {what}" for at, what in entries]


def text(world: World, address: str = ADA, at: int = -1) -> str:
    """The plain text of a mail that arrived, the last if no other, in one line."""
    mail = message_from_bytes(world.mails(address)[at].raw, policy=default)
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def state(world: World, sequence: str) -> tuple[EnrollmentState, str]:
    """Where Ada's last passage through a sequence stands, and why."""
    with world.ticks.database.read() as connection:
        found = enrollments.of_lead(connection, world.lead().id)
    last = [one for one in found if one.sequence == sequence][-1]
    return last.state, last.reason
