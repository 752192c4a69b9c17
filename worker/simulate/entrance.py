"""How a simulation begins: what is launched, and who is there or comes in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from worker.core.events import LeadCreated
from worker.core.states import Stage
from worker.engine.apply import Desk, apply
from worker.engine.enroll import enroll_many, unfit
from worker.engine.intake.csv_import import ImportOptions, import_leads
from worker.engine.intake.report import Report
from worker.errors import InputError
from worker.simulate.arrivals import Arrivals, spread
from worker.simulate.people import ANY_STAGE, make_up
from worker.simulate.question import Question
from worker.simulate.version import Version, launch
from worker.simulate.world import World
from worker.store import leads
from worker.store.database import Connection

CREATED = "lead.created"
CAME = "came in, in a simulation"
MANY = 50
BY_HAND = "put in by hand, in a simulation"


def begin(
    world: World, question: Question, versions: Sequence[Version]
) -> tuple[Arrivals, Report | None]:
    """Launch the versions and let leads in.

    Returns who is still to come, and what became of the list, if there is one.
    """
    for version in versions:
        with world.ticks.desk() as desk:
            launch(desk, version, existing=question.existing and question.real)
    report = None if question.csv is None else _import(world, question.csv, question, versions)
    return _arrivals(question, versions), report


def _arrivals(question: Question, versions: Sequence[Version]) -> Arrivals:
    if question.guests:
        coming = spread(question.guests, len(question.guests), question.start, 0)
        return Arrivals(coming, lambda desk, ids: _put_in(desk, versions, ids))
    if question.made_up is None:
        return Arrivals()
    people = make_up(question.made_up, question.seed, question.start, _stages(versions))
    coming = spread(people, question.made_up, question.start, question.spread)
    return Arrivals(coming, lambda desk, ids: _let_in(desk, versions, ids))


def _import(world: World, listed: Path, question: Question, versions: Sequence[Version]) -> Report:
    ticks = world.ticks

    def take_in(connection: Connection, ids: list[int]) -> int:
        _let_in(Desk(connection, ticks.setup, ticks.catalogue, question.start), versions, ids)
        return len(ids)

    options = ImportOptions(
        secret=ticks.setup.secret,
        mapped=question.mapped,
        attributes=ticks.setup.attributes,
        consent=question.consent,
        zone=ticks.setup.zone,
        enroll=take_in,
        aside=world.folder,
    )
    report = import_leads(world.database, listed, options, question.start)
    if not report.added:
        why = report.problems[0].text if report.problems else "it has no rows"
        raise InputError(f"nobody can be taken in: {why}", file=str(listed))
    return report


def _let_in(desk: Desk, versions: Sequence[Version], ids: Sequence[int]) -> None:
    """Let leads come in; where nothing waits for new leads, put them into what there is.

    Many at once come in as an import that enrolls lets them in.
    """
    if len(ids) > MANY:
        _let_many_in(desk, ids)
    else:
        for lead_id in ids:
            apply(desk, lead_id, LeadCreated(desk.now, CAME))
    if any(_waits_for_leads(version) for version in versions):
        return
    _put_in(desk, versions, ids)


def _let_many_in(desk: Desk, ids: Sequence[int]) -> None:
    for sequence in desk.catalogue.all_current(desk.connection):
        rule = sequence.enroll
        if rule is None or CREATED not in rule.on:
            continue
        found = leads.get_many(desk.connection, ids).values()
        fit = [one.id for one in found if unfit(desk.setup, rule, one, (), desk.now) is None]
        enroll_many(desk.connection, desk.setup, fit, sequence, CAME, desk.now)


def _put_in(desk: Desk, versions: Sequence[Version], ids: Sequence[int]) -> None:
    for version in versions:
        sequence = desk.catalogue.current(desk.connection, version.name)
        enroll_many(desk.connection, desk.setup, ids, sequence, BY_HAND, desk.now)


def _waits_for_leads(version: Version) -> bool:
    rule = version.sequence.enroll
    return rule is not None and CREATED in rule.on


def _stages(versions: Sequence[Version]) -> tuple[Stage, ...]:
    """Return the stages of made-up leads: those that what takes in new leads asks for."""
    rules = [version.sequence.enroll for version in versions if _waits_for_leads(version)]
    asked = {stage for rule in rules if rule is not None for stage in rule.when.stages}
    return tuple(stage for stage in Stage if stage in asked) or ANY_STAGE
